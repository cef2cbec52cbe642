from __future__ import annotations

import gzip
import json

import openpyxl
import polars as pl
import pytest

from maillage.apps.imports.files import SourceFile
from maillage.apps.imports.reading import UnreadableFile, read_rows, rows_of

SAME_ROWS = [(2, {"code": "36018", "nom": "Le Blanc"}), (3, {"code": "67180", "nom": "Haguenau"})]


@pytest.fixture
def written(tmp_path):
    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows_in(path):
    return [(row.line, row.values) for row in read_rows(path)]


@pytest.mark.parametrize(
    "content",
    [
        "code,nom\n36018,Le Blanc\n67180,Haguenau\n",
        "code;nom\n36018;Le Blanc\n67180;Haguenau",
        "code\tnom\r\n36018\tLe Blanc\r\n67180\tHaguenau\r\n",
        "\ufeffcode,nom\n36018, Le Blanc \n67180,Haguenau\n\n",
        '"code";"nom"\n"36018";"Le Blanc"\n"67180";"Haguenau"\n',
        '"code";"nom";\n"36018";"Le Blanc";\n"67180";"Haguenau";\n',
    ],
)
def test_the_separator_is_found_on_the_header(content, written):
    assert rows_in(written(content)) == SAME_ROWS


def test_a_compressed_file_is_read_as_it_is(written):
    content = gzip.compress(b"code,nom\n36018,Le Blanc\n67180,Haguenau\n")

    assert rows_in(written(content, "file.csv.gz")) == SAME_ROWS
    assert rows_in(written(content, "wrongly-named.csv")) == SAME_ROWS


def test_a_cell_of_several_lines_keeps_the_physical_numbers(written):
    path = written('code,note\n1,"a\r\nb, ""c"""\n2,d\n')

    assert rows_in(path) == [(2, {"code": "1", "note": 'a\r\nb, "c"'}), (4, {"code": "2", "note": "d"})]


def test_comments_above_the_header_are_passed_over(written):
    assert rows_in(written("# a source; a date\n#code;nom\n1;a\n")) == [(3, {"#code": "1", "nom": "a"})]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1,a,b", "3 cells, where the header has 2 columns"),
        ("1", "1 cells only"),
        ('1,"a" b', "quotation mark"),
        ('1,"a', "quotation mark"),
        ("1,a\rb", "carriage return"),
        ('1,"' + "a" * 1_000_001, "quotation mark left open"),
    ],
)
def test_a_broken_line_is_a_problem_of_its_own(line, problem, written):
    rows = list(read_rows(written(f"code,nom\n0,z\n{line}\n2,b\n3,c\n")))

    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert [bool(row.problem) for row in rows] == [False, True, False, False]
    assert problem in rows[1].problem


FEATURE = {"type": "Feature", "properties": {"code": "36"}, "geometry": {"type": "Point", "coordinates": [1, 46]}}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[\n{"a": 1},\n{"a": "é"}\n]', [(2, {"a": 1}), (3, {"a": "é"})]),
        ('{"a": 1}\n{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ('{"a": NaN}', [(1, {"a": None})]),
        ('{"count": 2, "results": [{"a": 1}, {"a": 2}], "next": null}', [(1, {"a": 1}), (1, {"a": 2})]),
        (
            json.dumps({"type": "FeatureCollection", "features": [FEATURE]}),
            [(1, {"code": "36", "geometry": FEATURE["geometry"]})],
        ),
        ("[]", []),
        ("{}", [(1, {})]),
        ("\ufeff [ ] \n", []),
    ],
)
def test_json_of_every_form_is_read(content, expected, written):
    assert rows_in(written(content, "file.json")) == expected


def test_long_json_is_read_piece_by_piece(written):
    records = [{"code": str(number), "nom": "é" * 1000} for number in range(800)]

    rows = list(read_rows(written(json.dumps(records, ensure_ascii=False, indent=0), "file.json")))

    assert [row.values for row in rows] == records
    assert rows[-1].line == 799 * 4 + 2


def test_topojson_is_given_back_as_surfaces(written):
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [1, 46]},
        "arcs": [[[0, 0], [2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2]]],
        "objects": {"com": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "36018"}},
            {"type": "MultiPolygon", "arcs": [[[-2, -1]]], "properties": {"code": "36019"}},
            {"type": "Polygon", "arcs": [[7]], "properties": {"code": "36020"}},
        ]}},
    }  # fmt: skip

    first, second, third = rows_in(written(json.dumps(topology), "file.topojson"))

    square = [(1.0, 46.0), (2.0, 46.0), (2.0, 47.0), (1.0, 47.0), (1.0, 46.0)]
    assert first[1]["geometry"]["coordinates"] == [square]
    assert second[1]["geometry"]["coordinates"] == [[square[::-1]]]
    assert third[1]["geometry"] is None


