"""Asking what passes to a partner, what a person allowed or refused, and what their private link leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue.queries import find_organisation
from maillage.apps.people.acting import as_system
from maillage.apps.sharing import models
from maillage.apps.sharing.mapping import consent_from
from maillage.domain.sharing import A_PARTNER, ConsentGiven, Passing, WhatPasses, is_discreet, passings, shared_fields


def what_passes(*, person: UUID, agreement: str, sender: str, receiver: str, on: date) -> WhatPasses:
    """Say which stored fields of a person pass from one organisation to another under an agreement, on a day.

    An agreement that is not known passes what it takes to receive somebody; so does one that names no fact.
    """
    clauses = clauses_between(agreement, sender=sender, receiver=receiver, on=on)
    return shared_fields(clauses, consents_of(person), receiver=receiver, on=on)


def clauses_between(agreement: str, *, sender: str, receiver: str, on: date) -> tuple[Passing, ...]:
    """List the ``shares`` clauses of an agreement from one organisation to another, each known by id or network."""
    text = agreements_in().agreements.find(agreement)
    if text is None:
        return ()
    return passings(text, sender=names_of(sender, on=on), receiver=names_of(receiver, on=on), on=on)


def names_of(organisation: str, *, on: date) -> frozenset[str]:
    """Give the names under which an organisation may be a party: its id, the networks that carry it, what it belongs to."""
    found = find_organisation(organisation, on=on)
    if found is None:
        return frozenset({organisation})
    return frozenset({organisation, *found.networks, found.parent} - {""})


def consents_of(person: UUID) -> tuple[ConsentGiven, ...]:
    """List what a person allowed, the latest first, revoked ones among them."""
    rows = models.Consent.objects.filter(person_id=person).order_by("-recorded_at", "-pk")
    return tuple(consent_from(row) for row in rows)


def is_objected(person: UUID, organisation: str) -> bool:
    """Tell whether a person refuses that an organisation sees them, or that any partner does."""
    rows = models.Objection.objects.filter(person_id=person, lifted_at=None)
    return rows.filter(organisation__in=("", organisation)).exists()


def name_shown(organisation: str, *, to: str, on: date, lead: str = "") -> tuple[str, str]:
    """Give the name of an organisation as another one reads it beside a person, in French and in English.

    An organisation whose name would tell a condition is « un partenaire », but for itself and for who follows the
    person (``lead``).
    """
    if is_name_kept(organisation, to=to, on=on, lead=lead):
        return A_PARTNER
    found = find_organisation(organisation, on=on)
    name = found.name if found is not None else organisation
    return name, name


def is_name_kept(organisation: str, *, to: str, on: date, lead: str = "") -> bool:
    """Tell whether neither the name nor the id of an organisation is told to another one beside a person."""
    if to in {organisation, lead} - {""}:
        return False
    found = find_organisation(organisation, on=on)
    networks = found.networks if found is not None else frozenset()
    return is_discreet(organisation, networks, {organisation} if is_marked(organisation) else ())


def is_marked(organisation: str) -> bool:
    """Tell whether an organisation said that its name would tell a condition."""
    return models.DiscreetOrganisation.objects.filter(organisation=organisation).exists()


def digest_of(token: str) -> str:
    """Give what is stored of the token of a private link."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a private link leads: one referral of one person, until an instant."""

    id: UUID
    person: UUID
    subject: UUID
    until: datetime


def find_followed(token: str, *, at: datetime) -> Followed | None:
    """Find what a private link shows; ``None`` when it was never made, was revoked, or is past: the three are alike."""
    with as_system("sharing.find_followed"):
        rows = models.FollowLink.objects.filter(token_hash=digest_of(token), revoked_at=None, until__gt=at)
        row = rows.first()
    return None if row is None else Followed(row.pk, row.person_id, row.subject, row.until)
