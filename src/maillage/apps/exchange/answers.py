"""The weekly file: what partners answered and what came of it, under the identifier the organisation already holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.people.queries import PersonNotFound, person_for
from maillage.apps.referrals.absences import history_told, state_told, tells_absences
from maillage.apps.referrals.queries import UptakeSeen, news_for, outcomes_of
from maillage.apps.referrals.wording import Told
from maillage.domain.accounts import Actor
from maillage.domain.personal_data import looks_like_national_number
from maillage.domain.referrals import Move

WEEK = timedelta(days=7)
LINES_MOST = 2000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One event of a partner, under France Travail's names where its interface has one; no name of a person.

    ``identifiant`` is the one the organisation holds (empty: it holds none, and ``reference`` finds the request).
    """

    identifiant: str
    reference: str
    date_evenement: str
    evenement: str
    etat: str
    service: str
    organisme: str
    convention: str
    article: str
    date_rendez_vous: str
    resultat: str
    date_resultat: str


COLUMNS = tuple(field.name for field in fields(AnswerLine))


def answers_file(actor: Actor, *, at: datetime, since: datetime | None = None) -> str:
    """Write the answers of a week (or since a moment) about the people an actor follows, as CSV with semicolons.

    Each person is looked at once, and the look is written in the journal, as is the export itself. At most 2,000
    events; the latest first. An absence is told where a clause names attendance, else left out: it is under way.

    Raises:
        AccountFrozen: it looked at too many people.
    """
    on = timezone.localdate(at)
    news = news_for(actor, since=since or at - WEEK, on=on, limit=LINES_MOST)
    identifiers: dict[object, str] = {}
    for seen, _told in news:
        if seen.person not in identifiers:
            identifiers[seen.person] = _identifier(actor, seen, at)
    missed = {seen.id: seen for seen, told in news if seen.absence_count or told.move is Move.MISS}
    tells = {uptake: tells_absences(actor, seen, on=on) for uptake, seen in missed.items()}
    lines = [
        line
        for seen, told in news
        for shown in history_told([told], is_told=tells.get(seen.id, True))
        for line in _lines(actor, seen, shown, identifiers[seen.person], on, is_told=tells.get(seen.id, True))
    ]
    record_event(by=actor, what="export_answers", subject=actor.organisation, at=at, details={"lines": len(lines)})
    return written_table(COLUMNS, ([getattr(line, name) for name in COLUMNS] for line in lines))


def _identifier(actor: Actor, seen: UptakeSeen, at: datetime) -> str:
    try:
        held = person_for(actor, seen.person, at=at, why="weekly file").external_id
    except PersonNotFound:  # merged into another file meanwhile
        return ""
    return "" if looks_like_national_number(held) else held


def _lines(  # noqa: PLR0913 (what one line says)
    actor: Actor, seen: UptakeSeen, told: Told, identifier: str, on: date, *, is_told: bool
) -> Iterator[AnswerLine]:
    outcomes = outcomes_of(actor, seen.id, on=on) if told.move.name in {"COMPLETE", "ADD_OUTCOME"} else ()
    for outcome in outcomes or (None,):
        yield AnswerLine(
            identifiant=identifier,
            reference=str(seen.id),
            date_evenement=told.effective_on.isoformat(),
            evenement=told.move.value,
            etat=state_told(seen, is_told=is_told),
            service=seen.service_name,
            organisme=seen.recipient_organisation,
            convention=seen.agreement,
            article=seen.article,
            date_rendez_vous=seen.appointment_at.isoformat() if seen.appointment_at else "",
            resultat=outcome.kind.value if outcome else "",
            date_resultat=outcome.on.isoformat() if outcome else "",
        )


def written_table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table as CSV with semicolons, no cell of which a spreadsheet runs."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(columns)
    rows.writerows([_plain(text) for text in line] for line in lines)
    return written.getvalue()


def _plain(text: str) -> str:
    """Write a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
