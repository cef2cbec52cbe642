"""Lists: pages that are bounded, filters, search without accents, the order of French, the same number of queries."""

from __future__ import annotations

import json

import pytest

from maillage.apps.catalogue.use_cases import keep_records
from maillage.domain.access_points import PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Provenance
from tests.cli.conftest import maillage  # noqa: F401 (a fixture)
from tests.web.conftest import LOADED_AT

LISTS = ["services", "access-points", "organisations", "territories", "agreements"]


def names(page):
    return [item["name"] for item in page["items"]]


def ids(page):
    return {item["id"] for item in page["items"]}


def whole(get, address, sign="?"):
    pages = get(f"{address}{sign}size=200")["pages"]
    return [item for page in range(1, pages + 1) for item in get(f"{address}{sign}size=200&page={page}")["items"]]


@pytest.mark.parametrize("address", LISTS)
def test_the_pages_of_a_list_are_the_list(address, get):
    everything = whole(get, address)
    size = 40
    total = get(address)["total"]
    pages = [get(f"{address}?size={size}&page={number}") for number in range(1, -(-total // size) + 2)]

    assert total == len(everything)
    assert [item for page in pages for item in page["items"]] == everything
    assert [len(page["items"]) for page in pages[:-2]] == [size] * (len(pages) - 2)
    assert (pages[-1]["items"], pages[0]["pages"]) == ([], len(pages) - 1)
    assert get(f"{address}?page=1000000")["items"] == []


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        ("services", "id"),
        ("access-points", "id"),
        ("organisations", "id"),
        ("territories", "territory"),
        ("agreements", "id"),
    ],
)
def test_each_item_of_a_list_is_found_by_itself(address, identifier, get):
    item = get(f"{address}?size=1")["items"][0]
    found = get(f"{address}/{item[identifier]}")

    assert {name: found[name] for name in item} == item


def test_search_takes_words_without_accents_or_case(get):
    assert get("organisations?search=MISSION%20ch%C3%A2teauroux") == get("organisations?search=mission chateauroux")
    assert names(get("territories?search=chateauroux&kind=commune")) == ["Châteauroux"]
    assert ids(get("agreements?search=INCLUSION numerique")) == {"2024-indre-experimentation-numerique"}


def test_names_are_sorted_as_french_sorts(get, demonstration):
    here = Provenance("test")
    many = [
        Organisation(f"t--{place}", name, here) for place, name in enumerate(["Zèbre tri", "Écran tri", "Ecole tri"])
    ]
    keep_records(many, format_name="test", at=LOADED_AT)

    assert names(get("organisations?search=tri&size=3")) == ["Ecole tri", "Écran tri", "Zèbre tri"]


def test_places_are_narrowed_by_what_they_are_and_where(get):
    everything = whole(get, "access-points")
    cases = {
        "kind=POST_OFFICE": [one for one in everything if "POST_OFFICE" in one["kinds"]],
        "network=la-poste": [one for one in everything if "la-poste" in one["networks"]],
        "municipality=36018": [one for one in everything if one["municipality"] == "36018"],
        "territory=departement:67": [one for one in everything if one["municipality"].startswith("67")],
        "territory=67": [one for one in everything if one["municipality"].startswith("67")],
        "territory=france": everything,
        "organisation=la-poste-centre-val-de-loire": [
            one for one in everything if one["organisation"] == "la-poste-centre-val-de-loire"
        ],
        "territory=departement:67&municipality=36018": [],
    }

    assert {case: whole(get, f"access-points?{case}", "&") for case in cases} == cases
    assert [case for case, expected in cases.items() if not expected] == ["territory=departement:67&municipality=36018"]


def test_services_are_narrowed_by_theme_whole_or_family(get):
    everything = whole(get, "services")
    theme = next(theme for one in everything for theme in one["themes"] if theme.startswith("numerique--"))
    of_family = [one for one in everything if any(found.startswith("numerique--") for found in one["themes"])]

    assert whole(get, f"services?theme={theme}", "&") == [one for one in everything if theme in one["themes"]]
    assert whole(get, "services?theme=numerique", "&") == of_family
    assert whole(get, "services?kind=POST_OFFICE", "&") == [
        one for one in everything if "POST_OFFICE" in one["place_kinds"]
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_number_of_queries_however_long(count, get, demonstration, django_assert_num_queries):
    here = Provenance("test")
    records = [
        Service(f"t--{place}", f"Essai {place}", "test", here, place_kinds=frozenset({PlaceKind.AGENCY}))
        for place in range(count)
    ]
    keep_records(records, format_name="test", at=LOADED_AT)
    get("services?search=essai")

    with django_assert_num_queries(5):
        assert get("services?search=essai")["total"] == count


def test_a_municipality_says_which_territories_it_belongs_to(get):
    found = get("territories/36018")

    assert (found["territory"], found["name"], found["municipality_count"]) == ("commune:36018", "Le Blanc", 1)
    assert {one["territory"] for one in found["within"]} >= {"departement:36", "region:24", "clpe:CLPE36004"}


def test_the_population_of_a_territory_is_that_of_its_municipalities(get):
    assert get("territories/departement:36")["population"] == 216_069


def test_a_list_is_read_as_it_stood_on_a_day(get):
    assert get("agreements?in_force=true&on=1990-01-01")["items"] == []


AGREEMENT = "agreements/2024-indre-experimentation-numerique"


def test_the_text_of_an_agreement_says_whether_it_applies_that_day_and_why(get):
    states = {day: get(f"{AGREEMENT}?on={day}")["state"] for day in ("2024-06-30", "2024-10-15", "2025-01-01")}

    assert states == {"2024-06-30": "NOT_YET", "2024-10-15": "IN_FORCE", "2025-01-01": "LAPSED"}


def test_the_text_of_an_agreement_says_what_each_article_opens(get):
    articles = get(f"{AGREEMENT}?on=2024-10-15")["articles"]
    opening = [clause for article in articles for clause in article["clauses"] if clause["kind"] == "opens"]

    assert all(article["text"] for article in articles)
    assert opening
    assert all(clause["provider"] and clause["services"] for clause in opening)


def test_every_list_of_codes_is_given(get):
    found = {one["name"]: one["codes"] for one in get("codes")}

    assert found["networks"]["la-poste"] == "La Poste"
    assert len(found) == 15


def test_distances_are_those_of_the_command(get, maillage):  # noqa: F811
    asked = [
        "--territory",
        "departement:36",
        "--points",
        "AGENCY",
        "--points",
        "FRANCE_SERVICES:la-poste",
        "--km",
        "15",
    ]
    address = "coverage?territory=departement:36&points=AGENCY&points=FRANCE_SERVICES:la-poste&km=15&by=municipality"

    found = get(address)

    whole = json.loads(maillage("coverage", *asked, "--json").out)
    assert {name: found[name] for name in whole} == whole
    assert found["rows"] == json.loads(maillage("coverage", *asked, "--by", "municipality", "--json").out)
    assert (found["people"], len(found["rows"])) == (216_069, 241)


def test_the_offer_of_a_territory_is_that_of_the_command(get, maillage):  # noqa: F811
    asked = ["--territory", "departement:36", "--theme", "sante", "--km", "15", "--by", "municipality", "--json"]

    found = get("complementarity?territory=departement:36&theme=sante&within=15&by=municipality&opened=36070")

    told = json.loads(maillage("coverage", *asked).out)
    assert {name: found[name] for name in ("people", "excluded", "common", "complementary", "white")} == {
        name: told[name] for name in ("people", "excluded", "common", "complementary", "white")
    }
    assert [row["offer_class"] for row in found["rows"]] == [row["class"] for row in told["rows"]]
    assert found["after"]["white"]["people"] < found["white"]["people"]
    health = next(line for line in found["after"]["themes"] if line["theme"] == "sante")
    assert {one["partner"]: one["name"] for one in health["reached"]} == {
        "+": "Nouveau partenaire",
        "mission-locale": "Mission Locale",
    }
