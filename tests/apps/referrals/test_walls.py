"""The walls around referrals and delegations: rule, filter and policies agree on worlds drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from maillage.apps.delegation.models import Delegation
from maillage.apps.people import models as people
from maillage.apps.people.acting import as_actor
from maillage.apps.people.mapping import lead_side_of
from maillage.apps.people.walls import visible_to
from maillage.apps.referrals import models
from maillage.domain.accounts import Actor
from maillage.domain.visibility import LeadSide, PartnerSide, may_see_uptake
from tests.apps.people.test_walls import AT, MEMBERSHIPS, ON, ORGANISATIONS, SITES, TEAMS, actors, leads, maybe, raw_ids

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Sent:
    """One uptake of a world: whose person, sent by whom, received by whom, hidden or not."""

    person: int
    columns: dict


sent = st.builds(
    Sent,
    person=st.integers(0, 2),
    columns=st.fixed_dictionaries(
        {
            "sender_organisation": st.sampled_from(ORGANISATIONS[:2]),
            "sender_site": maybe(SITES),
            "sender_team": maybe(TEAMS),
            "sender_membership": st.sampled_from(MEMBERSHIPS),
            "recipient_organisation": st.sampled_from(ORGANISATIONS),
            "recipient_site": maybe(SITES),
            "recipient_team": maybe(TEAMS),
            "holder": maybe(MEMBERSHIPS),
            "hidden_at": st.sampled_from([None, None, AT]),
            "objected_at": st.sampled_from([None, None, AT]),
            "until": st.sampled_from([None, None, ON, ON + timedelta(days=1)]),
        }
    ),
)


def build(owners, uptakes):
    rows = [
        people.Person(given_name="A", family_name="B", municipality="36018", last_contact_on=ON, created_at=AT, **lead)
        for lead in owners
    ]
    people.Person.objects.bulk_create(rows)
    found = []
    for one in uptakes:
        owner = rows[one.person % len(rows)]
        sender = {name: value for name, value in one.columns.items() if name.startswith("sender_")}
        referral = models.Referral.objects.create(person=owner.pk, chain=uuid4(), made_at=AT, **sender)
        uptake = models.Uptake.objects.create(
            referral=referral, person=owner.pk, service="s", service_name="S", channel="INBOX", basis="AGREEMENT",
            state="SENT", turn="RECIPIENT", sequence=1, since=ON, **one.columns,
        )  # fmt: skip
        models.UptakeEvent.objects.create(
            uptake=uptake, sequence=1, kind="SEND", by_name="A", recorded_at=AT, effective_on=ON
        )
        found.append((uptake, owner))
    return found


def delegated(found) -> dict:
    """Make of each uptake a delegation with the same sides and the same ends; give the uptake of each."""
    names = {"sender_": "from_", "recipient_": "to_"}
    made = {}
    for uptake, owner in found:
        sides = {
            f"{theirs}{part}": getattr(uptake, f"{ours}{part}")
            for ours, theirs in names.items()
            for part in ("organisation", "site", "team")
        }
        ends = {name: getattr(uptake, name) for name in ("holder", "hidden_at", "objected_at", "until")}
        row = Delegation.objects.create(
            person=owner.pk, from_membership=uptake.sender_membership, agreement="a", article="1", clause="c",
            version="1", state="CANCELLED", proposed_on=ON, **sides, **ends,
        )  # fmt: skip
        made[row.pk] = uptake.pk
    return made


def by_the_rule(actor: Actor, found) -> set:
    return {
        uptake.pk
        for uptake, owner in found
        if may_see_uptake(
            actor,
            LeadSide(uptake.sender_organisation, uptake.sender_site, uptake.sender_team, uptake.sender_membership),
            PartnerSide(
                uptake.recipient_organisation,
                uptake.recipient_site,
                uptake.recipient_team,
                uptake.holder,
                is_closed=uptake.hidden_at is not None,
                is_objected=uptake.objected_at is not None,
                until=uptake.until,
            ),
            lead=lead_side_of(owner),
            on=ON,
        )
    }


@given(
    owners=st.lists(leads, min_size=1, max_size=3),
    uptakes=st.lists(sent, min_size=1, max_size=4),
    who=st.lists(actors, min_size=1, max_size=4),
)
def test_rule_filter_and_policies_agree_on_what_was_sent(owners, uptakes, who):
    with transaction.atomic():
        found = build(owners, uptakes)
        delegations = delegated(found)
        events = dict(models.UptakeEvent.objects.values_list("uptake_id", "pk"))
        for actor in who:
            expected = by_the_rule(actor, found)
            shown = models.Uptake.objects.filter(visible_to("referrals_uptake", actor, on=ON))
            assert set(shown.values_list("pk", flat=True)) == expected
            led = Delegation.objects.filter(visible_to("delegation_delegation", actor, on=ON))
            assert {delegations[row.pk] for row in led} == expected
            if connection.vendor == "postgresql":
                with as_actor(actor, on=ON):
                    assert raw_ids("referrals_uptake") == expected
                    assert {delegations[row] for row in raw_ids("delegation_delegation")} == expected
                    assert raw_ids("referrals_uptakeevent") == {events[one] for one in expected}
        transaction.set_rollback(True)
