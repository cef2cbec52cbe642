"""A portfolio is read from every kind of file: what is known is kept, a bad line is told and the others are done."""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from maillage.domain.people import BARRIERS, TARGET_GROUPS
from maillage.domain.territories import Geography, Municipality
from maillage.engine import people_columns
from maillage.engine.columnar import Index
from maillage.engine.crowds import laid_flat
from maillage.engine.people_files import PortfolioUnreadable, read_people
from maillage.engine.planning import COLUMNS
from tests.engine.asking import CHATEAUROUX, LE_BLANC, agreement, offer, opens, person, service, table

TEXT = agreement(opens('condition: {any: [{qualification: "3"}, {occupation: K2503}]}'))
INDEX = Index.of(offer(service(themes=frozenset({"mobilite--preparer-un-permis"})), texts=[TEXT]))
TWO_PEOPLE = "id,municipality,age\nA,36018,20\nB,36044,\n"


@pytest.fixture
def read(tmp_path):
    def read_file(content, name="people.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_people(path, INDEX)

    return read_file


def rows_of(people):
    """The facts of each person in the order of ``COLUMNS``, -1 unknown."""
    return np.stack(people.crowd[: len(COLUMNS)], axis=1).tolist()


def needs_of(people):
    """The masks of the needs of each person."""
    start, themes = people.wanted.start.tolist(), people.wanted.themes.tolist()
    return [themes[start[kind] : start[kind + 1]] for kind in people.crowd.needs.tolist()]


def facts_of(people, name):
    return [row[COLUMNS.index(name)] for row in rows_of(people)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.csv", TWO_PEOPLE.encode()),
        ("people.CSV", TWO_PEOPLE.encode()),
        ("people.csv", TWO_PEOPLE.replace(",", ";").encode()),
        ("people.tsv", TWO_PEOPLE.replace(",", "\t").encode()),
        ("people.csv", b"\xef\xbb\xbf" + TWO_PEOPLE.encode()),
        ("people.csv", TWO_PEOPLE.replace("\n", "\r\n").encode()),
        ("people.csv", TWO_PEOPLE.replace("\nB", "\n\nB").encode() + b"\n"),
        ("people.csv", TWO_PEOPLE.replace("A", '"A"').replace(",20", ", 20 ").encode()),
        ("people.csv.gz", gzip.compress(TWO_PEOPLE.encode(), mtime=0)),
    ],
    ids=["commas", "capitals", "semicolons", "tabs", "byte-order mark", "windows", "blank lines", "quotes", "gz"],
)
def test_any_csv_is_read(name, content, read):
    people = read(content, name)

    assert people.ids.to_list() == ["A", "B"]
    assert [row[:2] for row in rows_of(people)] == [
        [INDEX.tables.position[LE_BLANC], 20],
        [INDEX.tables.position[CHATEAUROUX], -1],
    ]
    assert (people.read, people.rejected, people.unread) == (2, (), ())


def test_a_sheet_is_read(tmp_path):
    sheet = pl.DataFrame({"id": ["A", None, "B"], "municipality": ["36018", None, "36044"], "age": [20, None, None]})
    sheet.write_excel(tmp_path / "people.xlsx")

    people = read_people(tmp_path / "people.xlsx", INDEX)

    assert (people.ids.to_list(), facts_of(people, "age"), people.rejected) == (["A", "B"], [20, -1], ())


def test_parquet_columns_keep_their_kinds(tmp_path):
    typed = pl.DataFrame(
        {
            "id": [1, 2, 3],
            "municipality": pl.Series(["36018", "36044", "36018"], dtype=pl.Categorical),
            "age": [20.0, 20.5, None],
            "registered": [True, False, None],
            "target_groups": [["jeunes", "RQTH"], [], None],
            "history": [{"a": 1}, {"a": 2}, None],
        }
    )
    typed.write_parquet(tmp_path / "people.parquet")

    people = read_people(tmp_path / "people.parquet", INDEX)

    assert people.ids.to_list() == [1, 3]
    assert (facts_of(people, "age"), facts_of(people, "registered")) == ([20, -1], [1, -1])
    assert facts_of(people, "target_group") == [group_bits("jeunes", "RQTH"), -1]
    assert [(one.line, one.reason) for one in people.rejected] == [
        (3, "age « 20.5 »: expected a whole number from 0 to 120")
    ]
    assert people.unread == ("history",)


def group_bits(*codes):
    return sum(1 << TARGET_GROUPS.index(code) for code in codes)


