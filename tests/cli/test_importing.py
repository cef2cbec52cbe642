from __future__ import annotations

import pytest

from maillage.apps.imports.models import ImportRun
from maillage.apps.territories.queries import geography

HEADER = "code,nom,lat,lon\n"


@pytest.fixture
def communes(tmp_path):
    def write(lines):
        path = tmp_path / "communes.csv"
        path.write_text(HEADER + lines)
        return path

    return write


def test_a_file_is_imported_and_told_in_words(maillage, communes):
    said = maillage("import", "communes", communes("36018,Le Blanc,46.6,1.1\n36001,Aigurande,x,1\n"))

    assert said.status == 0
    assert said.out.splitlines() == [
        "communes.csv, format communes: 2 lines read, 1 kept, 1 rejected.",
        "Records: 1 added, 0 changed, 0 as they were, 0 closed.",
        "Rejected lines:",
        "  line 3: lat: « x » is not a number.",
    ]
    assert said.err == ""
    assert ImportRun.objects.get().by.endswith("command line)")


def test_a_dry_run_says_so_and_changes_nothing(maillage, communes):
    said = maillage("import", "communes", communes("36018,Le Blanc,46.6,1.1\n"), "--dry-run")

    assert (said.status, said.out.splitlines()[-1]) == (0, "This was a dry run: nothing was changed.")
    assert geography().municipalities == {}


def test_a_file_of_which_nothing_is_kept_is_a_failure(maillage, communes):
    assert maillage("import", "communes", communes("36018,Le Blanc,x,1.1\n")).status == 1


def test_all_rejected_lines_can_be_written(maillage, communes, tmp_path):
    file = communes("".join(f"{code},A,x,1\n" for code in range(36001, 36031)) + "36099,B,46,1\n")

    said = maillage("import", "communes", file, "--rejected", tmp_path / "rejected.csv")

    assert "  and 10 more: --rejected FILE writes them all." in said.out.splitlines()
    lines = (tmp_path / "rejected.csv").read_text().splitlines()
    assert (len(lines), lines[0], lines[1]) == (31, "line,reason", "2,lat: « x » is not a number.")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["import", "nothing", "x.csv"], "There is no format « nothing »"),
        (["import", "communes", "absent.csv"], "There is no file absent.csv"),
        (["import", "communes"], "Missing argument 'FILE'"),
        (["import", "communes", "/"], "is a folder"),
        (["nothing"], "No such command 'nothing'"),
        (["import", "--wrong"], "No such option"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_2(arguments, expected, maillage):
    said = maillage(*arguments)

    assert said.status == 2
    assert expected in said.err
    assert said.out == ""


def test_help_lists_the_commands(maillage):
    said = maillage("--help")

    assert said.status == 0
    assert {"import", "fetch", "demo"} <= {line.split()[0] for line in said.out.splitlines() if line.startswith("  ")}
