"""Passing a person's support to a partner within the volume of an article, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from maillage.apps.accounts.queries import find_member
from maillage.apps.agreements.queries import LoadedAgreements
from maillage.apps.audit.use_cases import record_event
from maillage.apps.delegation.mapping import DelegationSeen, delegation_seen
from maillage.apps.delegation.models import Delegation, DelegationEvent, LeadOrganisationDecision, VolumeUse
from maillage.apps.delegation.permissions import TABLE
from maillage.apps.delegation.queries import (
    DelegatingClause,
    find_delegating_clause,
    visible_delegation,
    waiting_list,
)
from maillage.apps.delegation.volumes import can_review
from maillage.apps.delegation.writing import writing_as, writing_as_system
from maillage.apps.notifications.use_cases import put_in_outbox
from maillage.apps.people.queries import PersonNotFound, lead_organisation_of
from maillage.apps.people.use_cases import close_link
from maillage.apps.people.use_cases.carrying import name_adviser
from maillage.domain.accounts import Actor, Author, Member
from maillage.domain.agreements import Volume
from maillage.domain.delegation import (
    DelegationRefused,
    DelegationState,
    EndReason,
    period_of,
    refusal_of_change,
    review_due_on,
    term_on,
)
from maillage.domain.permissions import Relation, require
from maillage.domain.personal_data import refuse_national_number
from maillage.domain.visibility import FOLLOWING_ROLES


@dataclass(frozen=True)
class Proposal:
    """Whose support is proposed to whom, by which referral; the sides repeat the referral's.

    ``agreed_on`` is the day the person agreed (``None``: not yet; it begins only then); ``is_priority`` whether the
    article puts one of the person's target groups first. ``until`` repeats the referral's.
    """

    person: UUID
    uptake: UUID | None
    from_organisation: str
    from_site: UUID | None
    from_team: UUID | None
    from_membership: UUID
    to_organisation: str
    to_site: UUID | None
    to_team: UUID | None
    version: str
    until: date | None = None
    is_priority: bool = False
    birth_date: date | None = None
    agreed_on: date | None = None


class DelegationChanged(DelegationRefused):
    """Somebody else acted on the same delegation in the meantime; nothing of this attempt was kept."""

    def __init__(self) -> None:
        super().__init__(
            "Quelqu’un vient d’agir sur cette délégation : relisez-la, puis recommencez s’il le faut.",
            "Somebody has just acted on this delegation: read it again, then start over if need be.",
        )


# Places


def take_place(clause: DelegatingClause, volume: Volume, *, on: date) -> date | None:
    """Take one place of a volume in the period of a day; gives the start of that period, ``None`` when it is spent.

    The count and its limit are compared and changed in one statement: two cannot take the last place.
    """
    start = period_of(volume, on=on, term=term_on(clause.agreement, on=on)).start or date.min
    named = {"agreement": clause.agreement.id, "clause": clause.id, "period_start": start}
    VolumeUse.objects.get_or_create(**named, defaults={"limit": volume.count})
    # An amendment may have changed the volume; what is used already stays used.
    VolumeUse.objects.filter(**named, used__lte=volume.count).exclude(limit=volume.count).update(limit=volume.count)
    taken = VolumeUse.objects.filter(**named, used__lt=F("limit")).update(used=F("used") + 1)
    return start if taken else None


def give_place_back(row: Delegation) -> None:
    """Give the place of a delegation back to its period."""
    if row.period_start is not None:
        named = {"agreement": row.agreement, "clause": row.clause, "period_start": row.period_start}
        VolumeUse.objects.filter(**named, used__gt=0).update(used=F("used") - 1)


def give_places_to_waiting(clause: DelegatingClause, *, by: Author, at: datetime) -> tuple[DelegationSeen, ...]:
    """Keep the places left for those who wait, in the order of the list; gives whom one was kept for."""
    on = timezone.localdate(at)
    volume = clause.body.volume
    served = []
    for waiting in waiting_list(clause.agreement.id, clause.id):
        start = take_place(clause, volume, on=on) if volume is not None else on
        if start is None:
            break
        row = Delegation.objects.get(pk=waiting.id)
        kept = {"period_start": start if volume is not None else None}
        _change(row, DelegationState.PROPOSED, kept, by=by, at=at, effective_on=on)
        served.append(delegation_seen(row))
    return tuple(served)


# The life of a delegation


def propose_delegation(*, actor: Actor, proposal: Proposal, clause: DelegatingClause, at: datetime) -> DelegationSeen:
    """Propose a delegation with the referral that carries it: a place is kept, or the person waits for one.

    Call it inside the use case that sends the referral, which has permitted it. Who comes after others on the waiting
    list waits too, even when a place has just come free.

    Raises:
        DelegationRefused: it is already proposed, or a partner already leads the support of this person.
    """
    on = timezone.localdate(at)
    _refuse_a_second(proposal.person, clause)
    give_places_to_waiting(clause, by=Author.of(actor), at=at)
    volume = clause.body.volume
    is_behind = bool(waiting_list(clause.agreement.id, clause.id))
    start = take_place(clause, volume, on=on) if volume is not None and not is_behind else None
    waits = volume is not None and start is None
    state = DelegationState.WAITING if waits else DelegationState.PROPOSED
    row = Delegation.objects.create(
        person=proposal.person,
        uptake=proposal.uptake,
        from_organisation=proposal.from_organisation,
        from_site=proposal.from_site,
        from_team=proposal.from_team,
        from_membership=proposal.from_membership,
        to_organisation=proposal.to_organisation,
        to_site=proposal.to_site,
        to_team=proposal.to_team,
        agreement=clause.agreement.id,
        article=clause.article.number,
        clause=clause.id,
        version=proposal.version,
        until=proposal.until,
        state=state.value,
        is_priority=proposal.is_priority,
        period_start=start,
        proposed_on=on,
        waiting_since=on if waits else None,
        agreed_on=proposal.agreed_on,
        review_due_on=review_due_on(proposal.birth_date, clause.body.condition),
    )
    _write(row, state, by=Author.of(actor), at=at, effective_on=on)
    return delegation_seen(row)


def _refuse_a_second(person: UUID, clause: DelegatingClause) -> None:
    rows = Delegation.objects.filter(person=person)
    if rows.filter(state=DelegationState.RUNNING.value).exists():
        raise DelegationRefused(
            "Un partenaire accompagne déjà cette personne par délégation : demandez d’abord la reprise.",
            "A partner already leads the support of this person by delegation: ask for the hand-back first.",
        )
    begun = [DelegationState.PROPOSED.value, DelegationState.WAITING.value]
    if rows.filter(agreement=clause.agreement.id, clause=clause.id, state__in=begun).exists():
        raise DelegationRefused(
            "Cette délégation est déjà proposée pour cette personne : suivez la demande en cours.",
            "This delegation is already proposed for this person: follow the request under way.",
        )


def record_agreement_of_person(*, actor: Actor, delegation: UUID, agreed_on: date, at: datetime) -> DelegationSeen:
    """Record that the person agreed to be supported by the partner; it begins with that and a first meeting.

    Raises:
        DelegationNotFound: no such delegation, or not theirs to see.
        NotPermitted: their role, their place or its state forbids it.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = visible_delegation(actor, delegation, on=on)
        require(TABLE, "RECORD_AGREEMENT", actor, relations_of(actor, row), DelegationState(row.state))
        with writing_as_system("delegation.agreement"):
            state = DelegationState(row.state)
            _claim(row, {"agreed_on": agreed_on})
            _write(row, state, by=Author.of(actor), at=at, effective_on=agreed_on)
        return delegation_seen(row)