VALUES = [
    ("age", "0", 0),
    ("age", "120", 120),
    ("age", "", -1),
    ("registered", "true", 1),
    ("registered", "Oui", 1),
    ("registered", "0", 0),
    ("registered", "FAUX", 0),
    ("registered", "", -1),
    ("registered_for_months", "12", 12),
    ("boe", "yes", 1),
    ("minimum_income", "no", 0),
    ("priority_neighbourhood", "vrai", 1),
    ("target_groups", "", -1),
    ("target_groups", "none", 0),
    ("target_groups", "jeunes|RQTH", group_bits("jeunes", "RQTH")),
    ("target_groups", " jeunes | jeunes |", group_bits("jeunes")),
    ("target_groups", "VERY_LONG_TERM", group_bits("VERY_LONG_TERM", "LONG_TERM")),
    ("barriers", "none", 0),
    ("barriers", "sante|mobilite", 1 << BARRIERS.index("sante") | 1 << BARRIERS.index("mobilite")),
    ("qualification", "3", 0),
    ("qualification", "a level that no condition names", 1),
    ("occupation", "", -1),
    ("occupation", "K2503", 0),
]


@pytest.mark.parametrize(("column", "cell", "value"), VALUES)
def test_a_cell_says_a_fact(column, cell, value, read):
    people = read(f"id,municipality,{column}\nA,36018,{cell}\n")

    fact = {"target_groups": "target_group", "barriers": "barrier"}.get(column, column)
    assert facts_of(people, fact) == [value]


REFUSED = table("""
column                | cell     | reason
----------------------|----------|---------------------------------------------------------------
age                   | -1       | age « -1 »: expected a whole number from 0 to 120
age                   | 121      | age « 121 »: expected a whole number from 0 to 120
age                   | abc      | age « abc »: expected a whole number from 0 to 120
age                   | ²        | age « ² »: expected a whole number from 0 to 120
registered            | perhaps  | « perhaps »: expected true, false or nothing
registered_for_months | 1441     | registered_for_months « 1441 »: expected a whole number from 0 to 1440
target_groups         | young    | target group « young »: no such code (maillage codes)
barriers              | none,    | barrier « none; »: no such code (maillage codes)
themes                | sport    | theme « sport »: no such code (maillage codes)
""")


@pytest.mark.parametrize(("column", "cell", "reason"), REFUSED)
def test_a_cell_that_cannot_be_rejects_its_line_with_the_reason(column, cell, reason, read):
    people = read(f"id,municipality,{column}\nA,36018,{cell.replace(',', ';')}\nB,36018,\n")

    assert people.ids.to_list() == ["B"]
    assert [(one.line, one.reason) for one in people.rejected] == [(2, reason)]


def test_every_line_is_accounted_for(read):
    people = read("id,municipality,age\nA,36018,20\n,36018,20\nA,36018,30\nB,,20\nC,00000,20\nD,36018,x\nE,36999,20\n")

    assert (people.read, people.ids.to_list()) == (7, ["A", "E"])
    assert [(one.line, one.reason) for one in people.rejected] == [
        (3, "no id"),
        (4, "id « A » was already given above"),
        (5, "no municipality: an INSEE code is needed"),
        (6, "municipality « 00000 » is in no loaded vintage"),
        (7, "age « x »: expected a whole number from 0 to 120"),
    ]


def test_a_line_of_too_many_cells_is_told_and_the_others_are_kept(read):
    people = read("id,municipality,age\nA,36018,20,9\n\nB,36018\nC,36018,x\n")

    assert (people.read, people.ids.to_list()) == (3, ["B"])
    assert [(one.line, one.reason) for one in people.rejected] == [
        (2, "4 cells where the header has 3"),
        (5, "age « x »: expected a whole number from 0 to 120"),
    ]


def test_a_cell_of_several_lines_does_not_shift_the_lines_told(read):
    people = read('id,municipality,age\n"A\nagain",36018,20\nB,36018,x\n')

    assert (people.ids.to_list(), [one.line for one in people.rejected]) == (["A\nagain"], [4])


def test_columns_that_are_no_fact_are_told(read):
    people = read("id,municipality,regsitered,nom\nA,36018,true,Driss\n")

    assert (people.unread, facts_of(people, "registered")) == (("regsitered", "nom"), [-1])


@pytest.mark.parametrize(
    ("boe", "groups", "held"), [("", "RQTH", 1), ("false", "RQTH", 0), ("", "jeunes", -1), ("", "", -1)]
)
def test_rqth_is_one_ground_of_the_duty_to_employ(boe, groups, held, read):
    assert facts_of(read(f"id,municipality,boe,target_groups\nA,36018,{boe},{groups}\n"), "boe") == [held]


