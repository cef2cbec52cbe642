"""Bringing in a portfolio from a file, and handing one over to a colleague."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from maillage.apps.accounts.queries import find_member
from maillage.apps.audit.use_cases import record_event
from maillage.apps.people import models
from maillage.apps.people.acting import as_system
from maillage.apps.people.drafts import PersonDraft, PersonRefused
from maillage.apps.people.identifiers import hash_of
from maillage.apps.people.orientation import BARRIER_FIELDS, facts_read
from maillage.apps.people.permissions import PERMISSIONS
from maillage.apps.people.use_cases.records import create_person
from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import Relation, require
from maillage.domain.personal_data import (
    NATIONAL_NUMBER_COLUMNS,
    NationalNumberRefused,
    add_months,
    looks_like_national_number,
)
from maillage.domain.shared import MaillageError
from maillage.engine.people_columns import KNOWN_NONE
from maillage.engine.people_files import PortfolioUnreadable, RejectedLine, ValueRefused, read_table

ALIASES: Mapping[str, str] = {
    "prenom": "given_name",
    "nom": "family_name",
    "date_naissance": "birth_date",
    "date_de_naissance": "birth_date",
    "commune": "municipality",
    "code_commune": "municipality",
    "niveau_etude": "qualification",
    "telephone": "telephone",
    "courriel": "email",
    "langue": "language",
    "inscrit_depuis": "registered_since",
    "identifiant": "id",
}
"""Names of columns in French, with or without accents; those of France Travail's orientation that are plain facts."""
ORIENTED = frozenset({"brsa", *BARRIER_FIELDS})
"""Columns of France Travail's orientation whose codes are read together."""
NEEDED = ("given_name", "family_name", "municipality")
LINES_MOST = 5_000
"""What one adviser may bring in at once: a portfolio holds some hundreds of people."""
_YES = frozenset({"true", "yes", "1", "oui", "vrai"})
_NO = frozenset({"false", "no", "0", "non", "faux"})


class AdviserUnknown(MaillageError):
    """A portfolio cannot go to somebody who is no member of the organisation."""

    def __init__(self) -> None:
        super().__init__("A portfolio goes to a member of your organisation: choose one in the list.")


@dataclass(frozen=True, slots=True)
class PortfolioReport:
    """What became of a file of people: ``known`` were already followed under the same identifier and are unchanged."""

    read: int
    kept: tuple[UUID, ...]
    known: int
    rejected: tuple[RejectedLine, ...]
    unread: tuple[str, ...] = field(default=())


def import_portfolio(*, by: Actor, path: Path, at: datetime, dry_run: bool = False) -> PortfolioReport:
    """Open a file for each line of a table of people (CSV, XLSX, Parquet): every line is in, known, or told with why.

    The people come into the actor's own hands. A column or a value that looks like a national identity number is
    refused, the column with the whole file.

    Raises:
        NotPermitted: the role brings in no portfolio.
        PortfolioUnreadable: the file cannot be read, or lacks a column.
        NationalNumberRefused: a column announces national identity numbers.
    """
    require(PERMISSIONS, "import_portfolio", by, Relation.ORGANISATION)
    table, lines, rejected = read_table(path, lambda name: _column(name) in COLUMNS)
    names = {name: _column(name) for name in table.columns}
    _refuse_columns(path, names)
    if (count := table.height + len(rejected)) > LINES_MOST:
        raise PortfolioUnreadable(f"{path.name}: {count:,} lines. Bring in {LINES_MOST:,} people at most at once.")
    report = _Report(list(rejected), unread=tuple(name for name, known in names.items() if known not in COLUMNS))
    with transaction.atomic():
        for line, cells in zip(lines, table.iter_rows(named=True), strict=True):
            told = {names[name]: (value or "").strip() for name, value in cells.items()}
            report.add(int(line), told, by=by, at=at)
        if dry_run:
            transaction.set_rollback(True)
        else:
            _record(by, path, report, at)
    return report.told(table.height + len(rejected))


def _record(by: Actor, path: Path, report: _Report, at: datetime) -> None:
    details = {"kept": len(report.kept), "known": report.known, "rejected": len(report.rejected)}
    record_event(by=by, what="import_portfolio", subject=path.name[:300], at=at, details=details)


class _Report:
    """What becomes of the lines, one after the other."""

    def __init__(self, rejected: list[RejectedLine], *, unread: tuple[str, ...]) -> None:
        self.rejected, self.unread = rejected, unread
        self.kept: list[UUID] = []
        self.known = 0

    def add(self, line: int, cells: Mapping[str, str], *, by: Actor, at: datetime) -> None:
        try:
            draft = _draft(cells, on=timezone.localdate(at))
            if draft.external_id and _is_known(by.organisation, draft.external_id):
                self.known += 1
                return
            with transaction.atomic():
                self.kept.append(create_person(by=by, draft=draft, at=at))
        except (ValueRefused, PersonRefused) as refusal:
            self.rejected.append(RejectedLine(line, str(refusal)))

    def told(self, read: int) -> PortfolioReport:
        rejected = tuple(sorted(self.rejected, key=lambda one: one.line))
        return PortfolioReport(read, tuple(self.kept), self.known, rejected, self.unread)


def _is_known(organisation: str, identifier: str) -> bool:
    with as_system("people.import_portfolio"):
        rows = models.Person.objects.filter(lead_organisation=organisation)
        return rows.filter(external_id_hash=hash_of(identifier, organisation)).exists()


