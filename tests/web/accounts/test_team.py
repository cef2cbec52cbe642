"""The pages of an administrator, and those of stand-ins."""

from __future__ import annotations

import pytest
from django.utils import timezone

from maillage.apps.accounts import models, queries
from maillage.apps.sharing.queries import is_name_kept
from tests.web.accounts.conftest import LINK, address_of

FT, ML = "france-travail", "mission-locale--67180S00"


def membership(name: str):
    return str(queries.memberships_of(queries.account_with(address_of(name)), timezone.localdate())[0].membership)


def site(name: str) -> str:
    return str(models.Site.objects.get(name=name).pk)


@pytest.fixture
def gaelle(signed_in):
    return signed_in("gaelle")


def test_the_list_shows_the_members_of_the_organisation_alone(gaelle):
    page = gaelle.get("/equipe/").content.decode()

    assert "Amel Exemple" in page
    assert "Bruno Exemple" not in page


def test_the_list_costs_the_same_for_one_and_for_many(gaelle, django_assert_num_queries):
    models.Membership.objects.filter(organisation=FT).exclude(account__email=address_of("gaelle")).delete()
    with django_assert_num_queries(11):
        gaelle.get("/equipe/")
    for number in range(3):
        account = models.Account.objects.create(
            email=f"{number}@exemple.fr", name=f"N{number}", opened_at=timezone.now()
        )
        models.Membership.objects.create(account=account, organisation=FT, role="ADVISER", valid_from="2026-01-01")
    with django_assert_num_queries(11):
        gaelle.get("/equipe/")


def test_a_member_is_placed(gaelle):
    amel, agency = membership("amel"), site("Agence de Haguenau")
    team = str(models.Team.objects.get(name="Jeunes").pk)

    response = gaelle.post(f"/equipe/membres/{amel}/", {"site": agency, "teams": [team]}, follow=True)

    assert "C’est noté." in response.content.decode()
    assert queries.site_of(amel).name == "Agence de Haguenau"


def test_a_team_of_another_site_is_refused_and_what_was_chosen_is_kept(gaelle):
    amel, agency = membership("amel"), site("Agence de Haguenau")
    team = str(models.Team.objects.get(name="Suivi").pk)

    page = gaelle.post(f"/equipe/membres/{amel}/", {"site": agency, "teams": [team]}).content.decode()

    assert "Cette équipe n’est pas une équipe ouverte de ce site." in page
    assert f'value="{agency}" selected' in page


def test_a_membership_ends(gaelle, signed_in):
    amel, client = membership("amel"), signed_in("amel")

    response = gaelle.post(f"/equipe/membres/{amel}/fin/", follow=True)

    assert "L’appartenance de Amel Exemple a pris fin." in response.content.decode()
    assert client.get("/equipe/absences/")["Location"] == "/compte/organisme/"


def test_the_last_administrator_is_told_to_name_another(gaelle):
    page = gaelle.post(f"/equipe/membres/{membership('gaelle')}/fin/").content.decode()

    assert "C’est le dernier administrateur de l’organisme. Nommez d’abord un autre administrateur." in page


def test_an_account_is_frozen_and_given_back(gaelle, signed_in):
    amel, client = membership("amel"), signed_in("amel")

    assert "compte gelé" in gaelle.post(f"/equipe/membres/{amel}/gel/", {"why": "Un doute"}).content.decode()
    assert client.get("/compte/").status_code == 302
    assert "Geler le compte" in gaelle.post(f"/equipe/membres/{amel}/degel/").content.decode()
    assert models.Account.objects.get(email=address_of("amel")).frozen_at is None


def test_a_lost_access_is_renewed_by_a_link(gaelle, client):
    page = gaelle.post(f"/equipe/membres/{membership('amel')}/acces/", {"second_factor": "on"}).content.decode()

    link = LINK.search(page)[0]
    assert "Choisissez une nouvelle phrase secrète" in client.get(link).content.decode()
    client.post(link, {"passphrase": "cinq autres mots choisis ici"})
    assert client.get("/connexion/code/")["Location"] == "/connexion/premiere-fois/"


