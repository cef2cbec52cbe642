"""The rule of visibility said plainly, case by case; worlds drawn at random are in tests/apps/people/test_walls.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from maillage.domain.accounts import Actor, Role
from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Article,
    Clause,
    ClauseKind,
    Declines,
    Survival,
)
from maillage.domain.territories import TerritoryKind, TerritoryRef
from maillage.domain.visibility import (
    LINK_ENDS,
    PARTNER,
    LeadSide,
    Marked,
    OpenColumns,
    PartnerSide,
    follows,
    may_see_health,
    may_see_link,
    may_see_person,
    may_see_uptake,
    partner_rule,
    receives,
    visible_until,
)

DAY = date(2026, 3, 2)
SITE, TEAM, OTHER_SITE = uuid4(), uuid4(), uuid4()
AMEL = Actor(uuid4(), "Amel", uuid4(), Role.ADVISER, "agency", SITE, frozenset({TEAM}))
BRUNO = Actor(uuid4(), "Bruno", uuid4(), Role.PARTNER_ADVISER, "mission", SITE, frozenset({TEAM}))


@pytest.mark.parametrize(
    ("lead", "sees"),
    [
        (LeadSide("agency", SITE, None, AMEL.membership), True),
        (LeadSide("agency", OTHER_SITE, TEAM, uuid4()), True),
        (LeadSide("agency", SITE, None, uuid4()), False),
        (LeadSide("agency", SITE, uuid4(), None), False),
        (LeadSide("agency", SITE), True),
        (LeadSide("agency", OTHER_SITE), False),
        (LeadSide("agency"), True),
        (LeadSide("another", SITE, TEAM, AMEL.membership), False),
    ],
)
def test_who_follows_sees_through_whom_the_organisation_names(lead, sees):
    assert follows(AMEL, lead) is sees
    assert may_see_person(AMEL, lead, (), on=DAY) is sees
    assert not follows(replace(AMEL, role=Role.OFFICER), lead)


def test_a_stand_in_sees_what_the_absent_follows():
    away = uuid4()

    assert not follows(AMEL, LeadSide("agency", SITE, None, away))
    assert follows(replace(AMEL, stands_in_for=frozenset({away})), LeadSide("agency", SITE, None, away))


LINK = PartnerSide("mission", SITE)


@pytest.mark.parametrize(
    ("link", "sees"),
    [
        (LINK, True),
        (PartnerSide("mission"), True),
        (PartnerSide("mission", OTHER_SITE), False),
        (PartnerSide("mission", OTHER_SITE, TEAM), True),
        (PartnerSide("mission", OTHER_SITE, uuid4(), BRUNO.membership), True),
        (PartnerSide("mission", SITE, uuid4()), False),
        (PartnerSide("mission", SITE, None, uuid4()), True),
        (replace(LINK, is_closed=True), False),
        (replace(LINK, is_objected=True), False),
        (replace(LINK, until=DAY), False),
        (replace(LINK, until=DAY + timedelta(days=1)), True),
        (replace(LINK, organisation="another"), False),
    ],
)
def test_a_partner_sees_while_a_link_is_open(link, sees):
    lead = LeadSide("agency", None, None, uuid4())

    assert receives(BRUNO, link, on=DAY) is sees
    assert may_see_person(BRUNO, lead, [link], on=DAY) is sees
    assert may_see_link(BRUNO, lead, link, on=DAY) is sees
    assert may_see_uptake(BRUNO, lead, link, on=DAY) is sees
    assert not receives(replace(BRUNO, role=Role.EMPLOYER), link, on=DAY)


def test_health_passes_by_a_link_that_names_it_only():
    lead = LeadSide("agency", None, None, uuid4())

    assert not may_see_health(BRUNO, lead, [LINK], on=DAY)
    assert may_see_health(BRUNO, lead, [replace(LINK, passes_health=True)], on=DAY)
    assert may_see_health(AMEL, LeadSide("agency", None, None, AMEL.membership), (), on=DAY)


def test_who_follows_the_person_today_sees_what_a_colleague_sent():
    sender, link = LeadSide("agency", None, None, uuid4()), PartnerSide("another")

    assert not may_see_uptake(AMEL, sender, link, on=DAY)
    assert may_see_uptake(AMEL, sender, link, on=DAY, lead=LeadSide("agency", None, None, AMEL.membership))


@pytest.mark.parametrize(("organisation", "sees"), [("agency", True), ("mission", True), ("another", False)])
def test_the_officers_of_both_sides_see_what_was_sent_and_no_person(organisation, sees):
    officer = replace(AMEL, role=Role.OFFICER, organisation=organisation)

    assert may_see_uptake(officer, LeadSide("agency", None, None, uuid4()), LINK, on=DAY) is sees
    assert not may_see_person(officer, LeadSide("agency"), [LINK], on=DAY)


@pytest.mark.parametrize("ends", [{"is_closed": True}, {"is_objected": True}, {"until": DAY}])
@pytest.mark.parametrize(("organisation", "sees"), [("agency", True), ("mission", False)])
def test_the_officer_of_who_receives_sees_no_more_than_who_receives(organisation, sees, ends):
    officer = replace(AMEL, role=Role.OFFICER, organisation=organisation)
    link = replace(LINK, **ends)

    assert may_see_uptake(officer, LeadSide("agency", None, None, uuid4()), link, on=DAY) is sees


def test_a_table_may_have_no_objection_nor_last_day():
    parts = partner_rule(PARTNER, OpenColumns("closed_at")).parts

    assert len(partner_rule(PARTNER, LINK_ENDS).parts) == len(parts) + 2
    assert Marked("passes_health") not in parts


def agreement(name: str, *, until: date | None, survival: Survival | None = None, framework: str = "") -> Agreement:
    clauses = (
        ()
        if survival is None
        else (Clause("d", ClauseKind.DECLINES, Declines((AgreementLevel.LOCAL,), survival=survival)),)
    )
    return Agreement(
        id=name,
        title=name,
        level=AgreementLevel.LOCAL,
        kind=AgreementKind.AGREEMENT,
        territory=TerritoryRef(TerritoryKind.DEPARTMENT, "36"),
        parties=(),
        articles=(Article("1", "…", "…", clauses),),
        digest="0" * 64,
        framework=framework,
        signed_on=date(2020, 1, 1),
        effective_from=date(2020, 1, 1),
        effective_until=until,
    )


@pytest.mark.parametrize(
    ("survival", "own_end", "framework_end", "expected"),
    [
        (None, date(2027, 1, 1), date(2026, 6, 1), None),
        (Survival.OPEN_REFERRALS, date(2027, 1, 1), date(2026, 6, 1), None),
        (Survival.WHOLE, date(2027, 1, 1), date(2026, 6, 1), None),
        (Survival.NOTHING, date(2027, 1, 1), date(2026, 6, 1), date(2026, 6, 1)),
        (Survival.NOTHING, date(2026, 4, 1), date(2026, 6, 1), date(2026, 4, 1)),
        (Survival.NOTHING, None, None, None),
    ],
)
def test_a_link_falls_with_its_agreement_only_where_nothing_survives(survival, own_end, framework_end, expected):
    framework = agreement("framework", until=framework_end, survival=survival)
    local = agreement("local", until=own_end, framework="framework")
    known = AgreementSet({"framework": framework, "local": local})

    assert visible_until(local, known, on=DAY) == expected


def test_an_agreement_without_framework_lets_links_run_on():
    alone = agreement("alone", until=date(2026, 4, 1))

    assert visible_until(alone, AgreementSet({"alone": alone}), on=DAY) is None
