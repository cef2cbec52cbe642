"""Sending people to partners: one person to several services, several people to one meeting, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.utils import timezone

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.audit.use_cases import record_event
from maillage.apps.delegation.mapping import DelegationSeen
from maillage.apps.delegation.queries import places_of, ranks_of
from maillage.apps.delegation.use_cases import Proposal, propose_delegation
from maillage.apps.delegation.writing import writing_as, writing_as_system
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.people.queries import facts_of, person_for
from maillage.apps.people.use_cases import open_link
from maillage.apps.referrals.basis import SendingBasis, SendingRefused, basis_of_sending
from maillage.apps.referrals.codes import code_of, digest_of
from maillage.apps.referrals.guarding import (
    passing_to,
    refuse_closed_reception,
    refuse_own_body,
    refuse_what_is_not_agreed,
)
from maillage.apps.referrals.mapping import columns_of, event_row, terms_of
from maillage.apps.referrals.models import Referral, Uptake, UptakeGroup
from maillage.apps.referrals.permissions import TABLE
from maillage.apps.referrals.queries import channel_of
from maillage.apps.referrals.requests import made_under, remember
from maillage.apps.referrals.use_cases.moving import (
    NOTHING_MORE,
    Moved,
    Said,
    move_uptake,
    permit,
    record_move,
    visible_uptake,
)
from maillage.domain.accounts import Actor, Author
from maillage.domain.permissions import Relation, require
from maillage.domain.personal_data import HEALTH_GROUPS, refuse_national_number
from maillage.domain.referrals import Move, MoveRefused, UptakeState, standing_of
from maillage.domain.referrals import UptakeEvent as Happened
from maillage.domain.referrals.moves import STATE_LABELS
from maillage.domain.visibility import visible_until

WORDS_MOST = 280
RECIPIENTS_MOST = 10
GATHERED_MOST = 200


@dataclass(frozen=True)
class Address:
    """Where a person is sent: a service of the catalogue, and the site or team whose inbox takes it (``None``: any)."""

    service: str
    site: UUID | None = None
    team: UUID | None = None


@dataclass(frozen=True)
class Request:
    """What is asked for a person: why (one line), what they wish, where.

    ``confirmed`` are the facts that nobody had recorded and that the adviser confirmed with the person;
    ``agreed_on`` the day the person agreed to the support passing, where it does.
    """

    to: tuple[Address, ...]
    why: str = ""
    wish: str = ""
    confirmed: frozenset[str] = frozenset()
    agreed_on: date | None = None


@dataclass(frozen=True)
class Sent:
    """What was made of a request: the referral, its uptakes in the order asked, and the chain they belong to."""

    referral: UUID
    chain: UUID
    uptakes: tuple[Moved, ...]


@dataclass(frozen=True)
class _Origin:
    """What a referral comes from: another one of the chain, a gathering, or nothing."""

    chain: UUID | None = None
    based_on: UUID | None = None
    gathering: UUID | None = None
    is_walk_in: bool = False


NO_ORIGIN = _Origin()


def prepare_referral(*, actor: Actor, person: UUID, request: Request, at: datetime, key: str = "") -> Sent:
    """Prepare a request without sending it: the recipients see nothing of it.

    Raises:
        PersonNotFound: no such person among those the actor follows.
        NotPermitted: the actor's role forbids it.
        SendingRefused: the request names no service, too many, or says too much.
    """
    return _made(actor, person, request, at, key, is_sent=False)


def send_referral(*, actor: Actor, person: UUID, request: Request, at: datetime, key: str = "") -> Sent:
    """Send a person to one service or several, each with its own answer to come.

    Raises:
        PersonNotFound: no such person among those the actor follows.
        NotPermitted: the actor's role forbids it.
        SendingRefused: a service is not open to the person, facts or consent are missing, a recipient is closed.
        DelegationRefused: the support of this person is already delegated, or proposed.
    """
    return _made(actor, person, request, at, key, is_sent=True)


def send_gathering(
    *, actor: Actor, people: Sequence[UUID], request: Request, at: datetime, key: str = ""
) -> tuple[Sent, ...]:
    """Send several people at once to one service, an information meeting for instance: all of them, or nobody.

    Raises:
        PersonNotFound: one of the people is not among those the actor follows.
        NotPermitted: the actor's role forbids it.
        SendingRefused: it is not open to one of them, or too many are named; nobody is sent.
    """
    on = timezone.localdate(at)
    everybody = tuple(dict.fromkeys(people))
    if not 0 < len(everybody) <= GATHERED_MOST:
        raise SendingRefused(
            f"Choisissez de 1 à {GATHERED_MOST} personnes.", f"Choose from 1 to {GATHERED_MOST} people."
        )
    with writing_as(actor, on=on):
        kept = made_under(actor, key)
        if kept is not None:
            return tuple(_sent_again(one) for one in _list_of(kept["sent"]))
        origin = _Origin(gathering=uuid4())
        sent = tuple(_one(actor, person, request, at, origin, is_sent=True) for person in everybody)
        remember(actor, key, "send_gathering", {"sent": [_kept(one) for one in sent]}, at)
        return sent


def send_draft(
    *,
    actor: Actor,
    uptake: UUID,
    at: datetime,
    confirmed: frozenset[str] = frozenset(),
    agreed_on: date | None = None,
) -> Moved:
    """Send an uptake that was prepared: the guards are asked as of today.

    Raises:
        UptakeNotFound, NotPermitted, MoveRefused, SendingRefused, DelegationRefused: as for sending and moving.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = visible_uptake(actor, uptake, on=on)
        permit(actor, row, Move.SEND, is_reported=False)
        record = person_for(actor, row.person, at=at, why="send")
        asked = Request((Address(row.service, row.recipient_site, row.recipient_team),), "", "", confirmed, agreed_on)
        basis = basis_of_sending(facts_of(row.person, actor=actor, on=on), row.service, on=on, confirmed=confirmed)
        _guard(actor, record, basis, asked.to[0], on)
        Uptake.objects.filter(pk=row.pk).update(**_basis_columns(basis, on=on))
        row.refresh_from_db()
        return _dispatch(actor, row, record, basis, asked, at)


