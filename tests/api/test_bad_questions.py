"""Whatever is asked, the answer is clean: a problem that says what to write, field by field, in two languages."""

from __future__ import annotations

import pytest

from maillage.api.v1 import openings
from tests.api.conftest import LE_BLANC

BODIES = [
    ("", 422, ""),
    ("{", 400, ""),
    ("[]", 422, ""),
    ("null", 422, ""),
    ('"text"', 422, ""),
    ("[" * 100_000, 400, ""),
    (b"\xff\xfe", 400, ""),
    ("{}", 422, "municipality"),
    ({"municipality": None}, 422, "municipality"),
    ({"municipality": 36018}, 422, "municipality"),
    ({"municipality": "99999"}, 422, "municipality"),
    ({"municipality": "36300\x00"}, 422, "municipality"),
    ({"municipality": "x" * 1000}, 422, "municipality"),
    ({**LE_BLANC, "age": -1}, 422, "age"),
    ({**LE_BLANC, "age": 121}, 422, "age"),
    ({**LE_BLANC, "age": "20"}, 422, "age"),
    ({**LE_BLANC, "age": 10**30}, 422, "age"),
    ({**LE_BLANC, "age": True}, 422, "age"),
    ({**LE_BLANC, "registered": "yes"}, 422, "registered"),
    ({**LE_BLANC, "registered_for_months": 1e300}, 422, "registered_for_months"),
    ({**LE_BLANC, "target_groups": "jeunes"}, 422, "target_groups"),
    ({**LE_BLANC, "target_groups": ["nobody"]}, 422, "target_groups"),
    ({**LE_BLANC, "target_groups": ["jeunes"] * 2}, 422, "target_groups"),
    ({**LE_BLANC, "barriers": [[]]}, 422, "barriers.0"),
    ({**LE_BLANC, "themes": ["nothing"]}, 422, "themes"),
    ({**LE_BLANC, "point": [46.6]}, 422, "point"),
    ({**LE_BLANC, "point": [91, 0]}, 422, "point"),
    ('{"municipality": "36018", "point": [NaN, 1]}', 422, "point.0"),
    ({**LE_BLANC, "on": "2024-02-30"}, 422, "on"),
    ({**LE_BLANC, "on": 1728950400}, 422, "on"),
    ({**LE_BLANC, "on": "0001-01-01"}, 422, "on"),
    ({**LE_BLANC, "on": "9999-12-31"}, 422, "on"),
    ({**LE_BLANC, "limit": 0}, 422, "limit"),
    ({**LE_BLANC, "limit": 201}, 422, "limit"),
    ({**LE_BLANC, "include": ["open"]}, 422, "include.0"),
    ({**LE_BLANC, "language": "de"}, 422, "language"),
    ({**LE_BLANC, "qualification": "x" * 21}, 422, "qualification"),
    ({**LE_BLANC, "occupation": "a\ud800"}, 422, "occupation"),
    ({**LE_BLANC, "name": "Driss"}, 422, "name"),
    ({**LE_BLANC, "a" * 5000: 1}, 422, "a" * 80 + "…"),
]


@pytest.mark.parametrize(("body", "status", "field"), BODIES)
def test_a_bad_body_is_a_problem_that_names_the_field(body, status, field, post):
    found = post("openings", body, status=status)

    assert (found["status"], found["type"]) == (status, f"/api/#problem-{status}")
    assert {error["field"] for error in found["errors"]} == ({field} if status == 422 else set())
    assert all(error["sentence"] for error in found["errors"])