def test_a_workbook_gives_texts_with_the_numbers_of_its_rows(tmp_path):
    book = openpyxl.Workbook()
    for cells in (["code", "nom", "lat"], ["01001", "A", 46.5], [None] * 3, [1002, None, 47]):
        book.active.append(cells)
    book.save(tmp_path / "book.xlsx")

    assert rows_in(tmp_path / "book.xlsx") == [
        (2, {"code": "01001", "nom": "A", "lat": "46.5"}),
        (4, {"code": "1002", "nom": None, "lat": "47"}),
    ]


def test_parquet_gives_its_values_as_they_are(tmp_path):
    pl.DataFrame({"code": ["1", "2"], "cp": [["36300"], None]}).write_parquet(tmp_path / "a.parquet")

    assert rows_in(tmp_path / "a.parquet") == [(2, {"code": "1", "cp": ["36300"]}), (3, {"code": "2", "cp": None})]


PARQUET_BEGINNING = b"PAR1 and then nothing that stands"
BROKEN = {
    "empty": (b"", "is empty"),
    "blank": (b"\xef\xbb\xbf \r\n\n", "is empty"),
    "latin-1": ("code,nom\n1,é\n".encode("latin-1"), "line 2, byte 3: not UTF-8 (found 0xe9)"),
    "utf-16": ("code,nom\n1,é\n".encode("utf-16"), "UTF-16"),
    "truncated gz": (gzip.compress(b"code,nom\n1,a\n" * 2000)[:-20], "truncated"),
    "damaged gz": (gzip.compress(b"code,nom\n1,a\n")[:-8] + b"\xff" * 8, "damaged .gz"),
    "column twice": (b"code,nom,code\n1,a,2\n", "twice the column code"),
    "truncated JSON": (b'[{"a": 1}, {"a": "b', "truncated"),
    "truncated array": (b'[{"a": 1}', "truncated"),
    "truncated object": (b'{"features": [{"a": 1}]', "truncated"),
    "not JSON": (b'[{"a": 1}, {a: 2}]', "not JSON"),
    "missing comma": (b'[{"a": 1} {"a": 2}]', "a comma or a closing bracket was expected"),
    "after the end": (b'[{"a": 1}] {"b": 1}', "something follows"),
    "latin-1 JSON": ('[\n{"a": "é"}]'.encode("latin-1"), "byte 10 of the content is not UTF-8"),
    "deep JSON": (b"[" * 100_000, "cannot be read"),
    "long number": (b'[{"a": ' + b"9" * 5000 + b"}]", "cannot be read"),
    "damaged topology": (b'{"type": "Topology", "arcs": [[1]], "objects": {}}', "damaged"),
    "archive": (b"PK\x03\x04 and then nothing", "damaged or truncated workbook"),
    "parquet": (PARQUET_BEGINNING, "damaged Parquet"),
    "compressed workbook": (gzip.compress(b"PK\x03\x04"), "without .gz"),
    "compressed parquet": (gzip.compress(PARQUET_BEGINNING), "without .gz"),
    "old workbook": (b"\xd0\xcf\x11\xe0 and so on", "former Excel"),
    "binary": (b"\x00\x01\x02 and so on", "not a text"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "endless line": (b"code\n" + b"a" * (17 * 1024**2), "more than 16 MB"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_says_why(name, written):
    content, expected = BROKEN[name]

    with pytest.raises(UnreadableFile) as refusal:
        list(read_rows(written(content, "file")))

    assert expected in str(refusal.value)


def test_what_is_not_a_file_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match="There is no file"):
        list(read_rows(tmp_path / "absent.csv"))
    with pytest.raises(UnreadableFile, match="is a folder"):
        list(read_rows(tmp_path))


def test_a_bomb_is_refused_at_the_bound(written):
    path = written(gzip.compress(b"code,nom\n" + b"1,a\n" * 1_000_000), "bomb.csv.gz")

    with SourceFile(path, largest=1024**2) as source, pytest.raises(UnreadableFile, match="more than 1 MB"):
        list(rows_of(source))