def call_back(*, actor: Actor, uptake: UUID, at: datetime, sequence: int | None = None) -> Moved:
    """Call back what was sent, as long as the recipient has not opened it: nothing of it is seen any more.

    Raises:
        MoveRefused: it was opened; it can be withdrawn, with a reason.
        UptakeNotFound, NotPermitted, UptakeChanged: as for any move.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = visible_uptake(actor, uptake, on=on)
        if row.state not in {UptakeState.SENT.value, UptakeState.DRAFT.value}:
            state = UptakeState(row.state)
            raise MoveRefused(
                state,
                Move.WITHDRAW,
                f"La demande est {STATE_LABELS[state][0]} : elle ne peut plus être rappelée. Tant qu’elle est ouverte, "
                "vous pouvez la retirer en disant pourquoi.",
                f"The request is {STATE_LABELS[state][1]}: it can no longer be called back. While it is open, you can "
                "withdraw it, saying why.",
            )
        said = Said(details={"called_back": True})
        return move_uptake(actor=actor, uptake=uptake, move=Move.WITHDRAW, said=said, at=at, sequence=sequence)


def wake(*, actor: Actor, uptake: UUID, at: datetime, confirmed: frozenset[str] = frozenset()) -> Moved:
    """Send again what was left without an answer, with a new delay; the guards are asked as of today.

    Raises:
        UptakeNotFound, NotPermitted, MoveRefused, SendingRefused: as for sending and moving.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = visible_uptake(actor, uptake, on=on)
        permit(actor, row, Move.WAKE, is_reported=False)
        basis = basis_of_sending(facts_of(row.person, actor=actor, on=on), row.service, on=on, confirmed=confirmed)
        record = person_for(actor, row.person, at=at, why="send")
        _guard(actor, record, basis, Address(row.service, row.recipient_site, row.recipient_team), on)
        Uptake.objects.filter(pk=row.pk).update(**_basis_columns(basis, on=on))
        row.refresh_from_db()
        return record_move(row, Move.WAKE, NOTHING_MORE, Author.of(actor), at=at)


