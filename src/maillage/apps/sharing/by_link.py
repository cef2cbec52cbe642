"""What a person does by their private link: say no to a partner, end the link. The link itself is the right to do it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.people.acting import as_system
from maillage.apps.people.use_cases import hide_from
from maillage.apps.sharing import models
from maillage.apps.sharing.queries import Followed, digest_of, find_followed
from maillage.domain.shared import MaillageError

BY_LINK = "private link"


class LinkOver(MaillageError):
    """A private link leads nowhere: it was never made, was ended, or is past; the three are told alike."""

    sentence_fr = "Ce lien ne mène plus nulle part : demandez-en un autre à votre conseiller."
    sentence_en = "This link no longer leads anywhere: ask your adviser for another one."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


def link_or_refuse(token: str, *, at: datetime) -> Followed:
    """Give what a private link leads to.

    Raises:
        LinkOver: it leads nowhere.
    """
    found = find_followed(token, at=at)
    if found is None:
        raise LinkOver
    return found


def object_by_link(token: str, *, organisation: str, at: datetime) -> tuple[UUID, ...]:
    """Record that the person refuses that an organisation sees them; gives what was hidden at once.

    Saying it twice records it once.

    Raises:
        LinkOver: the link leads nowhere.
    """
    found = link_or_refuse(token, at=at)
    with as_system("sharing.object_by_link"), transaction.atomic():
        rows = models.Objection.objects.filter(person_id=found.person, organisation=organisation, lifted_at=None)
        if not rows.exists():
            models.Objection.objects.create(
                person_id=found.person, organisation=organisation, made_on=timezone.localdate(at), recorded_at=at
            )
            details: dict[str, object] = {"organisation": organisation}
            record_event(by=BY_LINK, what="object", subject=f"person:{found.person}", at=at, details=details)
        return hide_from(by=BY_LINK, person=found.person, organisation=organisation, at=at)


def end_by_link(token: str, *, at: datetime) -> None:
    """Have the link lead nowhere from now on, at the person's wish.

    Raises:
        LinkOver: it already leads nowhere.
    """
    found = link_or_refuse(token, at=at)
    with as_system("sharing.end_by_link"), transaction.atomic():
        ended = models.FollowLink.objects.filter(token_hash=digest_of(token), revoked_at=None).update(revoked_at=at)
        if not ended:
            raise LinkOver
        details: dict[str, object] = {"subject": str(found.subject)}
        record_event(by=BY_LINK, what="revoke_follow_link", subject=f"person:{found.person}", at=at, details=details)