def begin_delegation(*, uptake: UUID, by: Author, on: date, at: datetime) -> DelegationSeen | None:
    """Begin the delegation that an uptake carries, on the day of the first meeting, when the person has agreed.

    Gives ``None`` when the uptake carries none, or the person has not agreed yet. Call it inside the use case that
    records the meeting.

    Raises:
        DelegationRefused: the person still waits for a place.
    """
    row = Delegation.objects.filter(uptake=uptake).first()
    if row is None or row.agreed_on is None or row.state == DelegationState.RUNNING.value:
        return None
    kept = {"started_on": on, "waiting_since": None}
    _change(row, DelegationState.RUNNING, kept, by=by, at=at, effective_on=on)
    return delegation_seen(row)


def undo_beginning(*, uptake: UUID, by: Author, reason: str, on: date, at: datetime) -> DelegationSeen | None:
    """Take back the beginning of the delegation that an uptake carries: the first meeting did not take place.

    It is proposed again and its place stays kept, as before the meeting was noted; what ends the request afterwards
    gives the place back. Gives ``None`` when none runs. Call it inside the use case that corrects.
    """
    row = Delegation.objects.filter(uptake=uptake, state=DelegationState.RUNNING.value).first()
    if row is None:
        return None
    _change(row, DelegationState.PROPOSED, {"started_on": None}, by=by, at=at, effective_on=on, reason=reason)
    close_link(by=by, subject=row.id, at=at)
    return delegation_seen(row)


def refuse_without_place(*, uptake: UUID) -> None:
    """Refuse that a person still on the waiting list of a volume be received before those in front.

    Raises:
        DelegationRefused: no place is kept for the person.
    """
    row = Delegation.objects.filter(uptake=uptake, state=DelegationState.WAITING.value).first()
    if row is None:
        return
    before = [one.id for one in waiting_list(row.agreement, row.clause)].index(row.id)
    raise DelegationRefused(
        f"Le volume prévu par la convention est atteint : {before} personne(s) attendent avant. La place sera gardée à "
        "son tour ; vous pouvez indiquer une date probable.",
        f"The volume of the agreement is spent: {before} people wait before. A place will be kept in turn; you can give "
        "an expected date.",
    )


