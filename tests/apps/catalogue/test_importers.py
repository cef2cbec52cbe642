"""Every format, whole and broken: what is kept, and the reason of what is not."""

from __future__ import annotations

from datetime import date, time

import pytest

from maillage.apps.catalogue.importers.digital_help import place_kinds_of
from maillage.apps.catalogue.importers.france_services import week_said_by
from maillage.apps.catalogue.importers.records import in_title_case
from maillage.apps.catalogue.queries import catalogue_on, find_access_point, find_organisation, find_service, sequence
from maillage.apps.imports.reading import Row, UnreadableFile
from maillage.domain.access_points import PlaceKind
from maillage.domain.services import OwnBasis
from maillage.domain.shared import Period, Point
from tests.apps.catalogue.conftest import APRIL, MAY, as_csv, counts_of, reasons_of

DAY = date(2026, 12, 1)
FRANCE_SERVICES = {
    "id_fs": "1311",
    "insee_dep": "36",
    "lib_fs": "France services La Poste d'Éguzon-Chantôme",
    "adresse": "13 Rue Jules Ferry",
    "complement_adresse": "",
    "insee_com": "36070",
    "code_postal": "36270",
    "lib_com": "Éguzon-Chantôme",
    "latitude": "46.4411631",
    "longitude": "1.584077",
    "mail": "accueil@exemple.fr",
    "telephone": "02 54 00 00 00",
    "h_lundi": "09:00 - 12:00 / 13:30 - 16:30",
    "h_mardi": "09:00 - 12:00 / 13:30 - 16:30",
    "h_mercredi": "09:00 - 12:00",
    "h_jeudi": "",
    "h_vendredi": "",
    "h_samedi": "",
    "prise_rdv": "Oui",
    "commentaire": "Fermé\nen août",
    "type_fs": "Principal",
    "format_fs": "Fixe",
    "groupe_fs": "",
    "labellisation_fs": "Espace labellisé 01/01/2022",
}
LA_POSTE = {
    "#Identifiant_du_site": "06701A",
    "Libellé_du_site": "LE BLANC BP",
    "Caractéristique_du_site": "Bureau de Poste",
    "Adresse": "53 RUE ARISTIDE BRIAND",
    "Code_postal": "36300",
    "Localité": "LE BLANC",
    "Code_INSEE": "36018",
    "Latitude": "46.635245",
    "Longitude": "1.061322",
}
MISSION_LOCALE = {"id": "67180S00", "nom_usuel": "MISSION LOCALE D'ALSACE DU NORD", "insee_siege": "67180"}
AGENCY = {
    "code_safir": "67125",
    "nom": "France Travail - HAGUENAU",
    "est_agence_probable": "True",
    "commune": "67180",
    "lat": "48.8",
    "lon": "7.8",
}
ADVISER = {"id": "12", "raison_sociale": "COMMUNE DU BLANC", "siret": "21360018500011", "insee_com": "36018"}
MEDIATION = {
    "id": "mc-1",
    "nom": "Tiers-lieu",
    "commune": "Le Blanc",
    "code_insee": "36018",
    "latitude": "46.6",
    "longitude": "1.06",
    "typologie": "TIERS_LIEUX",
    "horaires": "Mo-Fr 09:00-12:00",
    "date_maj": "2026-01-05",
    "services": "Aides aux démarches administratives|Utilisation sécurisée du numérique",
    "dispositif_programmes_nationaux": "Conseillers numériques",
    "formations_labels": "",
}
SITES = [
    ("france-services", FRANCE_SERVICES, "france-services--1311"),
    ("laposte-points", LA_POSTE, "la-poste--06701A"),
    ("missions-locales", MISSION_LOCALE, "mission-locale--67180S00"),
    ("france-travail-agences", AGENCY, "france-travail--67125"),
    ("conseillers-numeriques", ADVISER, "conseillers-numeriques--12"),
    ("mediation-numerique", MEDIATION, "mediation-numerique--mc-1"),
]


