"""A portfolio broken in any way is refused in a sentence, or every one of its lines is answered or rejected."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maillage.engine.columnar import Index
from maillage.engine.people_files import PortfolioUnreadable, read_people
from tests.engine.asking import agreement, offer, opens, service
from tests.robustness.mutations import broken

INDEX = Index.of(offer(service(), texts=[agreement(opens("condition: {registered: true}"))]))
PEOPLE = pl.DataFrame(
    {
        "id": [f"p{number}" for number in range(12)],
        "municipality": ["36018", "36044", "67180"] * 4,
        "age": [None, 16, 26, 99] * 3,
        "registered": [True, False, None] * 4,
        "target_groups": ["jeunes|RQTH", "none", None] * 4,
        "barriers": ["mobilite", None] * 6,
        "themes": ["numerique", None, "mobilite|numerique"] * 4,
    }
)
SLIPPED = (
    *(b'"', b",", b";", b"|", b"\n", b"\r\n", b"\r", b"\t", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"=1+1"),
    *(
        b'"a\nb"',
        b"p1,36018,-1\n",
        b"p1,36018," + b"9" * 400,
        b"id,municipality\n",
        b"x" * 140_000,
        "١٢é\u2028".encode(),
    ),
)


def as_bytes(ending: str) -> bytes:
    stream = BytesIO()
    if ending == ".parquet":
        PEOPLE.write_parquet(stream)
    elif ending == ".xlsx":
        PEOPLE.write_excel(stream)
    else:
        PEOPLE.write_csv(stream)
    content = stream.getvalue()
    return gzip.compress(content, mtime=0) if ending.endswith(".gz") else content


SOUND = {ending: as_bytes(ending) for ending in (".csv", ".csv.gz", ".parquet", ".xlsx")}


def read(content: bytes, ending: str):
    """Read a file; ``None`` when it was refused in a sentence."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"people{ending}"
        path.write_bytes(content)
        try:
            return read_people(path, INDEX)
        except PortfolioUnreadable as refusal:
            sentence = str(refusal)
    assert sentence.startswith(path.name)
    return None


def accounted_for(people) -> bool:
    answered = len(people.ids)
    assert {len(column) for column in people.crowd} == {answered}
    assert people.crowd.needs.max(initial=0) < len(people.wanted.start) - 1
    return answered + len(people.rejected) == people.read


@pytest.mark.parametrize("ending", list(SOUND))
def test_the_sound_files_are_read_whole(ending):
    people = read(SOUND[ending], ending)

    assert (people.ids.to_list(), people.rejected) == (PEOPLE["id"].to_list(), ())


@given(content=broken(SOUND[".csv"], SLIPPED))
@example(content=SOUND[".csv"].replace(b"p3", b'"p3'))
@example(content=SOUND[".csv"].replace(b"\n", b"\r"))
def test_a_broken_csv_loses_no_line(content):
    people = read(content, ".csv")

    assert people is None or accounted_for(people)
    if people is not None and b'"' not in content and b"\r" not in content:
        assert people.read == sum(bool(line.strip(b"\r,;\t ")) for line in content.split(b"\n")[1:])


@given(content=broken(SOUND[".csv.gz"], SLIPPED))
def test_a_broken_gz_is_refused_or_read(content):
    people = read(content, ".csv.gz")

    assert people is None or accounted_for(people)


@given(content=broken(SOUND[".parquet"], SLIPPED))
def test_a_broken_parquet_is_refused_or_read(content):
    people = read(content, ".parquet")

    assert people is None or accounted_for(people)


@settings(max_examples=25)
@given(content=broken(SOUND[".xlsx"], SLIPPED))
def test_a_broken_workbook_is_refused_or_read(content):
    people = read(content, ".xlsx")

    assert people is None or accounted_for(people)


@given(
    column=st.sampled_from(PEOPLE.columns),
    cells=st.one_of(
        st.lists(st.text(max_size=20), min_size=12, max_size=12),
        st.lists(st.floats() | st.none(), min_size=12, max_size=12),
        st.lists(st.integers(-(2**63), 2**63 - 1) | st.none(), min_size=12, max_size=12),
        st.lists(st.booleans() | st.none(), min_size=12, max_size=12),
        st.lists(st.binary(max_size=4), min_size=12, max_size=12),
        st.lists(st.dates() | st.none(), min_size=12, max_size=12),
        st.lists(st.lists(st.sampled_from(["jeunes", "none", "x"])) | st.none(), min_size=12, max_size=12),
    ),
)
def test_a_column_of_any_kind_is_refused_or_read(column, cells):
    stream = BytesIO()
    PEOPLE.with_columns(pl.Series(column, cells, strict=False)).write_parquet(stream)

    people = read(stream.getvalue(), ".parquet")

    assert people is None or accounted_for(people)


def test_a_reader_that_panics_is_a_sentence_and_no_trace(monkeypatch, capfd):
    def panic(_path, **_options):
        raise pl.exceptions.PanicException("assertion failed: offset + length <= self.length")

    monkeypatch.setattr(pl, "read_parquet", panic)

    assert read(SOUND[".parquet"], ".parquet") is None
    assert capfd.readouterr().err == ""
