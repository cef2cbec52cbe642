"""The sentence of an effect."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.territories import TerritoryKind
from maillage.engine.effect import Effect, EffectLine
from maillage.engine.effect_words import effect_sentence


def effect(gaining, losing, municipalities, groups=()):
    lines = {TerritoryKind.MUNICIPALITY: tuple(EffectLine("", *one) for one in municipalities)}
    return Effect(
        date(2026, 6, 1), 9999, gaining, losing, 1, (), lines, tuple(EffectLine(one[0], *one) for one in groups)
    )


SENTENCES = [
    # gaining, losing, (municipality, gaining, losing), (group, gaining, losing), French, English
    (0, 0, [], [], "Personne ne gagne ni ne perd de service.", "Nobody gains or loses a service."),
    (
        312,
        0,
        [("Haguenau", 30, 0), ("Wissembourg", 41, 0)],
        [("demandeurs-emploi", 312, 0), ("jeunes", 312, 0), ("RQTH", 2, 0)],
        "312 jeunes de plus, dont 41 à Wissembourg.",
        "312 more young people, 41 of them in Wissembourg.",
    ),
    (
        1312,
        1,
        [("Le Blanc", 1300, 0), ("Les Herbiers", 12, 1)],
        [],
        "1\u202f312 personnes de plus, dont 1\u202f300 au Blanc ; 1 personne de moins, aux Herbiers.",
        "1,312 more people, 1,300 of them in Le Blanc; 1 fewer person, in Les Herbiers.",
    ),
    (
        0,
        2,
        [("Le Blanc", 0, 2)],
        [("demandeurs-emploi", 0, 2)],
        "2 personnes de moins, en totalité au Blanc.",
        "2 fewer people, all in Le Blanc.",
    ),
]


@pytest.mark.parametrize(("gaining", "losing", "places", "groups", "french", "english"), SENTENCES)
def test_an_effect_is_said_in_a_sentence(gaining, losing, places, groups, french, english):
    found = effect(gaining, losing, places, groups)

    assert effect_sentence(found, "fr") == french
    assert effect_sentence(found, "en") == english