@pytest.mark.parametrize(("format_name", "line", "record_id"), SITES)
def test_a_site_is_kept_once_whatever_the_separator(places, format_name, line, record_id):
    assert counts_of(places(format_name, as_csv([line], ";"))) == (1, 0, 0, 0)
    before = sequence()

    assert counts_of(places(format_name, as_csv([line]), APRIL)) == (0, 0, 1, 0)
    assert sequence() == before
    place = find_access_point(record_id, on=DAY)
    service = find_service(f"{record_id}--accueil", on=DAY)
    assert place is not None
    assert (service is None) == (place.kinds == {PlaceKind.POST_OFFICE})
    assert find_organisation(place.organisation, on=DAY) is not None


@pytest.mark.parametrize(("format_name", "line", "record_id"), SITES)
def test_a_dry_run_writes_nothing(places, format_name, line, record_id):
    report = places(format_name, as_csv([line]), dry_run=True)

    assert (report.added, sequence()) == (1, 0)


@pytest.mark.parametrize(("format_name", "line", "_record_id"), SITES)
def test_a_broken_file_changes_nothing(places, format_name, line, _record_id):
    for content in ("", "a,b\n1,2\n", "{", "[1, 2", b"\xff\xfe\x00", b"PK\x03\x04nothing", b"\x1f\x8bnothing", "[]"):
        with pytest.raises(UnreadableFile):
            places(format_name, content)
    for name in line:  # each line is in or refused, whatever is missing or absurd in it
        for value in ("", "x" * 300, "-1", "[1]"):
            report = places(format_name, as_csv([{**line, name: value}]), dry_run=True)
            assert report.kept + len(report.rejected) == 1
    assert sequence() == 0


def test_france_services_is_read_whole(places):
    places("france-services", as_csv([FRANCE_SERVICES]))

    site = find_access_point("france-services--1311", on=DAY)
    assert (site.organisation, site.networks) == ("la-poste", {"la-poste", "france-service"})
    assert site.hours == "Mo-Tu 09:00-12:00,13:30-16:30; We 09:00-12:00"
    assert site.hours_note == "Prise de rendez-vous possible. Fermé en août"
    assert site.valid == Period(date(2022, 1, 1))
    assert find_service("france-services--1311--accueil", on=DAY).valid == site.valid


def test_france_services_without_la_poste_is_its_own_organisation(places):
    places("france-services", as_csv([{**FRANCE_SERVICES, "lib_fs": "France services du Blanc"}]))

    assert find_organisation("france-services--1311", on=DAY).networks == {"france-service"}
    assert find_access_point("france-services--1311", on=DAY).organisation == "france-services--1311"


@pytest.mark.parametrize(
    ("monday", "hours", "note"),
    [
        ("00:00 - 00:00 / 09:00 - 12:00 / 14:00 - 17:00", "Mo 09:00-12:00,14:00-17:00", ""),
        ("09:45 - 12:00 / 09:45 - 12:00", "Mo 09:45-12:00", ""),
        ("09:00 - 11:00 / 11:00 - 12:00", "Mo 09:00-11:00,11:00-12:00", ""),
        (
            "09:00 - 17:00 / 09:00 - 12:00",
            "Mo 09:00-17:00",
            "Horaires variables. lundi : 09:00 - 17:00 / 09:00 - 12:00.",
        ),
        ("sur rendez-vous", "", "Horaires variables. lundi : sur rendez-vous."),
        ("12:00 - 09:00", "", "Horaires variables. lundi : 12:00 - 09:00."),
        ("09:00 - 25:00", "", "Horaires variables. lundi : 09:00 - 25:00."),
    ],
)
def test_hours_of_france_services(monday, hours, note):
    assert week_said_by([monday, "", "", "", "", ""]) == (hours, note)


def test_old_codes_are_carried_to_the_current_ones(places):
    places("france-services", as_csv([{**FRANCE_SERVICES, "insee_com": "36039"}]))

    assert find_access_point("france-services--1311", on=DAY).municipality == "36070"


def test_a_municipality_that_is_not_loaded(places):
    elsewhere = {**LA_POSTE, "#Identifiant_du_site": "1A", "Code_INSEE": "99138"}

    report = places(
        "laposte-points", as_csv([elsewhere, {**LA_POSTE, "Code_INSEE": "99138", "Latitude": "", "Longitude": ""}])
    )

    assert find_access_point("la-poste--1A", on=DAY).point == Point(46.635245, 1.061322)
    assert "99138" in report.warnings[0]
    assert reasons_of(report)[3].startswith("municipality « 99138 » is in no loaded vintage and no coordinates")


