"""Importing one file: every line in or rejected with its reason, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.imports.files import SourceFile
from maillage.apps.imports.formats import Counts, Importer, ImportReport, Rejected, RowRefused, importer_of
from maillage.apps.imports.models import ImportRun
from maillage.apps.imports.reading import rows_of
from maillage.apps.imports.rows import Row, UnreadableFile
from maillage.domain.shared import MaillageError

__all__ = ["ImportReport", "ImportStopped", "Rejected", "import_file"]

COLUMNS_LOOKED_AT = 100
REJECTED_KEPT = 1000
PROGRESS_EVERY = 500
DEEPEST = 40


class ImportStopped(MaillageError):
    """The database refused; nothing of the file was loaded."""


def _silent(_done: int, _total: int | None) -> None:
    """Show nothing."""


def import_file(  # noqa: PLR0913 (keyword-only: what is asked, by whom, when, shown how)
    *,
    by: str,
    format_name: str,
    path: Path,
    at: datetime,
    dry_run: bool = False,
    progress: Callable[[int, int | None], None] = _silent,
) -> ImportReport:
    """Load one file of a known format and give the account of every line.

    ``at`` is the aware instant the file is known from. ``progress`` is told how far the reading is and where it ends,
    in bytes of the file. A dry run counts what would change and stores nothing.

    Raises:
        UnknownFormat: no context reads that format.
        UnreadableFile: the file as a whole cannot be used; nothing was changed.
        ImportStopped: the database refused it; nothing was changed.
    """
    importer = importer_of(format_name)
    with SourceFile(path) as source:
        _begin(importer)
        kept, rejected = _parse_all(importer, _watched(source, progress), path)
        progress(source.size, source.size)
        digest = source.digest()
    try:
        with transaction.atomic():
            counts = importer.save([record for _, record in kept], at=at) if kept else Counts()
            report = ImportReport(
                format=format_name,
                file=path.name,
                read=len(kept) + len(rejected),
                **asdict(counts),
                rejected=tuple(sorted(rejected)),
                warnings=_warnings(importer),
                is_dry_run=dry_run,
            )
            if dry_run:
                transaction.set_rollback(True)
            else:
                _remember(report, by=by, digest=digest, at=at)
            return report
    except IntegrityError as failure:
        raise ImportStopped(
            f"{path.name} was not loaded: another change was being written at the same time. Nothing was changed; "
            f"try again. ({_first_line(failure)})"
        ) from failure
    except DatabaseError as failure:
        raise ImportStopped(
            f"{path.name} was not loaded: the database refused it ({_first_line(failure)}). Nothing was changed."
        ) from failure


def _begin(importer: Importer) -> None:
    begin = getattr(importer, "begin", None)
    if begin is not None:
        begin()


def _warnings(importer: Importer) -> tuple[str, ...]:
    ask = getattr(importer, "warnings", None)
    return tuple(ask()) if ask is not None else ()


def _watched(source: SourceFile, progress: Callable[[int, int | None], None]) -> Iterator[Row]:
    for number, row in enumerate(rows_of(source), start=1):
        if number % PROGRESS_EVERY == 0:
            progress(min(source.position(), source.size), source.size)
        yield row


def _parse_all(importer: Importer, rows: Iterator[Row], path: Path) -> tuple[list[tuple[int, object]], list[Rejected]]:
    first = list(islice(rows, COLUMNS_LOOKED_AT))
    if not first:
        raise UnreadableFile(f"{path.name} has no line to import: nothing was changed.")
    _require_columns(importer, first, path)
    kept: list[tuple[int, object]] = []
    rejected: list[Rejected] = []
    lines: dict[str, int] = {}
    for row in chain(first, rows):
        try:
            record, key = _parse(importer, row)
        except RowRefused as reason:
            rejected.append(Rejected(row.line, str(reason)))
            continue
        if key and key in lines:
            first_line = lines[key]
            rejected.append(Rejected(row.line, f"{key} is already on line {first_line}: line {first_line} was kept."))
            continue
        lines[key] = row.line
        kept.append((row.line, record))
    return kept, rejected


def _parse(importer: Importer, row: Row) -> tuple[object, str]:
    problem = row.problem or _unstorable(row.values.values())
    if problem:
        raise RowRefused(problem)
    record = importer.parse(row)
    return record, importer.key(record)


def _unstorable(values: Iterable[object], depth: int = 0) -> str:
    """Say why a value cannot be stored: PostgreSQL refuses NUL, UTF-8 has no half of a character."""
    if depth > DEEPEST:
        return "lists and objects are nested too deeply."
    problems = (_problem_of(value, depth) for value in values)
    return next((problem for problem in problems if problem), "")


def _problem_of(value: object, depth: int) -> str:
    if isinstance(value, str):
        if "\x00" in value:
            return "a NUL character is in one of the cells."
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            return "a broken character (half of a surrogate pair) is in one of the cells."
    elif isinstance(value, dict):
        return _unstorable(chain(value, value.values()), depth + 1)
    elif isinstance(value, list) and value and not isinstance(value[0], (int, float)):
        return _unstorable(value, depth + 1)
    return ""


def _require_columns(importer: Importer, rows: list[Row], path: Path) -> None:
    found = {name for row in rows for name in row.values}
    missing = [sorted(names) for names in importer.required_columns if not names & found]
    if not missing or not found:
        return
    wanted = ", ".join(" or ".join(names) for names in missing)
    shown = ", ".join(sorted(found)[:40]) or "none"
    hint = " Is the separator something else than a comma, a semicolon or a tab?" if len(found) == 1 else ""
    raise UnreadableFile(
        f"{path.name} is not in the format {importer.name}: missing {wanted}. Columns found: {shown[:600]}.{hint} "
        f"Nothing was changed."
    )


def _remember(report: ImportReport, *, by: str, digest: str, at: datetime) -> None:
    rejected = [asdict(line) for line in report.rejected[:REJECTED_KEPT]]
    ImportRun.objects.create(
        format=report.format,
        file_name=report.file[:255],
        sha256=digest,
        started_at=at,
        finished_at=max(at, timezone.now()),
        by=by,
        read_count=report.read,
        added_count=report.added,
        changed_count=report.changed,
        unchanged_count=report.unchanged,
        closed_count=report.closed,
        rejected_count=len(report.rejected),
        rejected=rejected,
        warnings=list(report.warnings),
    )
    details = {
        "sha256": digest,
        "read": report.read,
        "added": report.added,
        "changed": report.changed,
        "closed": report.closed,
        "rejected": len(report.rejected),
    }
    record_event(by=by, what="import_file", subject=f"{report.format} {report.file}"[:300], details=details, at=at)


def _first_line(failure: Exception) -> str:
    return (str(failure).strip().splitlines() or [type(failure).__name__])[0]