def test_a_file_says_of_a_person_what_the_facts_would(read):
    people = read("id,municipality,age,registered,target_groups,barriers\nA,36999,20,true,VERY_LONG_TERM|RQTH,none\n")

    one = person("age: 20, registered: true, target_groups: [VERY_LONG_TERM, RQTH], barriers: []", "36999")
    assert rows_of(people) == [INDEX.person_row(one).tolist()]


def test_the_needs_of_each_person_are_kept_in_the_order_given(read):
    people = read("id,municipality,themes\nA,36018,mobilite|numerique\nB,36018,\nC,36018,none\nD,36018,mobilite\n")

    assert needs_of(people) == [[[1], [0]], [], [], [[1]]]


def test_a_code_whose_first_zero_was_lost_is_recognised(tmp_path):
    places = Geography("2026", {"01004": Municipality("01004", "Ambérieu-en-Bugey", None, None)})
    index = Index.of(replace(INDEX.offer, geography=places))
    (tmp_path / "people.csv").write_text("id,municipality\nA,1004\nB,01004\nC,1005\n")

    people = read_people(tmp_path / "people.csv", index)

    assert people.ids.to_list() == ["B"]
    assert [one.reason for one in people.rejected] == [
        "municipality « 1004 » is in no loaded vintage; was it 01004, whose first zero a spreadsheet took away?",
        "municipality « 1005 » is in no loaded vintage",
    ]


def test_a_file_of_nobody_is_read(read):
    people = read("id,municipality\n")

    assert (people.read, rows_of(people), needs_of(people)) == (0, [], [])


UNREADABLE = [
    ("people.csv", b"", "has no column id nor municipality; found none"),
    (
        "people.csv",
        b"name,age\nDriss,19\n",
        "has no column id nor municipality; found name, age; expected id, municipality, age",
    ),
    ("people.csv", b"id,age\nA,19\n", "has no column municipality"),
    ("people.csv", "id,municipality\né,36018\n".encode("latin-1"), "cannot be read as csv: 'utf-8' codec"),
    ("people.csv.gz", b"not compressed", "cannot be read as csv: Not a gzipped file"),
    ("people.csv.gz", gzip.compress(TWO_PEOPLE.encode(), mtime=0)[:-12], "cannot be read as csv: "),
    ("people.parquet", b"nonsense", "cannot be read as parquet: "),
    ("people.xlsx", b"nonsense", "cannot be read as xlsx: "),
    ("people.ods", b"nonsense", "expected a name that ends in .csv, .csv.gz, .xlsx or .parquet"),
]


@pytest.mark.parametrize(("name", "content", "expected"), UNREADABLE)
def test_a_file_that_cannot_be_read_says_why_in_a_sentence(name, content, expected, read):
    with pytest.raises(PortfolioUnreadable) as refused:
        read(content, name)

    assert expected in str(refused.value)
    assert str(refused.value).count("\n") == 0


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PortfolioUnreadable, match=r"absent\.csv is not a file"):
        read_people(tmp_path / "absent.csv", INDEX)


def test_a_cell_too_long_for_the_reader_is_a_sentence_too(read):
    longest = csv.field_size_limit(1000)

    with pytest.raises(PortfolioUnreadable, match="field larger than field limit"):
        read(f'id,municipality\nA,36018,too many\n"{"a" * 2000}",36018\n')
    csv.field_size_limit(longest)


def test_a_quotation_mark_left_open_rejects_its_line_alone(read):
    people = read('id,municipality\n"A,36018\nB,36044\n"C",36018\n\n')

    assert people.ids.to_list() == ["B", "C"]
    assert [(one.line, one.reason) for one in people.rejected] == [(2, "a quotation mark is left open")]


def test_lines_may_end_as_on_an_old_macintosh(read):
    assert read(TWO_PEOPLE.replace("\n", "\r")).ids.to_list() == ["A", "B"]


def test_a_compressed_file_damaged_in_the_middle_is_a_sentence(read):
    whole = gzip.compress(TWO_PEOPLE.encode() * 50, mtime=0)
    damaged = whole[:20] + bytes(255 - byte for byte in whole[20:40]) + whole[40:]

    with pytest.raises(PortfolioUnreadable, match="cannot be read as csv"):
        read(damaged, "people.csv.gz")


def test_a_number_without_end_is_no_age(tmp_path):
    ages = pl.DataFrame(
        {"id": ["A", "B", "C"], "municipality": ["36018"] * 3, "age": [float("inf"), float("nan"), 1e300]}
    )
    ages.write_parquet(tmp_path / "people.parquet")

    people = read_people(tmp_path / "people.parquet", INDEX)

    assert (people.ids.to_list(), facts_of(people, "age")) == (["B"], [-1])
    assert [one.line for one in people.rejected] == [2, 4]