def cancel_delegation(*, uptake: UUID, by: Author, reason: str, on: date, at: datetime) -> DelegationSeen | None:
    """Cancel the delegation that an uptake carried when it never began; its place is given back.

    Gives ``None`` when there is none, or it has begun: then only a hand-back ends it.
    """
    begun = [DelegationState.PROPOSED.value, DelegationState.WAITING.value]
    row = Delegation.objects.filter(uptake=uptake, state__in=begun).first()
    if row is None:
        return None
    give_place_back(row)
    kept = {"period_start": None, "hidden_at": at}
    _change(row, DelegationState.CANCELLED, kept, by=by, at=at, effective_on=on, reason=reason)
    return delegation_seen(row)


def hand_back(  # noqa: PLR0913 (keyword-only: whom, why, when, to whom)
    *,
    actor: Actor,
    delegation: UUID,
    reason: EndReason,
    ended_on: date,
    to: UUID,
    loaded: LoadedAgreements,
    at: datetime,
) -> DelegationSeen:
    """End a running delegation: why, on which day, and which adviser takes the person back.

    A place counted by people at one time comes back; an entry of the period stays counted.

    Raises:
        DelegationNotFound: no such delegation, or not theirs to see.
        NotPermitted: their role, their place or its state forbids it.
        DelegationRefused: the adviser named cannot take the person, or the day cannot be.
        DelegationChanged: somebody else acted in the meantime.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = visible_delegation(actor, delegation, on=on)
        require(TABLE, "HAND_BACK", actor, relations_of(actor, row), DelegationState(row.state))
        adviser = _taking_back(row, ended_on, to, today=on)
        with writing_as_system("delegation.hand_back"):
            if _counts_people(row, loaded, on=on):
                give_place_back(row)
            kept = {"ended_on": ended_on, "end_reason": reason.value, "handed_to": to, "hidden_at": at}
            _change(
                row,
                DelegationState.ENDED,
                kept,
                by=Author.of(actor),
                at=at,
                effective_on=ended_on,
                reason=reason.value,
            )
            close_link(by=actor, subject=row.id, at=at)
            name_adviser(by=actor, person=row.person, organisation=row.from_organisation, adviser=adviser, at=at)
            _tell_hand_back(row, at)
        return delegation_seen(row)


def _taking_back(row: Delegation, ended_on: date, to: UUID, *, today: date) -> Member:
    member = find_member(to, organisation=row.from_organisation)
    if member is None or member.ended_at is not None or member.is_frozen or member.role not in FOLLOWING_ROLES:
        raise DelegationRefused(
            "Nommez un conseiller en poste de l’organisme d’origine : personne ne reste sans référent.",
            "Name a present adviser of the organisation of origin: nobody is left without one.",
        )
    if ended_on > today or (row.started_on is not None and ended_on < row.started_on):
        raise DelegationRefused(
            "Le jour de la reprise est entre le début de la délégation et aujourd’hui.",
            "The day of the hand-back lies between the start of the delegation and today.",
        )
    return member


def _counts_people(row: Delegation, loaded: LoadedAgreements, *, on: date) -> bool:
    clause = find_delegating_clause(loaded, row.agreement, row.clause, on=on)
    volume = clause.body.volume if clause is not None else None
    return volume is not None and volume.counts == "PEOPLE"


def _tell_hand_back(row: Delegation, at: datetime) -> None:
    put_in_outbox(
        kind="delegation.handed_back",
        organisation=row.from_organisation,
        site=row.from_site,
        membership=row.handed_to,
        once=f"delegation:{row.id}:{row.sequence}",
        data={"delegation": str(row.id)},
        at=at,
    )


def record_review(*, actor: Actor, delegation: UUID, held_on: date, at: datetime) -> DelegationSeen:
    """Record that the review that the upper age opens was held, and that the support goes on.

    Raises:
        DelegationNotFound: no such delegation, or not theirs to see.
        NotPermitted: their role, their place or its state forbids it.
        DelegationRefused: no review is due within six weeks, or the day cannot be.
        DelegationChanged: somebody else acted in the meantime.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = visible_delegation(actor, delegation, on=on)
        require(TABLE, "RECORD_REVIEW", actor, relations_of(actor, row), DelegationState(row.state))
        if not can_review(delegation_seen(row), on=on):
            raise DelegationRefused(
                "Aucun point d’étape n’est à faire pour cette délégation dans les six semaines.",
                "No review of this delegation is due within six weeks.",
            )
        if held_on > on or (row.started_on is not None and held_on < row.started_on):
            raise DelegationRefused(
                "Le jour du point d’étape est entre le début de la délégation et aujourd’hui.",
                "The day of the review lies between the start of the delegation and today.",
            )
        with writing_as_system("delegation.review"):
            _claim(row, {"review_due_on": None})
            reason = EndReason.AGE_REVIEW.value
            _write(row, DelegationState.RUNNING, by=Author.of(actor), at=at, effective_on=held_on, reason=reason)
        return delegation_seen(row)


