"""What forbids sending although the door is open: it is one's own, it takes nobody new, a consent is missing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from maillage.apps.eligibility.queries import offered_on
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.referrals.basis import SendingBasis, SendingRefused
from maillage.apps.referrals.queries import reception_of
from maillage.apps.sharing.queries import is_objected, what_passes
from maillage.domain.accounts import Actor
from maillage.domain.sharing import WhatPasses


def refuse_own_body(actor: Actor, organisation: str, *, on: date) -> None:
    """Refuse to send to one's own organisation, or to another part of the same body: it already follows the person.

    Raises:
        SendingRefused: the service is one's own.
    """
    if offered_on(on).offer.directory.are_one_body(actor.organisation, organisation):
        raise SendingRefused(
            "Ce service est le vôtre : il n’y a rien à adresser.", "This service is yours: there is nothing to send."
        )


def refuse_closed_reception(organisation: str, site: UUID | None, *, on: date) -> None:
    """Refuse to send to a recipient that takes nobody on that day.

    Raises:
        SendingRefused: it is closed to new requests.
    """
    reception = reception_of(organisation, site)
    if reception is None or not reception.is_closed(on=on):
        return
    until = reception.closed_until
    back_fr = f" jusqu’au {until:%d/%m/%Y}" if until else ""
    back_en = f" until {until.isoformat()}" if until else ""
    why = f" ({reception.closed_why})" if reception.closed_why else ""
    raise SendingRefused(
        f"Ce partenaire ne prend plus de nouvelles personnes{back_fr}{why}. Choisissez un autre service, ou préparez la "
        "demande pour plus tard.",
        f"This partner takes nobody new{back_en}{why}. Choose another service, or prepare the request for later.",
    )


def refuse_what_is_not_agreed(actor: Actor, record: PersonRecord, basis: SendingBasis, *, on: date) -> WhatPasses:
    """Give what passes to the recipient; refuse to send while a consent that the agreement asks for is missing.

    Raises:
        SendingRefused: the person objects, or a clause asks for their consent and it was not given or no longer holds.
    """
    if is_objected(record.id, basis.service.organisation):
        raise SendingRefused(
            "La personne a refusé que ses informations aillent à ce partenaire : proposez-lui un autre service, ou voyez "
            "avec elle si elle change d’avis.",
            "The person refused that this partner sees their information: offer another service, or ask whether they "
            "change their mind.",
        )
    shared = passing_to(actor, record.id, basis.ground.agreement, basis.service.organisation, on=on)
    if not shared.awaiting:
        return shared
    clause = shared.awaiting[0]
    raise SendingRefused(
        f"L’accord demande le consentement de la personne avant de transmettre ses informations (article "
        f"{clause.article}) : demandez-le-lui et enregistrez-le. Elle peut dire non et être aidée tout de même.",
        f"The agreement asks for the person’s consent before passing on their information (article {clause.article}): "
        "ask them and record it. They can say no and be helped all the same.",
    )


def passing_to(actor: Actor, person: UUID, agreement: str, organisation: str, *, on: date) -> WhatPasses:
    """Say what passes of a person to a recipient on a day under an agreement: what its clauses list, and no more."""
    return what_passes(person=person, agreement=agreement, sender=actor.organisation, receiver=organisation, on=on)
