"""What a person does with a request by their private link: say no to a partner, no longer want what was asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from maillage.apps.delegation.writing import writing_as_system
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.moving import Said, record_move
from maillage.apps.referrals.use_cases.wills import hide_requests, withdraw_hidden
from maillage.apps.sharing.by_link import BY_LINK, LinkOver, link_or_refuse, object_by_link
from maillage.domain.accounts import Author
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import WithdrawalReason

BY_PERSON = Author("la personne, par son lien", through=BY_LINK)


def refuse_by_link(token: str, *, uptake: UUID, at: datetime) -> None:
    """Record, by the private link, that the person refuses that a partner of this request sees them.

    The partner sees nothing more at once, and what was asked of it is withdrawn where it can be.

    Raises:
        LinkOver: the link leads nowhere, or the request is not among those it shows.
    """
    row = _of_the_link(token, uptake, at)
    with transaction.atomic():
        object_by_link(token, organisation=row.recipient_organisation, at=at)
        withdraw_hidden(hide_requests(row.person, row.recipient_organisation, at), BY_PERSON, at=at)


def withdraw_by_link(token: str, *, uptake: UUID, at: datetime) -> None:
    """Withdraw a request, by the private link, because the person no longer wants it.

    Raises:
        LinkOver: the link leads nowhere, or the request is not among those it shows.
        MoveRefused: it has gone too far to be withdrawn; the sentence says what to do.
    """
    row = _of_the_link(token, uptake, at)
    with writing_as_system("referrals.withdraw_by_link"):
        said = Said(reason=WithdrawalReason.PERSON_ASKED.name)
        record_move(row, Move.WITHDRAW, said, BY_PERSON, at=at)


def _of_the_link(token: str, uptake: UUID, at: datetime) -> Uptake:
    found = link_or_refuse(token, at=at)
    with writing_as_system("referrals.of_the_link"):
        row = Uptake.objects.filter(pk=uptake, referral=found.subject, person=found.person).first()
    if row is None:
        raise LinkOver
    return row
