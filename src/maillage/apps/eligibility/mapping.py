"""A question as JSON and back, what the id of an answer is made from, and an opening as machines read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any

from maillage.domain.eligibility import Question, Reason, Settings, Verdict
from maillage.domain.people import PersonFacts
from maillage.domain.shared import MaillageError, Point
from maillage.engine.clauses import THEME_FAMILIES, THEMES

CONTEXT_LENGTH, ANSWER_LENGTH = 12, 20
_SETS = frozenset({"target_groups", "barriers"})
_KINDS: Mapping[str, tuple[type, str]] = {
    "municipality": (str, "an INSEE code between quotes"),
    **dict.fromkeys(("age", "registered_for_months"), (int, "a whole number")),
    **dict.fromkeys(("registered", "boe", "minimum_income", "priority_neighbourhood"), (bool, "true or false")),
    **dict.fromkeys(("qualification", "occupation"), (str, "a code between quotes")),
}
"""The kind of JSON that says each fact, and how to name it."""


class FactsUnreadable(MaillageError):
    """A facts file does not say what is expected."""


@dataclass(frozen=True)
class Context:
    """The versions an answer rests on, besides the person's facts."""

    on: date
    agreements: tuple[str, ...]
    catalogue: str
    geography: str
    settings: Settings

    def content(self) -> dict[str, Any]:
        """Write the context as JSON."""
        return {
            "on": self.on.isoformat(),
            "agreements": list(self.agreements),
            "catalogue": self.catalogue,
            "geography": self.geography,
            "settings": {
                "default_reach_km": self.settings.default_reach_km,
                "dated_on": self.settings.dated_on.isoformat(),
            },
        }

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Context:
        """Read a context that was written."""
        settings = content["settings"]
        return cls(
            date.fromisoformat(content["on"]),
            tuple(content["agreements"]),
            content["catalogue"],
            content["geography"],
            Settings(settings["default_reach_km"], date.fromisoformat(settings["dated_on"])),
        )

    def digest(self) -> str:
        """Name the context."""
        return digest_of(self.content())[:CONTEXT_LENGTH]


def answer_id(context: Context, person: PersonFacts, themes: tuple[str, ...]) -> str:
    """Name an answer by what it is made from: day, facts, needs, agreements, catalogue, territories and settings."""
    whole = {"context": context.content(), "facts": facts_content(person), "themes": list(themes)}
    return f"{context.digest()}-{digest_of(whole)[:ANSWER_LENGTH]}"


def digest_of(content: Mapping[str, Any]) -> str:
    """Digest a content whatever the order of its keys."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def facts_content(person: PersonFacts) -> dict[str, Any]:
    """Write what is known of a person; a fact that is not known is left out."""
    content: dict[str, Any] = {}
    for found in fields(person):
        value = getattr(person, found.name)
        if isinstance(value, Point):
            value = [value.latitude, value.longitude]
        elif isinstance(value, frozenset):
            value = sorted(value)
        if value is not None:
            content[found.name] = value
    return content


def facts_from(content: Mapping[str, Any]) -> PersonFacts:
    """Read what is known of a person.

    Raises:
        FactsUnreadable: a name is no fact, the municipality is absent or a value is of another kind.
        FactOutOfBounds: a value cannot be.
    """
    known = {found.name for found in fields(PersonFacts)}
    strangers = sorted(set(content) - known)
    if strangers or content.get("municipality") is None:
        wrong = f"« {strangers[0]} », which is no fact" if strangers else "no municipality"
        raise FactsUnreadable(f"The facts hold {wrong}; expected municipality, and any of {', '.join(sorted(known))}.")
    return PersonFacts(**{name: _read(name, value) for name, value in content.items() if value is not None})


def _read(name: str, value: Any) -> Any:
    """Read one fact; JSON has its own kinds, and a number written as a text is not one."""
    if name == "point":
        return _point(value)
    if name in _SETS:
        return frozenset(_codes(name, value))
    kind, expected = _KINDS[name]
    # In Python true is a number, in JSON it is not.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise FactsUnreadable(f"{name}: {json.dumps(value, ensure_ascii=False)} found; expected {expected}.")
    return value


def _codes(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise FactsUnreadable(f"{name}: {json.dumps(value, ensure_ascii=False)} found; expected a list of codes.")
    return tuple(dict.fromkeys(value))


def _point(value: Any) -> Point:
    try:
        latitude, longitude = value
        return Point(float(latitude), float(longitude))
    except (TypeError, ValueError) as error:
        found = json.dumps(value, ensure_ascii=False)
        raise FactsUnreadable(f"point: {found} found; expected [latitude, longitude], in degrees.") from error


def question_from(content: Mapping[str, Any], *, on: date) -> Question:
    """Read a question from a facts file: the facts of a person, and ``themes`` where there are needs.

    Raises:
        FactsUnreadable: it is not written as expected, or a theme is in no list.
        FactOutOfBounds: a value cannot be.
    """
    facts = {name: value for name, value in content.items() if name != "themes"}
    themes = _codes("themes", content.get("themes") or [])
    strangers = [theme for theme in themes if theme not in THEMES | THEME_FAMILIES]
    if strangers:
        raise FactsUnreadable(f"theme {strangers[0]}: no such code; maillage codes lists them all.")
    return Question(facts_from(facts), on, themes)


def opening_content(verdict: Verdict, service_name: str, reasons: Iterable[Reason], answer: str) -> dict[str, Any]:
    """Write an opening for machines, under the names of the fixed interface; ``answer`` is the id of the answer."""
    return {
        "finding": verdict.finding.value,
        "service": verdict.service,
        "service_name": service_name,
        "organisation": verdict.organisation,
        "location": verdict.location,
        "distance_km": None if verdict.distance_km is None else round(verdict.distance_km, 3),
        "theme": verdict.theme or None,
        "reasons": [_reason_content(reason) for reason in reasons],
        "missing": sorted(verdict.missing),
        "priority_groups": list(verdict.priority_groups),
        "answer": answer,
    }


def _reason_content(reason: Reason) -> dict[str, Any]:
    content: dict[str, Any] = {"basis": reason.basis.value, "source": reason.source, "sentence": reason.sentence}
    optional = {
        "agreement": reason.agreement,
        "article": reason.article,
        "version": reason.version,
        "quote": reason.quote,
        "change": reason.change,
    }
    return content | {name: value for name, value in optional.items() if value}
