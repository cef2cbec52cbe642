"""The file of a person: opened, corrected, brought in from a table or a pasted row; doubles shown and never merged alone."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from maillage.apps.audit.models import AuditEvent, Reading
from maillage.apps.delegation.models import LeadOrganisationDecision
from maillage.apps.people.models import HealthFacts, Person
from maillage.apps.referrals.models import Uptake
from maillage.domain.accounts import Role
from tests.apps.referrals.conftest import AGENCY, MISSION, member, person
from tests.web.partners.conftest import browser_of

FILE = {"given_name": "Élise", "family_name": "Dupré-Martin", "place": "36300"}


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client, address: str, status: int = 302, **typed) -> str:
    response = client.post(address, typed)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_a_file_opens_with_a_name_and_a_municipality(adviser, amel):
    post(adviser, "/mon-portefeuille/nouvelle-personne/", **FILE)

    row = Person.objects.get()
    assert (row.municipality, row.registered, row.barriers, row.lead_adviser) == ("36018", None, None, amel.membership)


def test_what_is_said_in_months_is_kept_as_a_day_and_health_apart(adviser):
    typed = {"registered": "yes", "months": "14", "barriers": ["mobilite", "sante"], "boe": "no"}
    post(adviser, "/mon-portefeuille/nouvelle-personne/", **FILE, **typed)

    row = Person.objects.get()
    today = timezone.localdate()
    assert today - timedelta(days=440) < row.registered_since < today - timedelta(days=410)
    assert (row.barriers, HealthFacts.objects.get().barriers, HealthFacts.objects.get().boe) == (["mobilite"], ["sante"], False)  # fmt: skip
    assert "inscrite depuis 14 mois" in page(adviser, f"/personnes/{row.pk}/")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"family_name": ""}, "Remplissez ce champ."),
        ({"place": "Atlantide"}, "Nous ne trouvons pas"),
        ({"telephone": "appelez-moi"}, "Écrivez les chiffres du numéro"),
        ({"birth_date": "2090-01-01"}, "Cette date de naissance ne peut pas être"),
        ({"birth_date": "hier"}, "Écrivez un jour"),
        ({"email": "elise"}, "Écrivez une adresse complète"),
        ({"months": "beaucoup"}, "Écrivez le nombre de mois en chiffres"),
        ({"external_id": "2 84 05 36 018 123 " + str(97 - 2840536018123 % 97).zfill(2)}, "numéro de sécurité sociale"),
        ({"barriers": ["mobilite", "lune"]}, "Sélectionnez"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_typed_is_lost(adviser, typed, sentence):
    shown = post(adviser, "/mon-portefeuille/nouvelle-personne/", 422, **{**FILE, "occupation": "M1607", **typed})

    assert sentence in shown
    assert "M1607" in shown
    assert not Person.objects.exists()


def test_two_who_correct_the_same_file_are_told(adviser, driss):
    shown = page(adviser, f"/personnes/{driss}/corriger/")
    assert 'name="version" value="1"' in shown
    typed = {"given_name": "Driss", "family_name": "Benali", "place": "Le Blanc (36300)", "version": "1"}

    post(adviser, f"/personnes/{driss}/corriger/", **typed, telephone="06 12 34 56 78")
    refused = post(adviser, f"/personnes/{driss}/corriger/", 422, **typed, telephone="07 00 00 00 00")

    assert "Quelqu’un a changé ce dossier entre-temps" in refused
    assert "07 00 00 00 00" in refused
    assert Person.objects.get().telephone == "0612345678"


def test_correcting_one_field_leaves_the_others(adviser, driss):
    before = Person.objects.values().get()
    shown = {"given_name": "Driss", "family_name": "Benali", "place": "Le Blanc (36300)", "version": "1"}
    kept = {"birth_date": "2006-05-31", "registered": "yes", "target_groups": ["jeunes"], "language": "fr"}

    post(adviser, f"/personnes/{driss}/corriger/", **shown, **kept, email="driss@exemple.fr")

    after = Person.objects.values().get()
    assert {name for name in after if after[name] != before[name]} == {"email", "version", "last_contact_on"}


def test_a_table_is_tried_then_brought_in_and_bad_lines_are_told(adviser):
    text = "prénom,nom,commune,identifiant\nAda,Une,36018,A1\nBo,Deux,99999,A2\nCy,Trois,36018,A3\n"

    def table():
        return SimpleUploadedFile("gens.csv", text.encode())

    tried = post(adviser, "/mon-portefeuille/tableau/", 200, table=table(), check="1")
    assert ("2 dossiers s’ouvriraient." in tried, Person.objects.count()) == (True, 0)
    shown = post(adviser, "/mon-portefeuille/tableau/", 200, table=table())
    assert "2 dossiers sont ouverts." in shown
    assert "99999" in shown
    assert "2 personnes étaient déjà suivies" in post(adviser, "/mon-portefeuille/tableau/", 200, table=table())


def test_a_portfolio_leaves_under_the_names_of_the_orientation_and_comes_back(adviser, amel, driss):
    known = {"barriers": ("sante", "mobilite"), "boe": True, "minimum_income": True, "qualification": "AFS"}
    ada = person(amel, "Ada", family_name="=Une", **known)
    person(member("Zoé", Role.ADVISER, AGENCY), "Pierre")
    assert "Emporter mes dossiers" in page(adviser, "/mon-portefeuille/")

    table = adviser.get("/mon-portefeuille/orientation.csv").content

    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig")), delimiter=";"))
    assert [(row["nom"], row["prenom"]) for row in rows] == [("'=Une", "Ada"), ("Benali", "Driss")]
    told = ("code_commune", "niveau_etude", "boe", "contrainte_sante", "contrainte_mobilite", "contrainte_logement")
    assert [rows[0][name] for name in told] == ["36018", "AFS", "true", "A_PRECISER", "A_PRECISER", "AUCUNE"]
    assert {rows[1][name] for name in rows[1] if name.startswith("contrainte")} == {""}
    assert Reading.objects.filter(what="orientation file").values_list("person", flat=True).distinct().count() == 2
    assert AuditEvent.objects.get(what="export_orientations").details["lines"] == 2
    shown = post(adviser, "/mon-portefeuille/tableau/", 200, table=SimpleUploadedFile("gens.csv", table))
    assert "2 dossiers sont ouverts." in shown
    assert "n’ont pas été lues" not in shown
    back = Person.objects.exclude(pk=ada).get(given_name="Ada")
    assert (back.municipality, back.qualification, back.barriers) == ("36018", "AFS", ["mobilite"])
    assert (back.health.barriers, back.health.boe, back.minimum_income) == (["sante"], True, None)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("gens.csv", b"pr\xc3\xa9nom,nir\nA,1\n", "numéros de sécurité sociale"),
        ("gens.csv", b"couleur\nbleu\n", "Ce tableau ne se lit pas"),
        ("gens.exe", b"MZ", "Choisissez un fichier CSV ou XLSX."),
        ("gens.csv", b"", "Ce fichier est vide"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(adviser, name, content, sentence):
    shown = post(adviser, "/mon-portefeuille/tableau/", 422, table=SimpleUploadedFile(name, content))

    assert sentence in shown


def test_a_pasted_row_is_read_and_confirmed_before_anything_is_kept(adviser):
    row = "Prénom : Nadia\nNom : Inventée\nTéléphone : 06 12 34 56 78\nCommune : Le Blanc\nCouleur : bleu"

    post(adviser, "/mon-portefeuille/coller/", row=row)

    shown = page(adviser, "/mon-portefeuille/nouvelle-personne/")
    for words in ("Nadia", "Inventée", "06 12 34 56 78", "Le Blanc", "Relisez chaque champ", "bleu"):
        assert words in shown
    assert not Person.objects.exists()
    assert "Nadia" not in page(adviser, "/mon-portefeuille/nouvelle-personne/")
    assert "Collez une seule ligne" in post(adviser, "/mon-portefeuille/coller/", 422, row="a\tb\nc\td\ne\tf")


def test_people_are_found_without_accents_page_by_page(adviser, amel):
    for number in range(23):
        person(amel, f"Élise {number:02}", family_name="Dupré")
    person(amel, "Zoé", family_name="Autre")

    first = page(adviser, "/mon-portefeuille/")
    found = page(adviser, "/mon-portefeuille/?q=elise+dupre&page=2")
    assert "Vous suivez 24 personnes." in first
    assert "Page 1 sur 2" in first
    assert "23 personnes trouvées." in found
    assert "Élise 22" in found
    assert "Zoé" not in found
    assert "Personne de ce nom" in page(adviser, "/mon-portefeuille/?q=personne&page=9")


def test_files_that_look_alike_are_shown_and_brought_together_by_hand(adviser, amel):
    kept = person(amel, "Driss", telephone="0612345678")
    other = person(amel, "Dris", telephone="0612345678")

    shown = page(adviser, "/mon-portefeuille/doublons/")
    assert "nées le même jour, noms proches, même téléphone" in shown
    assert Person.objects.filter(merged_into=None).count() == 2
    post(adviser, f"/mon-portefeuille/doublons/{kept}/{other}/")

    assert Person.objects.get(merged_into=kept).pk == other
    assert "Aucun dossier ne ressemble à un autre." in page(adviser, "/mon-portefeuille/doublons/")


def test_the_question_is_answered_in_place_and_kept(adviser, amel):
    unknown = person(amel, target_groups=None, registered=None)
    shown = page(adviser, f"/personnes/{unknown}/")
    assert "Une question pour y voir plus clair" in shown
    assert "Est-elle inscrite à France Travail ?" in shown
    assert "Est-elle inscrite à France Travail ?" not in page(adviser, f"/personnes/{unknown}/?skip=registered")

    post(adviser, f"/personnes/{unknown}/repondre/", fact="registered", registered="yes")

    assert Person.objects.get().registered is True
    assert "Est-elle inscrite à France Travail ?" not in page(adviser, f"/personnes/{unknown}/")


def test_what_is_answered_in_months_or_situations_is_kept_too(adviser, driss):
    post(adviser, f"/personnes/{driss}/repondre/", fact="registered_for_months", months="3")
    post(adviser, f"/personnes/{driss}/repondre/", fact="target_group", group=["none"])
    post(adviser, f"/personnes/{driss}/repondre/", fact="qualification", qualification="3")
    post(adviser, f"/personnes/{driss}/repondre/", fact="barrier", barrier=["mobilite"])

    row = Person.objects.get()
    assert (row.target_groups, row.qualification, row.barriers) == ([], "3", ["mobilite"])
    assert row.registered_since < timezone.localdate() - timedelta(days=85)
    assert "Écrivez le nombre de mois" in post(
        adviser, f"/personnes/{driss}/repondre/", 422, fact="registered_for_months", months="beaucoup"
    )
    post(adviser, f"/personnes/{driss}/repondre/", 404, fact="age", age="12")


def test_a_person_may_have_all_that_is_kept_of_them(adviser, driss, uptake):
    kept = json.loads(page(adviser, f"/personnes/{driss}/dossier.json"))

    assert kept["person"]["given_name"] == "Driss"
    assert kept["uptakes"][0]["service"] == "atelier"
    assert kept["referrals"][0]["why"] == "Inscrit depuis 14 mois."


def test_a_change_of_who_follows_a_person_is_recorded_with_who_decided_when_and_why(adviser, amel, driss):
    address, today = f"/personnes/{driss}/organisme-referent/", timezone.localdate()
    assert address in page(adviser, f"/personnes/{driss}/")
    typed = {"to": "mission locale", "decided_by": "Comité local", "decided_on": today, "reason": "Projet de formation"}

    for wrong, sentence in (
        ({"to": "Nulle part"}, "Aucun organisme ne porte ce nom"),
        ({"to": "Agence du Blanc"}, "suit déjà la personne"),
        ({"decided_on": today + timedelta(days=1)}, "au plus tard aujourd’hui"),
        ({"reason": ""}, "field--wrong"),
    ):
        shown = post(adviser, address, 422, **{**typed, **wrong})
        assert sentence in shown
        assert "Comité local" in shown
    assert not LeadOrganisationDecision.objects.exists()
    post(adviser, address, **typed)

    row = LeadOrganisationDecision.objects.get()
    assert (row.person, row.from_organisation, row.to_organisation) == (driss, AGENCY, MISSION)
    assert (row.decided_by, row.decided_on, row.reason) == ("Comité local", today, "Projet de formation")
    shown = page(adviser, f"/personnes/{driss}/")
    assert "Comité local a décidé : Mission locale, après Agence du Blanc." in shown
    assert "Projet de formation" in shown
    assert Person.objects.get(pk=driss).lead_organisation == AGENCY
    assert AuditEvent.objects.get(what="record_lead_decision").subject == f"lead_decision:{row.pk}"


def test_nobody_else_reads_a_file_and_each_look_is_noted(adviser, amel, driss):
    page(adviser, f"/personnes/{driss}/")
    assert Reading.objects.filter(account=amel.account, person=driss, what="person page").count() == 1

    for role, organisation in ((Role.PARTNER_ADVISER, MISSION), (Role.ADVISER, AGENCY)):
        stranger = browser_of(member("Zoé", role, organisation))
        for address in (
            f"/personnes/{driss}/",
            f"/personnes/{driss}/corriger/",
            f"/personnes/{driss}/adresser/?to=atelier",
        ):
            page(stranger, address, 404)


def test_a_file_is_erased_because_the_person_asks_and_the_receipt_names_nobody(adviser, amel, driss, uptake):
    address = f"/personnes/{driss}/effacer/"
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert "Ce qui part, ce qui reste" in page(adviser, address)
    refused = adviser.post(address, {"asked_on": tomorrow.isoformat()})
    assert refused.status_code == 422
    for words in ("Cochez cette case", "n’est pas encore venu", tomorrow.isoformat()):
        assert words in refused.content.decode()
    assert adviser.get("/mon-portefeuille/effacement/").status_code == 404

    done = adviser.post(address, {"asked_on": timezone.localdate().isoformat(), "sure": "on"}, follow=True)

    assert done.redirect_chain == [("/mon-portefeuille/effacement/", 302)]
    receipt = done.content.decode()
    assert "C’est effacé" in receipt
    assert "Driss" not in receipt
    assert str(driss) in receipt
    assert adviser.get(f"/personnes/{driss}/").status_code == 404
    assert Uptake.objects.get(pk=uptake).state == "WITHDRAWN"
    proof = AuditEvent.objects.get(what="erase_person", subject=f"person:{driss}")
    assert proof.details["asked_on"] == timezone.localdate().isoformat()
