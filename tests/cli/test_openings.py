"""`maillage openings` and `maillage replay`: the fixed interface, on the demonstration and on a folder of one's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maillage.apps.audit.models import AuditEvent
from maillage.apps.catalogue import demonstration as catalogue
from maillage.apps.eligibility.models import AnswerContext
from maillage.apps.territories import demonstration as territories

HAGUENAU = ("--municipality", "67180", "--age", "20", "--on", "2022-03-01")
DELEGATION, RECEPTION = "2021-ml-alsace-nord--delegation-16-25", "mission-locale--67180S00--accueil"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def demonstration(db):
    territories.load(by="demonstration", at=NOON)
    catalogue.load(by="demonstration", at=NOON)


@pytest.fixture
def openings(maillage, demonstration):
    """Ask as a machine does."""

    def ask(*arguments):
        said = maillage("openings", *arguments, "--json")
        assert (said.status, said.err) == (0, "")
        return json.loads(said.out)

    return ask


def by_service(found):
    return {one["service"]: one for one in found}


def test_registered_in_haguenau_reception_is_open_by_law_and_support_by_agreement(openings):
    found = by_service(openings(*HAGUENAU, "--registered"))

    assert found[RECEPTION]["finding"] == found[DELEGATION]["finding"] == "OPEN"
    assert [reason["basis"] for reason in found[RECEPTION]["reasons"]] == ["LAW"]
    assert [(reason["basis"], reason["agreement"], reason["article"]) for reason in found[DELEGATION]["reasons"]] == [
        ("AGREEMENT", "2021-ml-alsace-nord", "P3")
    ]


def test_not_registered_reception_stays_open_and_registering_would_open_support(openings):
    found = by_service(openings(*HAGUENAU, "--not-registered", "--include", "closed"))

    assert (found[RECEPTION]["finding"], found[DELEGATION]["finding"]) == ("OPEN", "CLOSED")
    (reason,) = found[DELEGATION]["reasons"]
    assert reason["sentence"].endswith("passage P3 (numérotation Maillage) : la condition n’est pas remplie.")
    assert reason["change"] == "Il faudrait être inscrit à France Travail."


def test_what_is_not_said_is_unknown_and_named(openings):
    found = by_service(openings(*HAGUENAU, "--include", "unknown"))

    assert (found[DELEGATION]["finding"], found[DELEGATION]["missing"]) == ("UNKNOWN", ["registered"])


def test_an_opening_has_the_names_of_the_interface(openings):
    (opening,) = openings(*HAGUENAU, "--registered", "--limit", "1")

    (reason,) = opening.pop("reasons")
    assert opening.pop("answer").count("-") == 1
    assert opening == {
        "finding": "OPEN",
        "service": DELEGATION,
        "service_name": "Accompagnement par la Mission locale d’Alsace du Nord",
        "organisation": "mission-locale--67180S00",
        "location": "mission-locale--67180S00",
        "distance_km": opening["distance_km"],
        "theme": None,
        "missing": [],
        "priority_groups": [],
    }
    assert set(reason) == {"basis", "source", "sentence", "agreement", "article", "version", "quote"}
    assert reason["version"].partition("+")[0] == "2021-12-04"
    assert opening["distance_km"] < 10


def test_the_limit_counts_open_ones_only(openings):
    found = openings(*HAGUENAU, "--registered", "--limit", "2", "--include", "closed,unknown")

    findings = [one["finding"] for one in found]
    assert findings.count("OPEN") == 2
    assert {"CLOSED", "UNKNOWN"} < set(findings)


@pytest.mark.parametrize(
    ("include", "findings"),
    [
        ([], {"OPEN"}),
        (["--include", "closed"], {"OPEN", "CLOSED"}),
        (["--include", "unknown"], {"OPEN", "UNKNOWN"}),
        (["--include", "open, Closed ,unknown"], {"OPEN", "CLOSED", "UNKNOWN"}),
    ],
)
def test_only_what_is_included_is_shown(include, findings, openings):
    assert {one["finding"] for one in openings(*HAGUENAU, *include)} == findings


def test_needs_come_in_the_order_given(openings):
    themes = ("--theme", "trouver-un-emploi", "--theme", "numerique")
    found = [one["theme"] for one in openings("--municipality", "36018", "--on", "2024-10-15", *themes)]

    assert set(found) == {"trouver-un-emploi", "numerique"}
    assert found == sorted(found, key=["trouver-un-emploi", "numerique"].index)


def test_distances_grow_then_come_those_without(openings):
    away = [
        one["distance_km"]
        for one in openings("--municipality", "36018", "--limit", "50", "--include", "closed,unknown")
    ]

    located = [km for km in away if km is not None]
    assert away == sorted(located) + [None] * (len(away) - len(located))
    assert 0 < len(located) < len(away)


def test_none_is_known_to_have_none_and_silence_is_not(openings):
    asked = ("--municipality", "36018", "--on", "2015-01-15", "--include", "closed,unknown")
    service = "face--conge-mobilite-solidaire"

    silent = by_service(openings(*asked))[service]
    none = by_service(openings(*asked, "--target-group", "none"))[service]

    assert (silent["finding"], silent["missing"]) == ("UNKNOWN", ["service_conditions", "target_group"])
    assert none["finding"] == "CLOSED"


def test_an_exact_point_moves_the_distances(openings):
    at_place = openings(*HAGUENAU, "--point", "48.84194,7.8304", "--registered", "--limit", "1")

    assert at_place[0]["distance_km"] == 0


def test_agreements_of_another_folder_are_used(maillage, demonstration, tmp_path):
    folder = tmp_path / "texts" / "a"
    folder.mkdir(parents=True)
    shipped = Path("agreements/2021-ml-alsace-nord/agreement.yaml").read_text(encoding="utf-8")
    (folder / "agreement.yaml").write_text(shipped.replace("to: 25", "to: 18"), encoding="utf-8")

    said = maillage(
        "openings", *HAGUENAU, "--registered", "--include", "closed", "--agreements", folder.parent, "--json"
    )

    delegation = by_service(json.loads(said.out))[DELEGATION]
    assert (delegation["finding"], delegation["reasons"][0]["change"]) == (
        "CLOSED",
        "Il faudrait avoir de 16 à 18 ans.",
    )


def test_a_reader_is_told_in_words_in_his_language(maillage, demonstration):
    said = maillage("openings", *HAGUENAU, "--registered", "--limit", "1", "--language", "en")

    lines = said.out.splitlines()
    assert lines[0].startswith("OPEN ")
    assert lines[0].endswith(f"km  Accompagnement par la Mission locale d’Alsace du Nord ({DELEGATION})")
    assert "passage P3 (numbered by Maillage)" in lines[1]
    assert lines[-1].startswith("1 service; answer ")


MISTAKES = [
    (["--municipality", "99999"], "Municipality 99999 is not in the loaded vintage"),
    (["--municipality", "67500"], "it is not the postcode"),
    ([], "The facts hold no municipality"),
    (["--municipality", "67180", "--age", "-1"], "age -1: expected completed years from 0 to 120"),
    (["--municipality", "67180", "--age", "200"], "age 200: expected completed years from 0 to 120"),
    (["--municipality", "67180", "--age", "abc"], "'abc' is not a valid integer"),
    (["--municipality", "67180", "--on", "2022-02-30"], "« 2022-02-30 » is not a day: write YYYY-MM-DD."),
    (["--municipality", "67180", "--theme", "sport"], "theme sport: no such code"),
    (["--municipality", "67180", "--target-group", "young"], "target group young: no such code"),
    (["--municipality", "67180", "--barrier", "money"], "barrier money: no such code"),
    (["--municipality", "67180", "--barrier", "none", "--barrier", "sante"], "« none » stands alone"),
    (["--municipality", "67180", "--include", "all"], "« all »: expected closed, unknown, or both"),
    (["--municipality", "67180", "--limit", "0"], "0 is not in the range"),
    (["--municipality", "67180", "--point", "48"], "expected LATITUDE,LONGITUDE"),
    (["--municipality", "67180", "--point", "480,7"], "point: [480.0, 7.0] found"),
    (["--municipality", "67180", "--agreements", "/nowhere"], "/nowhere holds no agreement"),
    (["--facts", "/nowhere"], "/nowhere cannot be read as JSON"),
    (["--municipality", "67180", "--language", "de"], "'de' is not one of"),
]


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES)
def test_a_mistake_is_a_sentence_and_status_2(arguments, expected, maillage, demonstration):
    said = maillage("openings", *arguments, "--json")

    assert (said.status, said.out) == (2, "")
    assert expected in said.err


@pytest.mark.parametrize(
    ("content", "expected"), [("[1]", "expected an object such as"), ("{", "cannot be read as JSON")]
)
def test_a_facts_file_that_says_something_else_is_refused(content, expected, maillage, db, tmp_path):
    (tmp_path / "facts.json").write_text(content)

    said = maillage("openings", "--facts", tmp_path / "facts.json")

    assert (said.status, expected in said.err) == (2, True)


def test_a_broken_agreement_is_told_with_its_line(maillage, demonstration, tmp_path):
    (tmp_path / "broken.yaml").write_text("id: essai\nlevel: VILLAGE\n")

    said = maillage("openings", *HAGUENAU, "--agreements", tmp_path)

    assert (said.status, said.out) == (2, "")
    assert "broken.yaml" in said.err
    assert "« VILLAGE »" in said.err


@pytest.fixture
def facts(tmp_path):
    def write(**said):
        file = tmp_path / "facts.json"
        file.write_text(json.dumps({"municipality": "67180", "age": 20, "registered": True, **said}))
        return file

    return write


def test_an_answer_is_replayed_identical_from_its_id_and_the_facts(maillage, demonstration, facts):
    given = maillage("openings", "--facts", facts(), "--on", "2022-03-01", "--include", "closed,unknown", "--json")
    answer = json.loads(given.out)[0]["answer"]

    again = maillage("replay", answer, "--facts", facts(), "--include", "closed,unknown", "--json")

    assert (again.status, again.out) == (0, given.out)


def test_options_and_a_facts_file_that_say_the_same_have_the_same_id(openings, facts):
    by_options = openings(*HAGUENAU, "--registered", "--limit", "1")
    by_file = openings("--facts", facts(), "--on", "2022-03-01", "--limit", "1")

    assert by_options == by_file


@pytest.mark.parametrize("other", [{"age": 21}, {"barriers": []}, {"registered": None}, {"themes": ["numerique"]}])
def test_other_facts_are_not_replayed(other, maillage, openings, facts):
    answer = openings("--facts", facts(), "--on", "2022-03-01")[0]["answer"]

    said = maillage("replay", answer, "--facts", facts(**other))

    assert said.status == 2
    assert f"These facts are not those of answer {answer}" in said.err


def test_an_answer_never_given_here_is_not_replayed(maillage, demonstration, facts):
    said = maillage("replay", "0123456789ab-0123", "--facts", facts())

    assert (said.status, "No answer 0123456789ab-0123 was given by this database" in said.err) == (2, True)


def test_asking_keeps_the_context_once_and_names_nobody(openings):
    openings(*HAGUENAU, "--registered")
    openings("--municipality", "36018", "--age", "44", "--on", "2022-03-01")

    assert AnswerContext.objects.count() == 1
    assert AuditEvent.objects.filter(what="remember_context").count() == 1


def test_two_commands_at_once_on_a_fresh_database_both_answer(tmp_path):
    environment = {**os.environ, "MAILLAGE_HOME": str(tmp_path), "DATABASE_URL": "", "NUMBA_DISABLE_JIT": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = str(Path(sys.executable).with_name("maillage"))
    (tmp_path / "communes.csv").write_text("code,nom,lat,lon\n67180,Haguenau,48.8,7.8\n")

    def run(*arguments):
        done = subprocess.run([command, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        return done.returncode, done.stdout, done.stderr

    assert run("import", "communes", str(tmp_path / "communes.csv"))[0] == 0
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: run("openings", *HAGUENAU, "--include", "closed", "--json"), range(2)))

    status, out, err = both[0]
    assert (status, err) == (0, "")
    assert [one["service"] for one in json.loads(out)] == [DELEGATION]
    assert both[1] == both[0]