def test_a_site_without_coordinates_stands_at_its_municipality(places):
    places("missions-locales", as_csv([MISSION_LOCALE]))

    assert find_access_point("mission-locale--67180S00", on=DAY).point == Point(48.81557, 7.79051)


def test_the_header_of_la_poste_s_interface(places):
    line = {
        "identifiant_a": "06701A",
        "libelle_du_site": "LE BLANC",
        "caracteristique_du_site": "Bureau de Poste",
        "code_insee": "36018",
        "latitude": 46.635245,
        "longitude": 1.061322,
        "numero_de_telephone": "3631",
    }

    assert counts_of(places("laposte-points", {"results": [line]})) == (1, 0, 0, 0)
    assert find_access_point("la-poste--06701A", on=DAY).name == "Bureau de Poste – Le Blanc"


def test_agencies_belong_to_the_recorded_direction(places):
    organisation = {
        "id": "ft-67",
        "name": "Bas-Rhin",
        "level": "TERRITORIAL",
        "networks": "france-travail",
        "area": "67",
    }
    places("organisations", as_csv([{**organisation, "source": "hand"}]))
    direction = {**AGENCY, "code_safir": "67999", "est_agence_probable": "False"}

    report = places("france-travail-agences", as_csv([AGENCY, direction]))

    agency = find_access_point("france-travail--67125", on=DAY)
    assert (agency.organisation, agency.name, agency.official_code) == ("ft-67", "France Travail Haguenau", "67125")
    assert reasons_of(report) == {3: "« France Travail - HAGUENAU » is not an agency open to the public."}


def test_agencies_of_the_reference_interface(places):
    agency = {
        "code": "67125",
        "libelleEtendu": "Agence Haguenau",
        "type": "APE",
        "adressePrincipale": {
            "ligne4": "33 RUE DE LA REDOUTE",
            "gpsLat": 48.81,
            "gpsLon": 7.78,
            "communeImplantation": "67180",
            "bureauDistributeur": "67500 HAGUENAU",
        },
        "contact": {"email": "ape.67125@exemple.fr", "telephonePublic": "3949"},
        "horaires": [
            {
                "jour": 1,
                "horaireFerme": "N",
                "horaireEnContinu": "O",
                "ouvertureMatin": "08:30",
                "fermetureApresMidi": "15:30",
            },
            {
                "jour": 2,
                "horaireFerme": "N",
                "horaireEnContinu": "N",
                "ouvertureMatin": "08:30",
                "fermetureMatin": "12:30",
            },
            {"jour": 3, "horaireFerme": "O"},
        ],
    }

    report = places(
        "france-travail-agences",
        [agency, {**agency, "code": "67001", "type": "DT"}, {**agency, "code": "9", "adressePrincipale": 3}],
    )

    found = find_access_point("france-travail--67125", on=DAY)
    assert (found.hours, found.town, found.postcode) == ("Mo 08:30-15:30; Tu 08:30-12:30; PH off", "Haguenau", "67500")
    assert len(report.rejected) == 2


def test_missions_locales_of_the_interface(places):
    structure = {
        "id_structure": "36018S00",
        "nom_structure": "Mission locale",
        "code_insee": "36018",
        "commune": "Le Blanc",
        "adresse_structure": "1 rue",
        "horaires": "sur rendez-vous",
        "date_maj": "2026-02-01",
    }

    assert counts_of(places("missions-locales", [structure])) == (1, 0, 0, 0)
    place = find_access_point("mission-locale--36018S00", on=DAY)
    assert (place.town, place.hours, place.hours_note) == ("Le Blanc", "", "sur rendez-vous")
    assert place.provenance.dated_on == date(2026, 2, 1)


def test_reception_of_a_mission_locale_is_by_law(places):
    places("missions-locales", as_csv([MISSION_LOCALE]))

    reception = find_service("mission-locale--67180S00--accueil", on=DAY)
    assert (reception.own_basis, reception.age_from, reception.age_until) == (OwnBasis.LAW, 16, 25)


