"""The journeys that the signed texts tell, in a browser on both sides, from the opening to the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from maillage.apps.accounts import demonstration
from maillage.apps.accounts.queries import account_with, actor_of, memberships_of
from maillage.apps.people.drafts import PersonDraft
from maillage.apps.people.use_cases import create_person
from maillage.apps.referrals.demonstration import DELEGATED, DIGITAL
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.referrals.use_cases.sending import Address, Request, send_referral
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move
from tests.web.accounts.conftest import address_of
from tests.web.browser.test_adviser import years_ago
from tests.web.browser.test_sign_in import faults, sign_in
from tests.web.conftest import LOADED_AT

pytestmark = pytest.mark.browser
POINT = "Îlot numérique La Poste – Le Blanc"
SMALLEST_SHOWN = 5
"""People under which the officer reads no number."""


@pytest.fixture(autouse=True)
def accounts(site) -> None:
    demonstration.load(by="demonstration", at=LOADED_AT)


@pytest.fixture
def come(visit) -> Iterator:
    """Bring somebody to a page, signed in, in a browser of their own; whatever was wrong on any page is told at the end."""
    seen = []

    def as_somebody(name: str, address: str):
        seen.append(visit(address))
        sign_in(seen[-1].page, name)
        seen[-1].page.get_by_role("button", name="Se déconnecter").wait_for()
        return seen[-1].page

    yield as_somebody
    assert [said for one in seen for said in one.complaints] == []


def checked(page, heading: str) -> None:
    """Wait for a page by its title; it must be without fault."""
    page.get_by_role("heading", name=heading).first.wait_for()
    assert faults(page) == [], heading


def actor(name: str) -> Actor:
    account, on = account_with(address_of(name)), timezone.localdate()
    found = actor_of(account, memberships_of(account, on)[0].membership, on)
    assert found is not None
    return found


def open_file(page, given: str, municipality: str, age: int) -> str:
    page.get_by_role("link", name="Nouvelle personne").click()
    page.get_by_label("Prénom").fill(given)
    page.get_by_label("Nom", exact=True).fill("Inventée")
    page.get_by_label("Date de naissance").fill(years_ago(age))
    page.get_by_role("combobox", name="Commune").fill(municipality)
    page.get_by_role("group", name="Est-elle inscrite à France Travail ?").get_by_label("Oui").check()
    page.get_by_label("Depuis combien de mois ?").fill("8")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    checked(page, f"{given} Inventée")
    return page.url


def send_to(page, service: str, given: str, *, agreed: bool = False) -> None:
    """« Adresser » on the door of a service, folded or not, then all that the screen asks."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.locator(f"a[href*='/adresser/'][href*='{service}']").click()
    checked(page, f"Adresser {given} Inventée")
    if agreed:
        page.get_by_label("La personne est d’accord pour être accompagnée par ce partenaire").check()
    page.get_by_label("Je le lui ai dit").check()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("C’est envoyé.").wait_for()
    checked(page, "Ce qui est parti")


def open_request(page) -> None:
    checked(page, "Demandes reçues")
    page.locator(".part--to-answer").get_by_role("button", name="Nouvelle demande").click()
    checked(page, "Que se passe-t-il ?")


def appoint(page, on: date) -> None:
    page.get_by_text("Donner un rendez-vous", exact=True).click()
    page.get_by_label("Jour du rendez-vous").fill(on.isoformat())
    page.get_by_label("Heure").fill("10:30")
    page.locator("form[action$='/appoint/']").get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Le rendez-vous est noté").wait_for()


def welcome(page, given: str) -> None:
    """« Est là », on the line of the inbox."""
    checked(page, "Demandes reçues")
    page.get_by_role("button", name=f"Est là : {given} Inventée").click()
    page.get_by_text("La venue est notée.").wait_for()


def news(page, given: str):
    checked(page, "Mon portefeuille")
    return page.get_by_role("region", name="Du nouveau").get_by_role("listitem").filter(has_text=given)


def test_haguenau_the_support_of_a_young_jobseeker_is_delegated(come, clock, site):
    """004: sixteen to twenty-five years old, in the catchment area; agreed, appointed, met, and what it gave comes back."""
    claire = come("claire", "/mon-portefeuille/")
    person = open_file(claire, "Driss", "Haguenau (67500)", 20)
    send_to(claire, DELEGATED, "Driss", agreed=True)
    met_on = timezone.localdate() + timedelta(days=8)

    bruno = come("bruno", "/boite/")
    open_request(bruno)
    appoint(bruno, met_on)
    clock.advance(days=8)
    bruno = come("bruno", "/boite/")
    welcome(bruno, "Driss")
    bruno.get_by_role("link", name="Driss Inventée").click()
    checked(bruno, "Qu’est-ce que cela a donné ?")
    assert bruno.locator(".six button").count() == 6
    bruno.get_by_role("button", name="Entrée en formation").click()
    bruno.get_by_text("la demande est terminée").wait_for()

    claire = come("claire", "/mon-portefeuille/")
    told = news(claire, "Driss")
    assert "Elle est venue le" in told.inner_text()
    assert "on sait ce qu’elle a donné" in told.inner_text()
    told.get_by_role("link", name="Driss Inventée").click()
    claire.get_by_role("link", name="Accompagnement par la Mission locale", exact=False).first.click()
    claire.get_by_role("heading", name="La demande", exact=True).wait_for()
    assert faults(claire) == []
    assert "Entrée en formation" in claire.get_by_role("main").inner_text()
    claire.goto(f"{site}/mon-portefeuille/delegations/")
    checked(claire, "Délégations")
    assert "Mission locale d’Alsace du Nord" in claire.get_by_role("region", name="Places").inner_text()
    (counted,) = claire.get_by_role("region", name="Personnes").locator(".shared").all()
    assert counted.get_by_role("link", name="Driss Inventée", exact=True).count() == 1
    assert counted.get_by_role("link", name="Reprendre").count() == 1  # it runs, and goes on after the outcome
    claire.goto(person)
    checked(claire, "Driss Inventée")
    assert "Mission locale d’Alsace du Nord" in claire.get_by_role("region", name="Ce qui est partagé").inner_text()


