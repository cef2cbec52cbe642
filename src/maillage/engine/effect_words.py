"""An effect in a sentence: how many people more and fewer, who they are together, and where most of them live."""

from __future__ import annotations

from maillage.domain.territories import TerritoryKind
from maillage.engine.effect import Effect, EffectLine
from maillage.engine.wording import GROUP_LABELS, Language

MOST_TELLING_FIRST = (
    "RQTH",
    "personnes-exilees",
    "personnes-en-situation-de-handicap",
    "VERY_LONG_TERM",
    "LONG_TERM",
    "jeunes",
    "seniors",
    "residents-qpv-frr",
    "beneficiaires-des-minimas-sociaux",
)
"""The groups that people are named by when all of them belong to one; the others would tell little."""


def effect_sentence(effect: Effect, language: Language) -> str:
    """Say an effect in one sentence: « 312 jeunes de plus, dont 41 à Wissembourg »."""
    parts = [_part(effect, language, is_gain=is_gain) for is_gain in (True, False)]
    told = [part for part in parts if part]
    if not told:
        return {"fr": "Personne ne gagne ni ne perd de service.", "en": "Nobody gains or loses a service."}[language]
    return " ; ".join(told) + "." if language == "fr" else "; ".join(told) + "."


def _part(effect: Effect, language: Language, *, is_gain: bool) -> str:
    count = effect.gaining if is_gain else effect.losing
    if not count:
        return ""
    who = _people(effect, count, language, is_gain=is_gain)
    lines = [(_count(line, is_gain=is_gain), line.name) for line in effect.territories[TerritoryKind.MUNICIPALITY]]
    most, where = max(lines, key=lambda line: line[0])
    if language == "fr":
        whole = f"{_number(count, language)} {who} de {'plus' if is_gain else 'moins'}"
        return f"{whole}, {_share(most, count, language)}{_in_french(where)}"
    whole = f"{_number(count, language)} {'more' if is_gain else 'fewer'} {who}"
    return f"{whole}, {_share(most, count, language)}in {where}"


def _number(count: int, language: Language) -> str:
    return f"{count:,}".replace(",", "\u202f") if language == "fr" else f"{count:,}"


def _share(most: int, count: int, language: Language) -> str:
    """Say how many of the people live where most do; nothing for one person alone, who lives there."""
    if count == 1:
        return ""
    if most == count:
        return {"fr": "en totalité ", "en": "all "}[language]
    return {"fr": f"dont {_number(most, language)} ", "en": f"{_number(most, language)} of them "}[language]


def _people(effect: Effect, count: int, language: Language, *, is_gain: bool) -> str:
    """Name people by a group that all of them hold, else as people."""
    if count == 1:
        return {"fr": "personne", "en": "person"}[language]
    held = {line.code for line in effect.target_groups if _count(line, is_gain=is_gain) == count}
    group = next((group for group in MOST_TELLING_FIRST if group in held), None)
    return GROUP_LABELS[language][group] if group else {"fr": "personnes", "en": "people"}[language]


def _count(line: EffectLine, *, is_gain: bool) -> int:
    return line.gaining if is_gain else line.losing


def _in_french(municipality: str) -> str:
    for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
        if municipality.startswith(article):
            return contracted + municipality.removeprefix(article)
    return f"à {municipality}"
