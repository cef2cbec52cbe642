from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from maillage.apps.audit.models import AuditEvent
from maillage.apps.imports import formats
from maillage.apps.imports.cells import integer_of, required_text_of
from maillage.apps.imports.formats import Counts, Rejected, UnknownFormat, register
from maillage.apps.imports.models import ImportRun
from maillage.apps.imports.reading import UnreadableFile
from maillage.apps.imports.use_cases import ImportStopped, import_file

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Mark:
    name: str
    value: int | None


class Marks:
    """An importer that writes into the journal, so that a rollback can be seen."""

    name = "marks"
    required_columns = (frozenset({"name", "nom"}), frozenset({"value"}))
    fails = False

    def parse(self, row):
        return Mark(required_text_of(row, "name", "nom"), integer_of(row, "value"))

    def key(self, record):
        return record.name

    def save(self, records, *, at):
        for record in records:
            AuditEvent.objects.create(at=at, by="marks", what="mark", subject=record.name)
        if self.fails:
            raise DatabaseError("disk full\nand more")
        return Counts(added=len(records))

    def warnings(self):
        return ["seen"]


@pytest.fixture(autouse=True)
def _marks(monkeypatch):
    monkeypatch.setattr(formats, "_FACTORIES", {})
    register(Marks)


@pytest.fixture
def load(tmp_path):
    def load(content, **options):
        path = tmp_path / "marks.csv"
        path.write_text(content)
        return import_file(by="amel", format_name="marks", path=path, at=NOON, **options)

    return load


def marks():
    return list(AuditEvent.objects.filter(what="mark").values_list("subject", flat=True))


def test_every_line_is_kept_or_rejected_with_its_reason(load):
    report = load("name,value\na,1\n,2\nb,x\nc,\na,3\nd,4,5\ne\x00,1\n")

    assert (report.read, report.kept, report.added) == (7, 2, 2)
    assert report.rejected == (
        Rejected(3, "name is empty."),
        Rejected(4, "value: « x » is not a number."),
        Rejected(6, "a is already on line 2: line 2 was kept."),
        Rejected(7, "3 cells, where the header has 2 columns."),
        Rejected(8, "a NUL character is in one of the cells."),
    )
    assert report.warnings == ("seen",)
    assert marks() == ["a", "c"]


def test_what_was_imported_is_remembered(load):
    load("name,value\na,1\n,2\n")

    run = ImportRun.objects.get()
    assert (run.format, run.file_name, run.by, run.read_count, run.rejected_count) == (
        "marks",
        "marks.csv",
        "amel",
        2,
        1,
    )
    assert run.rejected == [{"line": 3, "reason": "name is empty."}]
    assert len(run.sha256) == 64
    assert run.started_at == NOON
    event = AuditEvent.objects.get(what="import_file")
    assert (event.subject, event.details["read"]) == ("marks marks.csv", 2)


def test_a_dry_run_counts_and_leaves_no_trace(load):
    report = load("name,value\na,1\n", dry_run=True)

    assert (report.added, report.is_dry_run) == (1, True)
    assert not AuditEvent.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_failure_while_writing_loads_nothing(load, monkeypatch):
    monkeypatch.setattr(Marks, "fails", True)

    with pytest.raises(ImportStopped, match=r"\(disk full\)"):
        load("name,value\na,1\n")

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name,value\n", "no line to import"),
        ("name|value\na|1\n", "separator"),
        ("nom,valeur\na,1\n", "missing value. Columns found: nom, valeur"),
        ("[]", "no line to import"),
        ('[{"name": "a"}]', "missing value"),
    ],
)
def test_a_file_that_is_not_of_the_format_loads_nothing(content, expected, load):
    with pytest.raises(UnreadableFile) as refusal:
        load(content)

    assert expected in str(refusal.value)
    assert not ImportRun.objects.exists()


def test_a_file_broken_at_its_end_loads_nothing(load):
    with pytest.raises(UnreadableFile, match="truncated"):
        load('[{"name": "a", "value": 1}, {"name"')

    assert not AuditEvent.objects.exists()


def test_deep_or_broken_values_are_rejected(load):
    deep = "[" * 60 + "]" * 60
    report = load(f'[{{"name": "a", "value": 1, "x": {deep}}}, {{"name": "\\ud800", "value": 1}}, 3]')

    assert [line.reason for line in report.rejected] == [
        "a broken character (half of a surrogate pair) is in one of the cells.",
        "an object was expected, int was found.",
        "lists and objects are nested too deeply.",
    ]


def test_progress_is_told_to_the_end(load):
    told = []

    load("name,value\n" + "".join(f"{number},1\n" for number in range(1200)), progress=lambda *how: told.append(how))

    assert told[-1][0] == told[-1][1] > 0
    assert len(told) == 3


def test_an_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(UnknownFormat, match="The formats are: marks"):
        import_file(by="amel", format_name="nothing", path=tmp_path, at=NOON)