def redirect(  # noqa: PLR0913 (keyword-only: what, where instead, when)
    *, actor: Actor, uptake: UUID, request: Request, at: datetime, sequence: int | None = None, key: str = ""
) -> Sent:
    """Send the person elsewhere: a new referral based on this uptake, in the same chain; nothing follows on this one.

    Raises:
        UptakeNotFound, NotPermitted, MoveRefused, SendingRefused, UptakeChanged: as for sending and moving.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        kept = made_under(actor, key)
        if kept is not None:
            return _sent_again(kept)
        row = visible_uptake(actor, uptake, on=on)
        move_uptake(actor=actor, uptake=uptake, move=Move.REDIRECT, at=at, sequence=sequence)
        chain = Referral.objects.values_list("chain", flat=True).get(pk=row.referral_id)
        sent = _one(actor, row.person, request, at, _Origin(chain=chain, based_on=row.id), is_sent=True)
        remember(actor, key, "redirect", _kept(sent), at)
        return sent


# How it is made


def _made(actor: Actor, person: UUID, request: Request, at: datetime, key: str, *, is_sent: bool) -> Sent:  # noqa: PLR0913 (what was asked, when, under which key)
    with writing_as(actor, on=timezone.localdate(at)):
        kept = made_under(actor, key)
        if kept is not None:
            return _sent_again(kept)
        sent = _one(actor, person, request, at, NO_ORIGIN, is_sent=is_sent)
        remember(actor, key, "send_referral" if is_sent else "prepare_referral", _kept(sent), at)
        return sent


def _one(actor: Actor, person: UUID, request: Request, at: datetime, origin: _Origin, *, is_sent: bool) -> Sent:  # noqa: PLR0913 (whom, where, when, after what)
    on = timezone.localdate(at)
    require(TABLE, "PREPARE", actor, Relation.SENDER)
    _check_words(request)
    facts = facts_of(person, actor=actor, on=on)
    record = person_for(actor, person, at=at, why="send")
    bases = [basis_of_sending(facts, one.service, on=on, confirmed=request.confirmed) for one in request.to]
    if is_sent:
        for basis, address in zip(bases, request.to, strict=True):
            _guard(actor, record, basis, address, on)
    referral = _referral(actor, record, request, origin, at)
    moved = []
    for basis, address in zip(bases, request.to, strict=True):
        row = draft_uptake(actor, record, referral, basis, address, at)
        if is_sent:
            moved.append(_dispatch(actor, row, record, basis, request, at))
        else:
            moved.append(Moved(row.id, UptakeState.DRAFT, row.sequence))
    return Sent(referral.id, referral.chain, tuple(moved))


def _check_words(request: Request) -> None:
    if not 0 < len(request.to) <= RECIPIENTS_MOST:
        raise SendingRefused(
            f"Choisissez de 1 à {RECIPIENTS_MOST} services.", f"Choose from 1 to {RECIPIENTS_MOST} services."
        )
    if max(len(request.why), len(request.wish)) > WORDS_MOST:
        raise SendingRefused(
            f"Écrivez court : {WORDS_MOST} signes au plus. La personne pourra relire ce texte.",
            f"Write briefly: {WORDS_MOST} characters at most. The person can read this text.",
        )
    refuse_national_number("The request", request.why, request.wish)


def _guard(actor: Actor, record: PersonRecord, basis: SendingBasis, address: Address, on: date) -> None:
    refuse_own_body(actor, basis.service.organisation, on=on)
    refuse_closed_reception(basis.service.organisation, address.site, on=on)
    refuse_what_is_not_agreed(actor, record, basis, on=on)


def _referral(actor: Actor, record: PersonRecord, request: Request, origin: _Origin, at: datetime) -> Referral:
    made = uuid4()
    return Referral.objects.create(
        id=made,
        person=record.id,
        sender_organisation=actor.organisation,
        sender_site=record.lead_site or actor.site,
        sender_team=record.lead_team,
        sender_membership=record.lead_adviser or actor.membership,
        chain=origin.chain or made,
        based_on_id=origin.based_on,
        gathering=origin.gathering,
        is_walk_in=origin.is_walk_in,
        why=request.why.strip(),
        wish=request.wish.strip(),
        made_at=at,
    )


def draft_uptake(  # noqa: PLR0913, PLR0917 (for whom, of what, by virtue of what, where, when)
    actor: Actor, record: PersonRecord, referral: Referral, basis: SendingBasis, address: Address, at: datetime
) -> Uptake:
    """Make an uptake in preparation, its first event, and what rates are counted by."""
    on = timezone.localdate(at)
    first = Happened(1, Move.PREPARE, at, on)
    row = Uptake(
        referral=referral,
        person=record.id,
        sender_organisation=referral.sender_organisation,
        sender_site=referral.sender_site,
        sender_team=referral.sender_team,
        sender_membership=referral.sender_membership,
        service=basis.service.id,
        service_name=basis.service.name,
        recipient_organisation=basis.service.organisation,
        recipient_site=address.site,
        recipient_team=address.team,
        access_point=basis.service.location or "",
        channel=channel_of(basis.service.organisation, address.site).value,
        department=department_of(record.municipality),
        is_walk_in=referral.is_walk_in,
        sequence=1,
        **_basis_columns(basis, on=on),
    )
    for name, value in columns_of(standing_of((first,)), (first,), terms_of(row), at=at).items():
        setattr(row, name, value)
    row.code_digest = digest_of(code_of(row.id))
    row.save(force_insert=True)
    event_row(row.id, first, Author.of(actor), data={}).save()
    groups = sorted(set(record.target_groups or ()) - HEALTH_GROUPS)
    UptakeGroup.objects.bulk_create(UptakeGroup(uptake=row, group=group) for group in groups)
    record_event(by=actor, what="uptake.prepare", subject=f"uptake:{row.id}", at=at)
    return row


def _basis_columns(basis: SendingBasis, *, on: date) -> dict[str, object]:
    ground, known = basis.ground, agreements_in().agreements
    agreement = known.find(ground.agreement)
    return {
        "basis": ground.basis,
        "agreement": ground.agreement,
        "article": ground.article,
        "clause": ground.clause,
        "version": ground.version,
        "answer_days": basis.answer_days,
        "until": visible_until(agreement, known, on=on) if agreement else None,
    }


def _dispatch(  # noqa: PLR0913, PLR0917 (what is sent, for whom, by virtue of what, when)
    actor: Actor, row: Uptake, record: PersonRecord, basis: SendingBasis, request: Request, at: datetime
) -> Moved:
    details: dict[str, object] = {
        "agreement": row.agreement,
        "article": row.article,
        "version": row.version,
        "confirmed": sorted(basis.confirmed),
    }
    moved = record_move(row, Move.SEND, Said(details=details), Author.of(actor), at=at)
    open_to_recipient(actor, row, at=at)
    if basis.delegating is None:
        return moved
    with writing_as_system("referrals.delegate"):
        proposal = _proposal(row, record, basis, request)
        proposed = propose_delegation(actor=actor, proposal=proposal, clause=basis.delegating, at=at)
    return moved if proposed.waiting_since is None else _queue(actor, row, proposed, basis, at)


def open_to_recipient(actor: Actor, row: Uptake, *, at: datetime) -> None:
    """Let the recipient see the person, exactly as far as the agreement lets facts pass, while the uptake is open."""
    on = timezone.localdate(at)
    open_link(
        by=actor,
        person=row.person,
        kind="REFERRAL",
        subject=row.id,
        organisation=row.recipient_organisation,
        fields=passing_to(actor, row.person, row.agreement, row.recipient_organisation, on=on).fields,
        site=row.recipient_site,
        team=row.recipient_team,
        agreement=row.agreement,
        article=row.article,
        until=row.until,
        at=at,
    )


def _proposal(row: Uptake, record: PersonRecord, basis: SendingBasis, request: Request) -> Proposal:
    return Proposal(
        person=row.person,
        uptake=row.id,
        from_organisation=row.sender_organisation,
        from_site=row.sender_site,
        from_team=row.sender_team,
        from_membership=row.sender_membership,
        to_organisation=row.recipient_organisation,
        to_site=row.recipient_site,
        to_team=row.recipient_team,
        version=row.version,
        until=row.until,
        is_priority=basis.is_priority,
        birth_date=record.birth_date,
        agreed_on=request.agreed_on,
    )


def _queue(actor: Actor, row: Uptake, proposed: DelegationSeen, basis: SendingBasis, at: datetime) -> Moved:
    """Put what was sent on the waiting list at once: the volume is spent, and both events say so."""
    if basis.delegating is None:
        raise AssertionError("only a delegation has a volume")
    period = places_of(basis.delegating, on=timezone.localdate(at)).period
    said = Said(
        day=period.end,
        rank=ranks_of(proposed.agreement, proposed.clause).get(proposed.id),
        details={"volume_spent": True},
    )
    return record_move(row, Move.WAIT_FOR_PLACE, said, Author.of(actor), at=at)


def department_of(municipality: str) -> str:
    """Give the department of an INSEE code: three digits overseas, two signs elsewhere."""
    return municipality[:3] if municipality.startswith(("97", "98")) else municipality[:2]


# What is kept under a key


def _kept(sent: Sent) -> dict[str, object]:
    uptakes = [[str(one.uptake), one.state.value, one.sequence] for one in sent.uptakes]
    return {"referral": str(sent.referral), "chain": str(sent.chain), "uptakes": uptakes}


def _sent_again(kept: Mapping[str, object]) -> Sent:
    uptakes = tuple(Moved(UUID(name), UptakeState(state), number) for name, state, number in _list_of(kept["uptakes"]))
    return Sent(UUID(str(kept["referral"])), UUID(str(kept["chain"])), uptakes)


def _list_of(kept: object) -> list:
    return list(kept) if isinstance(kept, list) else []