def test_an_invitation_waits_in_the_list_until_it_is_withdrawn(gaelle):
    gaelle.post("/equipe/inviter/", {"email": "zoe@exemple.fr", "name": "Zoé", "role": "OFFICER", "site": ""})
    assert "zoe@exemple.fr" in gaelle.get("/equipe/").content.decode()

    waiting = models.Invitation.objects.get()
    gaelle.post(f"/equipe/invitations/{waiting.pk}/retirer/")

    assert "zoe@exemple.fr" not in gaelle.get("/equipe/").content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "zoe"}, "Écrivez une adresse complète"),
        ({"email": ""}, "Remplissez ce champ."),
        ({"role": ""}, "Choisissez une réponse."),
    ],
)
def test_an_invitation_that_cannot_be_read_says_what_to_write(gaelle, typed, sentence):
    whole = {"email": "zoe@exemple.fr", "name": "Zoé", "role": "OFFICER", "site": ""}

    response = gaelle.post("/equipe/inviter/", {**whole, **typed})

    assert sentence in response.content.decode()
    assert "Zoé" in response.content.decode()
    assert not models.Invitation.objects.exists()


def test_a_site_is_opened_changed_given_a_team_and_closed(gaelle):
    typed = {"name": "Agence d’Issoudun", "level": "AGENCY", "safir": "00009", "outreach_days": ["2"]}
    assert "Le site est ouvert." in gaelle.post("/equipe/sites/nouveau/", typed, follow=True).content.decode()
    one = site("Agence d’Issoudun")

    gaelle.post(f"/equipe/sites/{one}/", {**typed, "telephone": "02 54 00 00 00"})
    gaelle.post(f"/equipe/sites/{one}/equipes/", {"team-name": "Suivi"})
    again = gaelle.post(f"/equipe/sites/{one}/equipes/", {"team-name": "Suivi"}).content.decode()
    found = queries.find_site(one)

    assert (found.telephone, found.safir, [team.name for team in found.teams]) == ("02 54 00 00 00", "00009", ["Suivi"])
    assert "Ce site a ou a eu une équipe de ce nom." in again
    gaelle.post(f"/equipe/equipes/{found.teams[0].id}/fermer/")
    assert "Le site est fermé." in gaelle.post(f"/equipe/sites/{one}/fermer/", follow=True).content.decode()
    assert "Issoudun" not in gaelle.get("/equipe/sites/").content.decode()


def test_a_site_where_people_work_is_not_closed(gaelle):
    page = gaelle.post(f"/equipe/sites/{site('Agence du Blanc')}/fermer/").content.decode()

    assert "Quelqu’un travaille encore dans ce site" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"safir": "12"}, "Écrivez les cinq chiffres du code SAFIR."),
        ({"safir": "00001"}, "Ce code SAFIR est celui d’un autre site."),
        ({"siret": "1"}, "Écrivez les quatorze chiffres du SIRET."),
        ({"municipality": "Blanc"}, "Écrivez les cinq signes du code INSEE"),
        ({"name": "Agence du Blanc"}, "L’organisme a ou a eu un site de ce nom."),
    ],
)
def test_a_site_that_cannot_be_says_what_to_write(gaelle, typed, sentence):
    response = gaelle.post("/equipe/sites/nouveau/", {"name": "Nouveau", "level": "AGENCY", **typed})

    assert sentence in response.content.decode()


