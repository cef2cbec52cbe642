"""What sending a person to a service would do, before it is done: what forbids it, what is missing, what would leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from maillage.apps.accounts.queries import sites_of
from maillage.apps.delegation.queries import places_of
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.people.queries import facts_of
from maillage.apps.referrals.basis import SendingBasis, SendingRefused, basis_of_sending
from maillage.apps.referrals.guarding import passing_to, refuse_closed_reception, refuse_own_body
from maillage.apps.referrals.queries import channel_of
from maillage.apps.sharing.queries import is_objected
from maillage.domain.accounts import Actor
from maillage.domain.delegation import Places
from maillage.domain.referrals.reasons import Channel
from maillage.domain.services import Service
from maillage.domain.sharing import WhatPasses


@dataclass(frozen=True)
class Preview:
    """One service to be sent to.

    ``missing`` are the facts to confirm with the person; ``shared`` what would leave, once consent is given where
    ``shared.awaiting`` asks for it; ``places`` the volume when the support itself passes; ``refused`` what forbids it.
    """

    service: str
    found: Service | None = None
    basis: SendingBasis | None = None
    missing: frozenset[str] = frozenset()
    shared: WhatPasses | None = None
    places: Places | None = None
    channel: Channel = Channel.INBOX
    site: UUID | None = None
    refused: SendingRefused | None = None

    @property
    def is_delegation(self) -> bool:
        """Tell whether the support of the person would pass."""
        return self.basis is not None and self.basis.delegating is not None


def preview_of_sending(actor: Actor, record: PersonRecord, service: str, *, on: date) -> Preview:
    """Say what sending a person to a service on a day would do; nothing is written.

    Raises:
        PersonNotFound: the actor does not follow the person.
    """
    facts = facts_of(record.id, actor=actor, on=on)
    missing: frozenset[str] = frozenset()
    try:
        basis = basis_of_sending(facts, service, on=on)
    except SendingRefused as refused:
        if not refused.missing:
            return Preview(service, refused=refused)
        missing = refused.missing
        basis = basis_of_sending(facts, service, on=on, confirmed=missing)
    organisation = basis.service.organisation
    site = site_for(basis.service)
    return Preview(
        service=service,
        found=basis.service,
        basis=basis,
        missing=missing,
        shared=passing_to(actor, record.id, basis.ground.agreement, organisation, on=on),
        places=places_of(basis.delegating, on=on) if basis.delegating else None,
        channel=channel_of(organisation, site),
        site=site,
        refused=_refusal(actor, record, basis, site, on),
    )


def _refusal(
    actor: Actor, record: PersonRecord, basis: SendingBasis, site: UUID | None, on: date
) -> SendingRefused | None:
    organisation = basis.service.organisation
    try:
        refuse_own_body(actor, organisation, on=on)
        refuse_closed_reception(organisation, site, on=on)
    except SendingRefused as refused:
        return refused
    if not is_objected(record.id, organisation):
        return None
    return SendingRefused(
        "La personne a refusé que ce partenaire la voie. Si elle change d’avis, notez-le dans son dossier.",
        "The person refused that this partner sees them. If they change their mind, note it in the file.",
    )


def site_for(service: Service) -> UUID | None:
    """Find the site whose inbox takes what is sent to a service: that of its place, else the only one in its commune."""
    sites = sites_of(service.organisation)
    of_the_place = [one.id for one in sites if one.access_point and one.access_point == service.location]
    in_the_commune = [one.id for one in sites if one.municipality and one.municipality == service.municipality]
    found = of_the_place or in_the_commune
    return found[0] if len(found) == 1 else None