def test_a_list_of_sites_does_not_erase_what_was_recorded(places):
    line = {
        "id": "mission-locale--67180S00",
        "name": "ML",
        "level": "LOCAL",
        "source": "hand",
        "area": "clpe:CLPE67001",
    }
    places("organisations", as_csv([{**line, "in_charge": "Accompagnement > Direction"}]))

    places("missions-locales", as_csv([MISSION_LOCALE]), APRIL)

    known = find_organisation("mission-locale--67180S00", on=DAY)
    assert known.name == "Mission Locale d'Alsace du Nord"
    assert (len(known.catchment_area), known.in_charge[0].function) == (1, "Direction")


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ({"formations_labels": "Étapes numériques (La Poste)"}, {PlaceKind.DIGITAL_STAGE}),
        ({"dispositif_programmes_nationaux": ["Conseillers numériques"]}, {PlaceKind.DIGITAL_ADVISER}),
        ({"dispositif_programmes_nationaux": "France Services"}, {PlaceKind.FRANCE_SERVICES}),
        ({"pivot": "35600000063516"}, {PlaceKind.DIGITAL_STAGE}),
        ({"siret": "35600000063516"}, {PlaceKind.DIGITAL_STAGE}),
        ({"typologie": "RFS"}, {PlaceKind.FRANCE_SERVICES}),
        ({"typologie": "BIB"}, {PlaceKind.DIGITAL_POINT}),
    ],
)
def test_what_a_place_of_digital_mediation_is(said, kinds):
    assert place_kinds_of(Row(2, said)) == kinds


def test_a_refused_line_does_not_close_its_record(places):
    other = {**FRANCE_SERVICES, "id_fs": "2"}
    places("france-services", as_csv([FRANCE_SERVICES, other]))

    places("france-services", as_csv([{**FRANCE_SERVICES, "latitude": "north"}, other]), APRIL)
    assert find_access_point("france-services--1311", on=DAY) is not None

    assert places("france-services", as_csv([other]), MAY).closed == 1
    assert catalogue_on(DAY).access_points.keys() == {"france-services--2"}
    assert [service.id for service in catalogue_on(DAY).services] == ["france-services--2--accueil"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ST BENOIT DU SAULT", "St Benoit du Sault"),
        ("MISSION LOCALE D'ALSACE DU NORD", "Mission Locale d'Alsace du Nord"),
        ("LE BLANC", "Le Blanc"),
        ("Le Blanc sur", "Le Blanc sur"),
    ],
)
def test_capitals_are_rewritten(text, expected):
    assert in_title_case(text) == expected


@pytest.mark.parametrize(
    ("format_name", "line", "reason"),
    [
        ("organisations", {"id": "a", "name": "A", "level": "WORLD", "source": "s"}, "level: « WORLD » is not one of"),
        (
            "organisations",
            {"id": "a", "name": "A", "level": "LOCAL", "source": "s", "area": "moon:1"},
            "« moon:1 » is not a territory",
        ),
        (
            "organisations",
            {"id": "a", "name": "A", "level": "LOCAL", "source": "s", "in_charge": "x"},
            "in_charge: « x »",
        ),
        (
            "services",
            {"id": "a", "name": "A", "organisation": "o", "source": "s", "publics": "all"},
            "publics: « all »",
        ),
        (
            "services",
            {"id": "a", "name": "A", "organisation": "o", "source": "s", "remote": "maybe"},
            "remote: « maybe »",
        ),
        (
            "services",
            {"id": "a", "name": "A", "organisation": "o", "source": "s", "hours": "always"},
            "hours: « always »",
        ),
        (
            "services",
            {"id": "a", "name": "A", "organisation": "o", "source": "s", "dated_on": "hier"},
            "dated_on: « hier »",
        ),
    ],
)
def test_reasons_of_the_compact_tables(places, format_name, line, reason):
    assert reasons_of(places(format_name, as_csv([line])))[2].startswith(reason)


def test_midnight_is_no_span():
    assert week_said_by([f"{time.min:%H:%M} - {time.min:%H:%M}", "", "", "", "", ""]) == ("", "")
