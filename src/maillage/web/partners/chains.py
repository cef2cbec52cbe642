"""The requests that belong together: what was asked first, and what followed when it was sent elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from maillage.apps.referrals.queries import UptakeSeen, chain_of
from maillage.domain.accounts import Actor
from maillage.domain.referrals import UptakeState
from maillage.web.accounts.own import organisation_name
from maillage.web.components import days
from maillage.web.partners import wording


@dataclass(frozen=True)
class ChainLine:
    """One request of a chain in words; ``is_this`` the one whose page shows it."""

    day: str
    service: str
    partner: str
    state: str
    address: str
    is_this: bool


def chain_lines(actor: Actor, chain: UUID, uptake: UUID, today: date) -> list[ChainLine]:
    """Put in words the requests of a chain that an actor sees, the first first; empty when there is one alone.

    What the actor's organisation received and has not opened names nobody: it is in no chain yet.
    """
    found = [one for one in chain_of(actor, chain, on=today) if not _is_sealed(actor, one)]
    if len(found) < 2:
        return []
    return [
        ChainLine(
            days.day(one.sent_on or one.since),
            one.service_name,
            organisation_name(one.recipient_organisation, on=today),
            wording.state_of(one.state),
            _address(actor, one),
            one.id == uptake,
        )
        for one in found
    ]


def _is_sealed(actor: Actor, one: UptakeSeen) -> bool:
    return one.state is UptakeState.SENT and one.recipient_organisation == actor.organisation


def _address(actor: Actor, one: UptakeSeen) -> str:
    is_ours = one.recipient_organisation == actor.organisation
    return reverse("partners:item" if is_ours else "portfolio:uptake", args=[one.id])