def came_before(count: int) -> None:
    """Send some people to the digital point, who came: made with the use cases, as their day was not the story."""
    amel, farid, at = actor("amel"), actor("farid"), timezone.now()
    for number in range(count):
        draft = PersonDraft(
            given_name="Avant",
            family_name=f"Numéro{'abcdefgh'[number]}",
            municipality="36018",
            birth_date=date(1980 + number, 5, 1),
            registered=True,
            target_groups=("LONG_TERM",),
        )
        who = create_person(by=amel, draft=draft, at=at)
        request = Request((Address(DIGITAL, farid.site),), why="Actualiser sa situation")
        sent = send_referral(actor=amel, person=who, request=request, at=at).uptakes[0].uptake
        move_uptake(actor=farid, uptake=sent, move=Move.RECEIVE, said=Said(), at=at)


def read_rates(page, site: str) -> dict[str, list[str]]:
    """Read the table by access point as the officer does: each row by its name."""
    page.get_by_role("button", name="Chargé de partenariats").first.click()
    page.goto(f"{site}/pilotage/")
    page.get_by_label("Tableau", exact=True).select_option(label="Par lieu d’accueil")
    page.get_by_role("button", name="Montrer").click()
    page.wait_for_url("**by=ACCESS_POINT**")
    assert faults(page) == []
    rows = page.get_by_role("region", name="Le tableau défile").locator("tbody tr").all_inner_texts()
    return {row.split("\t")[0]: row.split("\t")[1:] for row in rows}


def test_le_blanc_a_person_is_sent_to_the_digital_point_and_is_counted(come, clock, site):
    """000 and 001: whether they went is known, and the officer reads it by place once five went, never before."""
    came_before(SMALLEST_SHOWN - 1)
    clock.advance(days=7)
    before = read_rates(come("chloe", "/connexion/"), site)
    assert before.get(POINT, ["–"])[0] == "–"
    clock.advance(days=-7)

    amel = come("amel", "/mon-portefeuille/")
    open_file(amel, "Nadia", "Le Blanc (36300)", 34)
    amel.get_by_role("checkbox", name="demandeurs d’emploi", exact=False).first.check()
    amel.get_by_role("button", name="Répondre").click()
    amel.get_by_text("La réponse est dans le dossier.").wait_for()
    send_to(amel, DIGITAL, "Nadia")

    farid = come("farid", "/boite/")
    open_request(farid)
    appoint(farid, timezone.localdate())
    welcome(farid, "Nadia")
    farid.goto(f"{site}/boite/visites/")
    farid.get_by_role("button", name="Démarche en ligne").click()
    farid.get_by_text("Comptée : Démarche en ligne, 1 aujourd’hui.").wait_for()
    checked(farid, "Compter une visite")

    clock.advance(days=7)
    amel = come("amel", "/mon-portefeuille/")
    assert "Elle est venue le" in news(amel, "Nadia").inner_text()
    chloe = come("chloe", "/connexion/")
    row = read_rates(chloe, site)[POINT]
    assert row[0] == str(SMALLEST_SHOWN)
    assert any("100" in cell for cell in row)
    assert POINT in chloe.get_by_role("region", name="Visites aux lieux d’accueil").inner_text()


def test_haguenau_the_partner_refers_too_and_is_refused_with_a_reason(come, site):
    """003: each refers to the services of the other; a refusal says why, and the way elsewhere is one step."""
    agency = "france-travail--67125--accueil"
    bruno = come("bruno", "/mon-portefeuille/")
    open_file(bruno, "Lina", "Haguenau (67500)", 22)
    send_to(bruno, agency, "Lina")

    ines = come("ines", "/boite/")
    open_request(ines)
    ines.locator("details.act summary", has_text="Refuser").click()
    refused = ines.locator("form[action$='/refuse/']")
    refused.get_by_label("la personne est déjà", exact=False).check()
    refused.get_by_role("button", name="Enregistrer").click()
    ines.get_by_text("Le refus est noté avec son motif.").wait_for()

    bruno.goto(f"{site}/mon-portefeuille/")
    checked(bruno, "Mon portefeuille")
    bruno.get_by_role("region", name="Ce qui vous attend").get_by_role("link", name="Lina Inventée").click()
    assert "La demande est refusée : la personne est déjà" in bruno.get_by_role("main").inner_text()
    bruno.get_by_role("link", name="Adresser ailleurs").click()
    checked(bruno, "Adresser Lina Inventée ailleurs")
    bruno.locator("a.choice").first.click()
    checked(bruno, "Adresser Lina Inventée")
    bruno.get_by_label("Je le lui ai dit").check()
    bruno.get_by_role("button", name="Envoyer").click()
    bruno.get_by_text("C’est envoyé.").wait_for()
    checked(bruno, "Ce qui est parti")

    first, second = Uptake.objects.order_by("referral__made_at")
    assert (first.state, second.state) == ("REDIRECTED", "SENT")