def test_the_day_since_which_people_wait_is_read(read):
    people = read("id,municipality,waiting_since\nA,36018,2024-02-29\nB,36018,\nC,36018,2024-02-30\n")

    assert people.waiting_since.tolist() == [date(2024, 2, 29).toordinal(), -1]
    assert [(one.line, one.reason) for one in people.rejected] == [
        (4, "waiting_since « 2024-02-30 »: expected a day, YYYY-MM-DD")
    ]


def test_ids_that_are_numbers_are_told_when_they_come_back_or_lack(tmp_path):
    given = pl.DataFrame(
        {
            "id": [5, 7, 5, None, None],
            "municipality": ["36018", "36018", "36018", "36018", None],
            "age": [20, 90_000, 30, 40, None],
            "waiting_since": [date(2024, 1, 1), None, None, None, None],
        }
    )
    given.write_parquet(tmp_path / "people.parquet")

    people = read_people(tmp_path / "people.parquet", INDEX)

    assert (people.ids.to_list(), people.waiting_since.tolist(), people.read) == ([5], [738886], 4)
    assert [(one.line, one.reason) for one in people.rejected] == [
        (3, "age « 90000 »: expected a whole number from 0 to 120"),
        (4, "id « 5 » was already given above"),
        (5, "no id"),
    ]


def test_a_blank_line_of_parquet_is_no_line(tmp_path):
    blank = {"id": [None, "A"], "municipality": [None, " 36018 "], "age": [None, 20.0], "note": ["seen", "seen"]}
    pl.DataFrame(blank).write_parquet(tmp_path / "people.parquet")

    people = read_people(tmp_path / "people.parquet", INDEX)

    assert (people.ids.to_list(), people.read, people.rejected, people.unread) == (["A"], 1, (), ("note",))


def test_needs_are_written_once_a_list_and_given_back_person_by_person(read):
    people = read("id,municipality,themes\nA,36018,mobilite|numerique\nB,36018,\nC,36018,mobilite|numerique\n")

    assert people.crowd.needs.tolist() == [1, 0, 1]
    both = INDEX.needs_of(("mobilite", "numerique")).tolist()
    assert needs_of(people) == [both, [], both]


def test_a_parquet_file_is_read_piece_after_piece_as_it_is_in_one(tmp_path, monkeypatch):
    path = tmp_path / "people.parquet"
    homes = ["36018", "36018", "nowhere", "36018", "36018", "nowhere"]
    groups = ["RQTH", None, "none", "jeunes", "nobody", "RQTH"]
    themes = ["numerique", None, None, "numerique", None, "numerique"]
    pl.DataFrame({"id": range(6), "municipality": homes, "target_groups": groups, "themes": themes}).write_parquet(path)
    whole = read_people(path, INDEX)

    monkeypatch.setattr(people_columns, "LINES_AT_ONCE", 2)
    people = read_people(path, INDEX)

    assert people.rejected == whole.rejected
    assert [one.line for one in people.rejected] == [4, 6, 7]
    assert people.ids.to_list() == whole.ids.to_list() == [0, 1, 3]
    assert rows_of(people) == rows_of(whole)
    assert needs_of(people) == needs_of(whole)


def test_words_that_a_file_numbers_are_read_as_texts_are(tmp_path):
    columns = {"municipality": ["36018", " 36044 ", "36018"], "target_groups": ["RQTH", None, ""]}
    texts = pl.DataFrame({"id": range(3), **columns})
    words = texts.with_columns(pl.col(name).cast(pl.Enum(sorted({*of} - {None}))) for name, of in columns.items())
    texts.write_parquet(tmp_path / "texts.parquet")
    words.write_parquet(tmp_path / "words.parquet")

    as_texts, as_words = (read_people(tmp_path / f"{name}.parquet", INDEX) for name in ("texts", "words"))

    assert rows_of(as_words) == rows_of(as_texts)
    assert facts_of(as_words, "lives_in") == [INDEX.tables.position[one] for one in (LE_BLANC, CHATEAUROUX, LE_BLANC)]


def test_a_column_that_is_absent_takes_no_memory_and_is_flat_for_the_kernels(tmp_path):
    path = tmp_path / "people.parquet"
    pl.DataFrame({"id": range(3), "municipality": ["36018"] * 3}).write_parquet(path)

    people = read_people(path, INDEX)

    assert people.crowd.occupation.strides == (0,)
    flat = laid_flat(people.crowd)
    assert all(column.flags.c_contiguous and column.flags.writeable for column in flat)
    assert [column.tolist() for column in flat] == [column.tolist() for column in people.crowd]