def clauses_waited_for(loaded: LoadedAgreements, *, on: date) -> tuple[DelegatingClause, ...]:
    """Give the delegating clauses in whose waiting list somebody is, for the clock job."""
    rows: Iterable[tuple[str, str]] = (
        Delegation.objects.filter(state=DelegationState.WAITING.value)
        .values_list("agreement", "clause")
        .distinct()
        .order_by("agreement", "clause")
    )
    found = (find_delegating_clause(loaded, agreement, clause, on=on) for agreement, clause in rows)
    return tuple(clause for clause in found if clause is not None)


def record_lead_decision(  # noqa: PLR0913 (keyword-only: what was decided, by whom, when, why)
    *,
    actor: Actor,
    person: UUID,
    to_organisation: str,
    decided_by: str,
    decided_on: date,
    reason: str,
    at: datetime,
    proposed_on: date | None = None,
) -> UUID:
    """Record that the competent body decided who follows a person; nothing is decided nor moved here.

    Raises:
        PersonNotFound: no such person, or not theirs to see.
        NotPermitted: their role forbids it.
        DelegationRefused, NationalNumberRefused: who decided, when or why is missing or unfit, or nothing changes.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        lead = lead_organisation_of(actor, person, on=on)
        if lead is None:
            raise PersonNotFound
        is_ours = lead == actor.organisation
        require(TABLE, "RECORD_LEAD_DECISION", actor, Relation.SENDER if is_ours else Relation.RECIPIENT)
        refuse_national_number("The decision", decided_by, reason)
        if to_organisation == lead:
            raise DelegationRefused(
                "Cet organisme suit déjà la personne : nommez celui qui la suivra.",
                "This organisation already follows the person: name the one that will.",
            )
        if not decided_by.strip() or not reason.strip() or decided_on > on:
            raise DelegationRefused(
                "Notez qui a décidé, quel jour (au plus tard aujourd’hui) et pourquoi.",
                "Record who decided, on which day (today at the latest) and why.",
            )
        row = LeadOrganisationDecision.objects.create(
            person=person,
            from_organisation=lead,
            to_organisation=to_organisation,
            proposed_on=proposed_on,
            decided_by=decided_by.strip()[:200],
            decided_on=decided_on,
            reason=reason.strip()[:280],
            recorded_by=actor.membership,
            recorded_at=at,
        )
        record_event(by=actor, what="record_lead_decision", subject=f"lead_decision:{row.id}", at=at)
        return row.id


def relations_of(actor: Actor, row: Delegation) -> frozenset[Relation]:
    """Give what an actor who sees a delegation is to it: the side that delegates, or the one that supports."""
    if actor.organisation == row.to_organisation:
        return frozenset({Relation.RECIPIENT})
    return frozenset({Relation.SENDER})


# Writing


def _change(  # noqa: PLR0913 (keyword-only: to what, with which columns, by whom, when, why)
    row: Delegation,
    to: DelegationState,
    columns: Mapping[str, object],
    *,
    by: Author,
    at: datetime,
    effective_on: date,
    reason: str = "",
) -> None:
    refused = refusal_of_change(DelegationState(row.state), to)
    if refused is not None:
        raise refused
    _claim(row, {**columns, "state": to.value})
    _write(row, to, by=by, at=at, effective_on=effective_on, reason=reason)


def _claim(row: Delegation, columns: Mapping[str, object]) -> None:
    changed = Delegation.objects.filter(pk=row.pk, sequence=row.sequence).update(sequence=F("sequence") + 1, **columns)
    if not changed:
        raise DelegationChanged
    row.refresh_from_db()


def _write(  # noqa: PLR0913 (keyword-only: what it became, by whom, when, why)
    row: Delegation,
    state: DelegationState,
    *,
    by: Author,
    at: datetime,
    effective_on: date,
    reason: str = "",
) -> None:
    DelegationEvent.objects.create(
        delegation=row,
        sequence=row.sequence,
        state=state.value,
        by=by.account,
        by_name=by.name,
        organisation=by.organisation,
        recorded_at=at,
        effective_on=effective_on,
        reason=reason,
    )
    record_event(
        by=by,
        what=f"delegation.{state.value.lower()}",
        subject=f"delegation:{row.id}",
        at=at,
        details={"sequence": row.sequence},
    )