ADDRESSES = [
    ("services?page=0", "page"),
    ("services?page=1000001", "page"),
    ("services?page=99999999999999999999", "page"),
    ("services?size=0", "size"),
    ("services?size=201", "size"),
    ("services?size=x", "size"),
    ("services?size=", "size"),
    ("services?page=1&page=2", "page"),
    ("services?colour=red", "colour"),
    ("services?on=hier", "on"),
    ("services?on=1728950400", "on"),
    ("services?search=" + "x" * 81, "search"),
    ("services?search=%00", "search"),
    ("services?network=none", "network"),
    ("services?theme=none", "theme"),
    ("services?kind=NONE", "kind"),
    ("services?territory=departement:", "territory"),
    ("services?territory=departement:99", "territory"),
    ("services?territory=%F0%9F%92%A9", "territory"),
    ("services?municipality=99999", "municipality"),
    ("services?municipality=x", "municipality"),
    ("services?organisation=" + "x" * 256, "organisation"),
    ("services/%00", "service_id"),
    ("services/" + "x" * 256, "service_id"),
    ("access-points?theme=numerique", "theme"),
    ("organisations?kind=AGENCY", "kind"),
    ("territories?kind=village", "kind"),
    ("agreements?in_force=perhaps", "in_force"),
    ("codes?page=1", "page"),
    ("coverage?territory=departement:36", "points"),
    ("coverage?points=AGENCY", "territory"),
    ("coverage?territory=village&points=AGENCY", "territory"),
    ("coverage?territory=departement:99&points=AGENCY", "territory"),
    ("coverage?territory=france&points=SHOP", "points.0"),
    ("coverage?territory=france&points=AGENCY:none", "points.0"),
    ("coverage?territory=france&points=AGENCY&km=-1", "km"),
    ("coverage?territory=france&points=AGENCY&km=1001", "km"),
    ("coverage?territory=france&points=AGENCY&km=nan", "km"),
    ("coverage?territory=france&points=AGENCY&by=street", "by"),
    ("coverage?territory=france" + "&points=AGENCY" * 21, "points"),
    ("complementarity?theme=sante", "territory"),
    ("complementarity?territory=departement:99&theme=sante", "territory"),
    ("complementarity?territory=departement:36", "theme"),
    ("complementarity?territory=departement:36&theme=tricot", "theme"),
    ("complementarity?territory=departement:36&theme=sante&within=201", "within"),
    ("complementarity?territory=departement:36&theme=sante&within=-1", "within"),
    ("complementarity?territory=departement:36&theme=sante&within=1.5", "within"),
    ("complementarity?territory=departement:36&theme=sante&group=x", "group"),
    ("complementarity?territory=departement:36&theme=sante&agreement=x", "agreement"),
    ("complementarity?territory=departement:36&theme=sante&networks=x", "networks.0"),
    ("complementarity?territory=departement:36&theme=sante&networks=la-poste", "networks"),
    ("complementarity?territory=departement:36&theme=sante&agreement=x&networks=la-poste&networks=face", "networks"),
    ("complementarity?territory=departement:36&theme=sante&opened=99999", "opened"),
    ("complementarity?territory=departement:36&theme=sante" + "&opened=36018" * 51, "opened"),
    ("complementarity?territory=departement:36&theme=sante&lost=x", "lost"),
    ("complementarity?territory=departement:36&theme=sante&by=clpe", "by"),
    ("exports/csv/services?size=10001", "size"),
    ("exports/hsds/services?per_page=201", "per_page"),
    ("exports/opening-days/la-poste--06701A?days=93", "days"),
]


@pytest.mark.parametrize(("address", "field"), ADDRESSES)
def test_a_bad_parameter_is_a_problem_that_names_it(address, field, get):
    assert [error["field"] for error in get(address, status=422)["errors"]] == [field]


@pytest.mark.parametrize(
    "address",
    [
        "nothing",
        "",
        "services/nobody",
        "services/../../etc/passwd",
        "access-points/nobody",
        "organisations/%F0%9F%92%A9",
        "territories/departement:99",
        "territories/nowhere",
        "agreements/none",
        "exports/opening-days/nowhere",
    ],
)
def test_what_does_not_exist_is_a_problem(address, get):
    assert get(address, status=404)["title"] == "Cette page n’existe pas"


def test_the_problem_is_said_in_the_language_of_the_caller(get):
    french, english = get("services?page=0", status=422), get("services?page=0", 422, accept_language="en-GB,fr;q=0.5")

    assert (french["errors"], english["errors"]) == (
        [{"field": "page", "sentence": "Écrivez un nombre d’au moins 1."}],
        [{"field": "page", "sentence": "Write a number of at least 1."}],
    )
    assert english["title"] == "This question is incomplete or not exact"


def test_a_field_of_the_pages_is_corrected_in_the_same_words(post):
    sentences = [
        post("openings", {**LE_BLANC, "age": 300}, 422, accept_language=language)["errors"][0]["sentence"]
        for language in ("fr", "en")
    ]

    assert sentences == [
        "Écrivez l’âge en chiffres, entre 0 et 120, par exemple 24. Si vous ne le savez pas, laissez vide.",
        "Write the age in figures, from 0 to 120, for instance 24. If you do not know, leave it blank.",
    ]


def test_a_value_is_never_said_again(post):
    assert "SECRET" not in str(post("openings", {**LE_BLANC, "target_groups": ["SECRET"], "on": "SECRET"}, status=422))


@pytest.mark.parametrize("people", [[], [{"municipality": "36018"}] * 201])
def test_a_batch_is_from_one_to_two_hundred_people(people, post):
    assert [error["field"] for error in post("openings/batch", {"people": people}, 422)["errors"]] == ["people"]


def test_a_municipality_that_is_not_loaded_is_found_in_the_batch(post):
    people = [{"municipality": "36018"}, {"municipality": "99999"}]

    assert [error["field"] for error in post("openings/batch", {"people": people}, 422)["errors"]] == [
        "people.1.municipality"
    ]


def test_a_method_that_does_not_answer_is_a_problem_with_those_that_do(client, demonstration):
    response = client.get("/api/v1/openings")

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert (response.headers["Content-Type"], response.json()["status"]) == ("application/problem+json", 405)


def test_a_body_that_is_too_long_is_a_problem(client, demonstration, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/api/v1/openings", "x" * 101, content_type="application/json")

    assert (response.status_code, response.json()["status"]) == (413, 413)


def test_a_breakdown_is_a_problem_and_its_journal_says_nothing_of_the_person(post, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError(LE_BLANC["municipality"])

    monkeypatch.setattr(openings, "first_doors", broken)
    found = post("openings", LE_BLANC, status=500)

    assert (found["title"], found["errors"]) == ("Quelque chose n’a pas marché", [])
    assert "RuntimeError in /api/v1/openings" in caplog.text
    assert "36018" not in caplog.text