def _column(name: str) -> str:
    plain = name.strip().casefold().replace("é", "e").replace(" ", "_")
    return ALIASES.get(plain, plain)


def _refuse_columns(path: Path, names: Mapping[str, str]) -> None:
    for name, known in names.items():
        if known in NATIONAL_NUMBER_COLUMNS:
            raise NationalNumberRefused(f"The column « {name} » of {path.name}")
    missing = [name for name in NEEDED if name not in names.values()]
    if missing:
        raise PortfolioUnreadable(
            f"{path.name} has no column {' nor '.join(missing)}; found {', '.join(names) or 'none'}. Expected "
            f"{', '.join(NEEDED)}, and what is known of {', '.join(name for name in READERS if name not in NEEDED)}."
        )


def _draft(cells: Mapping[str, str], *, on: date) -> PersonDraft:
    for name, text in cells.items():
        if looks_like_national_number(text):
            raise ValueRefused(f"{name}: this looks like a national identity number, which is never kept")
    known: dict[str, Any] = {name: read(cells[name]) for name, read in READERS.items() if cells.get(name)}
    months = known.pop("registered_for_months", None)
    known["external_id"] = known.pop("id", "")
    draft = PersonDraft(**{**dict.fromkeys(NEEDED, ""), **_oriented(cells), **known})
    if months is not None and draft.registered_since is None:
        return replace(draft, registered=True, registered_since=add_months(on, -months))
    return draft


def _oriented(cells: Mapping[str, str]) -> dict[str, Any]:
    told = {name: text for name, text in cells.items() if name in ORIENTED}
    facts, strangers = facts_read(told)
    if strangers:
        raise ValueRefused(f"{strangers[0]} « {told[strangers[0]]} »: no code of France Travail's orientation")
    return facts


def _text(text: str) -> str:
    return text


def _day(text: str) -> date:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.replace("T", " ").partition(" ")[0], pattern).date()  # noqa: DTZ007 (a civil day)
        except ValueError:
            continue
    raise ValueRefused(f"« {text} »: expected a day, as 1992-05-31 or 31/05/1992")


def _truth(text: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise ValueRefused(f"« {text} »: expected yes, no or nothing")


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise ValueRefused(f"registered_for_months « {text} »: expected a whole number of months")
    return int(text)


def _codes(text: str) -> tuple[str, ...]:
    return () if text == KNOWN_NONE else tuple(code.strip() for code in text.split("|") if code.strip())


READERS: Mapping[str, Callable[[str], object]] = {
    "id": _text,
    "given_name": _text,
    "family_name": _text,
    "birth_date": _day,
    "municipality": _text,
    "telephone": _text,
    "email": _text,
    "prefers_to_be_called": _truth,
    "no_voicemail": _truth,
    "language": _text,
    "needs_interpreter": _truth,
    "registered": _truth,
    "registered_since": _day,
    "registered_for_months": _months,
    "target_groups": _codes,
    "barriers": _codes,
    "themes": _codes,
    "boe": _truth,
    "minimum_income": _truth,
    "priority_neighbourhood": _truth,
    "qualification": _text,
    "occupation": _text,
}
"""The columns that are read one by one, and how."""
COLUMNS = READERS.keys() | ORIENTED


def transfer_portfolio(  # noqa: PLR0913 (keyword-only: from whom, to whom, which people)
    *,
    by: Actor,
    giver: UUID,
    receiver: UUID,
    at: datetime,
    people: Collection[UUID] | None = None,
    team: UUID | None = None,
) -> int:
    """Hand over the people an adviser follows (all, or those named) to a colleague; gives how many.

    What partners see does not change; the links follow. ``giver`` and ``receiver`` are memberships of the actor's
    organisation; ``team`` is where the receiver follows them, if in one.

    Raises:
        NotPermitted: the actor is neither the giver, nor an officer or an administrator.
        AdviserUnknown: one of the two is no member of the organisation.
    """
    require(PERMISSIONS, "transfer_portfolio", by, _relation(by, giver))
    target = find_member(receiver, organisation=by.organisation)
    if target is None or find_member(giver, organisation=by.organisation) is None:
        raise AdviserUnknown
    lead = {"lead_adviser": receiver, "lead_team": team, "lead_site": target.site}
    with as_system("people.transfer_portfolio"), transaction.atomic():
        rows = models.Person.objects.filter(lead_organisation=by.organisation, lead_adviser=giver)
        if people is not None:
            rows = rows.filter(pk__in=people)
        moved = list(rows.select_for_update().values_list("pk", flat=True))
        models.Link.objects.filter(person_id__in=moved).update(**lead)
        models.Person.objects.filter(pk__in=moved).update(**lead, version=F("version") + 1)
        details = {"giver": str(giver), "receiver": str(receiver), "people": len(moved)}
        record_event(by=by, what="transfer_portfolio", subject=f"membership:{giver}", at=at, details=details)
        for person in moved:
            record_event(by=by, what="transfer_person", subject=f"person:{person}", at=at, details=details)
    return len(moved)


def _relation(by: Actor, giver: UUID) -> Relation:
    if giver == by.membership:
        return Relation.OWN
    return Relation.ORGANISATION if by.role in {Role.OFFICER, Role.ADMINISTRATOR} else Relation.NONE
