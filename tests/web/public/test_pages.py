from __future__ import annotations

import re

import pytest

from maillage.apps.catalogue.use_cases import keep_records
from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.organisations import FileInCharge, Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from tests.web.conftest import LOADED_AT

pytestmark = pytest.mark.usefixtures("demonstration")

SOURCE = Provenance("source")
DIGITAL = "/lieux/demonstration--ilot-numerique-le-blanc/"
TOO_LONG = "x" * 5000


def text_of(response) -> str:
    """Give the words of a page's content, without its marks."""
    page = response.content.decode()
    inside = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).replace("\xa0", " ").split())


def keep(*records) -> None:
    keep_records(records, format_name="of the test", at=LOADED_AT)


@pytest.mark.parametrize(
    "address",
    [
        "/lieux/",
        "/lieux/?municipality=36018",
        "/lieux/?municipality=36018&kind=internet",
        "/lieux/?municipality=36018&kind=agency&open=now",
        "/lieux/?municipality=67180&kind=mission-locale&shown=60",
        DIGITAL,
        "/lieux/france-services--2394/",
        "/communes/",
        "/communes/?q=chatea",
        "/communes/?territory=clpe:CLPE67001&page=2",
        "/communes/36018/",
        "/communes/36018/?on=2024-10-15",
        "/services/",
        "/services/?q=ecrire&municipality=36018",
        "/services/?organisation=la-poste-centre-val-de-loire",
        "/services/face--conge-mobilite-solidaire/",
        "/organismes/",
        "/organismes/la-poste-centre-val-de-loire/",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_answers_and_leaves_nothing_behind(client, prefix, address):
    response = client.get(prefix + address)

    assert (response.status_code, response.cookies.output()) == (200, "")


@pytest.mark.parametrize(
    "query",
    [
        "place=",
        "place=zzzz",
        "place=%00",
        f"place={TOO_LONG}",
        "municipality=99999",
        f"municipality={TOO_LONG}",
        "municipality=%00",
        "municipality=36018&kind=spaceship",
        "municipality=36018&open=yes",
        "municipality=36018&shown=-1",
        "municipality=36018&shown=99999999999",
        "municipality=36018&shown=²",
        "place=saint&municipality=36018",
    ],
)
def test_a_question_about_places_that_cannot_be_read_is_asked_again(client, query):
    assert client.get(f"/lieux/?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("page", ["/services/", "/organismes/", "/communes/"])
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        f"q={TOO_LONG}",
        "q=100%25_%5C",
        "page=0",
        "page=-3",
        "page=²",
        "page=99999999",
        "page=" + "9" * 400,
        "municipality=zzzzz&organisation=%00",
        "territory=clpe",
        "territory=commune:%00",
        f"territory={TOO_LONG}&organisation={TOO_LONG}",
    ],
)
def test_a_list_takes_any_address(client, page, query):
    assert client.get(f"{page}?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/lieux/nulle-part/",
        "/lieux/%00/",
        f"/lieux/{TOO_LONG}/",
        "/services/rien/",
        "/services/%00/",
        "/organismes/personne/",
        "/organismes/%00/",
        "/communes/99999/",
        "/communes/%00/",
        f"/communes/{TOO_LONG}/",
    ],
)
def test_what_is_not_known_is_said_in_plain_french(client, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "Cette page n’existe pas" in text_of(response)


def test_a_name_or_a_postcode_leads_to_the_places_by_a_short_address(client):
    response = client.get("/lieux/?place=Le Blanc&kind=internet&municipality=")

    assert response.headers["Location"] == "/lieux/?municipality=36018&kind=internet"


def test_the_nearest_place_comes_first_with_what_one_finds_there(client):
    page = client.get("/lieux/?municipality=36018&kind=internet").context["page"]

    first = page.rows[0]
    assert (first.name, first.kinds) == ("France services du Blanc", "France services")
    assert first.week.startswith("Du lundi au vendredi de 9")
    assert first.facts == ("2,9 km en ligne droite", "un conseiller France services peut vous aider")
    assert [row.number for row in page.rows] == sorted(row.number for row in page.rows)


def test_only_what_is_open_is_kept_when_asked(client):
    page = client.get("/lieux/?municipality=36018&open=now").context["page"]

    assert {row.status.kind for row in page.rows} <= {"open"}


def test_the_computer_of_a_digital_point_is_described_as_its_source_does(client):
    page = text_of(client.get(DIGITAL))

    assert "Ordinateur en libre accès, imprimante et scanner, Wi-Fi." in page
    assert "raccourcis vers les sites des services publics. La source ne dit pas lesquels" in page
    assert "Ce lieu est inventé pour montrer le produit" in page
    assert 'href="geo:46.635245,1.061322"' in client.get(DIGITAL).content.decode()


def test_a_closed_place_says_so(client):
    point = Point(46.6, 1.1)
    kept = AccessPoint("kept", "Reste", frozenset({PlaceKind.AGENCY}), "ft", "36018", point, SOURCE)
    keep(kept, AccessPoint("gone", "Ancienne agence", frozenset({PlaceKind.AGENCY}), "ft", "36018", point, SOURCE))
    keep(kept)

    assert "Ce lieu ne reçoit plus personne. Il est fermé depuis : 22 novembre 2026." in text_of(
        client.get("/lieux/gone/")
    )
    assert "ne reçoit plus" not in text_of(client.get("/lieux/kept/"))


def test_a_municipality_says_which_agreements_apply_on_a_day_and_why_not(client):
    def said(on: str) -> dict[str, str]:
        return {row.title: row.words for row in client.get(f"/communes/67180/?on={on}").context["page"].agreements}

    title = next(one for one in said("2022-03-01") if "Alsace" in one)
    assert said("2022-03-01")[title].startswith("S’applique ce jour-là")
    assert said("2021-01-01")[title] == "Ne s’applique pas encore : à partir du 4 décembre 2021."


def test_a_municipality_lists_services_to_employers_apart(client):
    page = client.get("/communes/67180/").context["page"]

    assert [link.words for link in page.employers] == [
        "Accompagnement des entreprises qui recrutent",
        "Conseil aux entreprises qui recrutent",
    ]
    assert not {link.words for link in page.services} & {link.words for link in page.employers}


def test_a_municipality_says_how_far_each_help_is(client):
    helps = client.get("/communes/36018/").context["page"].helps

    assert [(row.help, row.far) for row in helps] == [
        ("Aide pour utiliser internet", "2,9 km en ligne droite"),
        ("Agence France Travail", "33 km en ligne droite"),
        ("Mission locale, de 16 à 25 ans", "dans la commune"),
        ("Bureau de poste", "3,0 km en ligne droite"),
    ]


@pytest.mark.parametrize(("on", "said"), [("2022-02-30", "Ce jour n’existe pas"), ("1800-01-01", "entre 2000 et 2100")])
def test_a_day_that_cannot_be_answered_is_said(client, on, said):
    assert said in text_of(client.get(f"/communes/36018/?on={on}"))


def test_an_old_code_leads_to_the_current_one(client):
    response = client.get("/communes/67042/")

    assert (response.status_code, response.headers["Location"]) == (301, "/communes/67104/")


def test_lists_are_sorted_as_french_sorts_and_found_without_accents(client):
    names = ["Zèbre", "étude", "Œuvre", "Ecole", "école libre", "Épicerie", "Ouvroir"]
    keep(*(Service(f"of-the-test--{n}", name, "ft", SOURCE) for n, name in enumerate(names)))

    page = client.get("/services/?q=of-the-test").context["page"]
    assert [row.link.words for row in page.rows] == [
        "Ecole",
        "école libre",
        "Épicerie",
        "étude",
        "Œuvre",
        "Ouvroir",
        "Zèbre",
    ]
    found = client.get("/services/?q=ÉCOLE").context["page"]
    assert [row.link.words for row in found.rows] == ["Ecole", "école libre"]
    assert client.get("/services/?q=oeuvre").context["page"].rows[0].link.words == "Œuvre"


def test_the_public_sees_the_function_and_the_shared_address_never_the_holder(client):
    charge = FileInCharge("Clause sociale", "Référente", "clause@example.invalid", "Camille Exemple")
    keep(Organisation("of-the-test", "Organisme d’essai", SOURCE, in_charge=(charge,)))

    response = client.get("/organismes/of-the-test/")

    assert "Clause sociale Référente · clause@example.invalid" in text_of(response)
    assert "Camille" not in response.content.decode()
    assert "Camille" not in client.get("/organismes/france-travail-centre-val-de-loire/").content.decode()


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/services/?q=of-the-test", 3),
        ("/organismes/?q=of-the-test", 3),
        ("/organismes/of-the-test--0/", 6),
        ("/lieux/of-the-test--0/", 12),
        ("/lieux/?municipality=36018&kind=agency", 7),
        ("/communes/36018/", 14),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_one_row_as_for_three(client, django_assert_num_queries, address, queries, count):
    point = Point(46.6, 1.1)
    for n in range(count):
        name = f"of-the-test--{n}"
        place = AccessPoint(name, name, frozenset({PlaceKind.AGENCY}), "of-the-test--0", "36018", point, SOURCE)
        service = Service(name, name, "of-the-test--0", SOURCE, location="of-the-test--0", municipality="36018")
        keep_records([Organisation(name, name, SOURCE), place, service], format_name=name, at=LOADED_AT)
    client.get(address)

    with django_assert_num_queries(queries):
        client.get(address)
