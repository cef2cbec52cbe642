from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import translation

from maillage.engine.opening_hours import PARIS
from maillage.web.advisers import presenters
from maillage.web.components import hours, sentences

WEEK = "Mo-Fr 09:00-12:00,13:30-17:00; Sa 09:00-12:00; PH off"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Le Blanc", "près du Blanc"),
        ("Les Bordes", "près des Bordes"),
        ("La Châtre", "près de La Châtre"),
        ("Issoudun", "près d’Issoudun"),
        ("Écueillé", "près d’Écueillé"),
        ("Haguenau", "près de Haguenau"),
        ("L’Île", "près de L’Île"),
    ],
)
def test_near_a_municipality_in_good_french(name, said):
    with translation.override("fr"):
        assert sentences.near(name) == said


@pytest.mark.parametrize(
    ("counts", "french", "english"),
    [
        ((0, 0), "Aucune porte ouverte près du Blanc", "No door open near Le Blanc"),
        ((1, 0), "1 porte ouverte près du Blanc", "1 door open near Le Blanc"),
        ((3, 2), "3 portes ouvertes près du Blanc, 2 à vérifier", "3 doors open near Le Blanc, 2 to check"),
    ],
)
def test_the_answer_begins_with_a_sentence(counts, french, english):
    with translation.override("fr"):
        assert presenters.headline(*counts, "Le Blanc") == french
    with translation.override("en"):
        assert presenters.headline(*counts, "Le Blanc") == english


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-23T16:00", "ouvert jusqu’à 17 h"),
        ("2026-11-23T12:30", "fermé, ouvre à 13 h 30"),
        ("2026-11-23T18:00", "fermé, ouvre demain à 9 h"),
        ("2026-11-21T13:00", "fermé, ouvre lundi à 9 h"),
    ],
)
def test_until_when_it_is_open_now(at, said):
    with translation.override("fr"):
        status = hours.status_at(WEEK, datetime.fromisoformat(at).replace(tzinfo=PARIS))

    assert status.words.replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("osm", "day", "said"),
    [
        (WEEK, date(2022, 3, 1), "ouvert ce jour-là de 9 h à 12 h et de 13 h 30 à 17 h"),
        (WEEK, date(2022, 3, 6), "fermé ce jour-là"),
        (WEEK, date(2022, 7, 14), "fermé ce jour-là"),
        ("Mo-Fr 09:00-12:00", date(2022, 7, 14), "horaires à confirmer ce jour-là"),
        ("24/7", date(2022, 3, 6), "ouvert jour et nuit"),
        ("", date(2022, 3, 1), "horaires non connus"),
        ("quand on peut", date(2022, 3, 1), "horaires non connus"),
    ],
)
def test_the_hours_of_another_day(osm, day, said):
    with translation.override("fr"):
        assert hours.status_on(osm, day).words.replace("\xa0", " ") == said