def test_a_stand_in_is_named_by_the_absent_and_stopped(signed_in):
    amel = signed_in("amel")
    typed = {"absent": membership("amel"), "stand_in": membership("yann")}
    days = {"first_day": "2030-12-21", "last_day": "2030-12-27"}

    page = amel.post("/equipe/absences/", {**typed, **days}, follow=True).content.decode()

    assert "Yann Exemple remplace Amel Exemple du 21 décembre 2030 au 27 décembre 2030." in page
    one = queries.stand_ins_of(FT, on=timezone.localdate())[0]
    assert "Chacun nomme qui le remplace" in signed_in("yann").get("/equipe/absences/").content.decode()
    assert signed_in("yann").post(f"/equipe/absences/{one.id}/retirer/").status_code == 404
    assert "a pris fin" in amel.post(f"/equipe/absences/{one.id}/retirer/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"last_day": "2030-12-20"}, "Ces dates ne font pas une absence à venir."),
        ({"last_day": "demain"}, "Écrivez le jour comme 24/12/2026."),
        ({"stand_in": "gaelle"}, "On remplace un collègue qui a la même fonction."),
    ],
)
def test_a_stand_in_that_cannot_be_says_why(signed_in, typed, sentence):
    whole = {"stand_in": "yann", "first_day": "2030-12-21", "last_day": "2030-12-27", **typed}

    response = signed_in("amel").post(
        "/equipe/absences/", {**whole, "absent": membership("amel"), "stand_in": membership(whole["stand_in"])}
    )

    assert sentence in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/equipe/membres/{amel}/",
        "/equipe/membres/{amel}/fin/",
        "/equipe/membres/{amel}/gel/",
        "/equipe/membres/{amel}/acces/",
        "/equipe/sites/{agency}/",
        "/equipe/sites/{agency}/fermer/",
        "/equipe/sites/{agency}/equipes/",
        "/equipe/equipes/{team}/fermer/",
    ],
)
def test_what_belongs_to_another_organisation_answers_as_what_does_not_exist(signed_in, address):
    hugo = signed_in("hugo")
    known = {
        "amel": membership("amel"),
        "agency": site("Agence du Blanc"),
        "team": models.Team.objects.get(name="Suivi").pk,
    }
    unknown = dict.fromkeys(known, "00000000-0000-4000-8000-000000000000")

    theirs, nothing = (hugo.post(address.format(**ids), {"team-name": "x"}) for ids in (known, unknown))

    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert theirs.content.replace(b"csrf", b"") != b""
    assert strip(theirs) == strip(nothing)


def strip(response) -> str:
    """Give a page without what differs at each answer: the token of its form, and its own address."""
    import re  # noqa: PLC0415

    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return page.replace(response.wsgi_request.path, "")


@pytest.mark.parametrize("name", ["amel", "bruno", "chloe", "denis", "elise", "farid"])
def test_the_pages_of_an_administrator_say_to_others_that_they_are_reserved(signed_in, name):
    client = signed_in(name)
    client.post("/compte/organisme/", {"membership": membership(name)})

    response = client.get("/equipe/")

    assert response.status_code == 403
    assert "Cette page est réservée à une autre fonction" in response.content.decode()


def test_the_pages_are_in_english_too(signed_in):
    client = signed_in("gaelle")

    assert "Invite somebody" in client.get("/en/equipe/").content.decode()
    assert (
        "This is the last administrator"
        in client.post(f"/en/equipe/membres/{membership('gaelle')}/fin/").content.decode()
    )


def test_a_portfolio_is_handed_over_in_one_screen(signed_in):
    amel = signed_in("amel")
    typed = {"giver": membership("amel"), "receiver": membership("yann")}

    assert (
        "Choisissez quelqu’un d’autre"
        in amel.post("/equipe/portefeuille/", {**typed, "receiver": typed["giver"]}).content.decode()
    )
    page = amel.post("/equipe/portefeuille/", typed, follow=True).content.decode()

    assert "0 personnes sont transmises." in page
    assert "Claire Exemple" not in amel.get("/equipe/portefeuille/").content.decode().split('name="receiver"')[0]
    assert "Claire Exemple" in signed_in("gaelle").get("/equipe/portefeuille/").content.decode()


def test_nobody_hands_over_the_portfolio_of_a_colleague(signed_in):
    typed = {"giver": membership("yann"), "receiver": membership("amel")}

    response = signed_in("amel").post("/equipe/portefeuille/", typed)

    assert response.status_code == 422


def test_the_name_of_the_organisation_is_kept_and_told_again(gaelle):
    assert "Garder notre nom" in gaelle.get("/equipe/sites/").content.decode()

    kept = gaelle.post("/equipe/nom/", {"keep": "1"}, follow=True).content.decode()
    assert is_name_kept(FT, to=ML, on=timezone.localdate())
    assert "les autres organismes lisent « un partenaire »" in kept

    gaelle.post("/equipe/nom/", {"keep": "0"})
    assert not is_name_kept(FT, to=ML, on=timezone.localdate())
