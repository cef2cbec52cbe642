"""Every sentence that a jobseeker reads or is told is plain French: the private link, the sheets, what is said aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.queries import seen
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.sharing.telling import labels_of, sheet_words
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.reasons import OUTCOME_LABELS, REASON_LABELS
from maillage.domain.sharing import SHAREABLE, Passing, WhatPasses
from maillage.web.follow.wording import what_next, where_it_stands
from maillage.web.portfolio.leaving import aloud
from tests.web.plain_french import faults, text_of

TOLD = sorted(set(UptakeState) - {UptakeState.DRAFT, UptakeState.ENTERED_IN_ERROR}, key=lambda state: state.value)
PARTNER = "La Poste"


@pytest.mark.parametrize("jargon", [
    "Le prescripteur vous oriente vers un dispositif.",
    "Votre CER est transmis au référent.",
    "Au titre de l’article 5 de la convention, vos données font l’objet d’un traitement.",
    "L’intéressé est informé de la décision.",
    "Il est procédé à l’effacement de ce que vous avez dit.",
    ("Vous pouvez, dès lors que vous en faites la demande par écrit au guichet de votre agence, et sous deux mois, "
    "obtenir que ce que l’on garde de vous soit relu."),
])  # fmt: skip
def test_what_is_not_plain_is_found(jargon):
    assert faults(jargon)


def test_what_is_plain_is_left_alone():
    assert faults("La Poste a dit oui. Vous avez rendez-vous le 3 novembre à 10 h 30. Vous n’avez rien à faire.") == []


@pytest.mark.parametrize("state", TOLD)
@pytest.mark.django_db
def test_where_a_request_stands(uptake, state):
    row = replace(
        seen(Uptake.objects.get(pk=uptake), on=timezone.localdate()), state=state, appointment_at=timezone.now()
    )

    for late in (False, True):
        said = f"{where_it_stands(row, PARTNER)} {what_next(replace(row, is_late=late))}"
        assert faults(said) == []


@pytest.mark.parametrize("kind", [*REASON_LABELS, *OUTCOME_LABELS])
def test_why_it_stopped_and_what_came_of_it(kind):
    assert faults({**REASON_LABELS, **OUTCOME_LABELS}[kind][0]) == []


@pytest.mark.parametrize("consent", [False, True])
def test_what_is_passed_on(consent):
    clause = Passing("a", "P1", "c", SHAREABLE, purpose="vous accompagner vers un emploi", needs_consent=consent)
    words = sheet_words(WhatPasses((clause,)), receiver=PARTNER, lead="France Travail").as_content()

    assert faults("\n".join(one if isinstance(one, str) else "\n".join(one) for one in words.values())) == []
    assert faults("\n".join(labels_of(SHAREABLE, "fr"))) == []


@pytest.mark.parametrize(
    "fields", [{"given_name"}, {"family_name", "telephone"}, {"family_name", "email", "birth_date"}]
)
def test_what_is_said_aloud(fields):
    assert faults(aloud(PARTNER, frozenset(fields))) == []


def test_the_private_page_and_its_ends(client, link, amel, bruno, uptake):
    pages = [text_of(client.get(link).content.decode())]
    move_uptake(actor=bruno, uptake=uptake, move=Move.OPEN, said=Said(), at=timezone.now())
    pages.append(text_of(client.get(link).content.decode()))
    pages.append(text_of(client.post(f"{link}{uptake}/refus/").content.decode()))
    pages.append(text_of(client.post(f"{link}fin/").content.decode()))
    pages.append(text_of(client.get(link).content.decode()))

    assert [faults(page) for page in pages] == [[]] * len(pages)
    assert all("Votre" in page or "vous" in page for page in pages)


@pytest.mark.parametrize(
    "door", ["france-services--1768--accueil&municipality=36018", "2021-ml-alsace-nord--delegation-16-25"]
)
@pytest.mark.usefixtures("demonstration")
def test_the_sheet_that_is_taken_away(client, door):
    page = client.get(f"/fiche/?door={door}").content.decode()
    sheet = page[page.index('<article class="sheet"') : page.index("</article>")]

    assert faults(text_of(f"<main>{sheet}</main>")) == []
