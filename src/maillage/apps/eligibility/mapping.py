"""A question as JSON and back: what a facts file holds, and what the id of an answer is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any

from maillage.domain.eligibility import Question, Settings
from maillage.domain.people import PersonFacts
from maillage.domain.shared import MaillageError, Point

CONTEXT_LENGTH, ANSWER_LENGTH = 12, 20
_SETS = frozenset({"target_groups", "barriers"})


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
        FactsUnreadable: a name is no fact, the municipality is absent or a value has another form.
        FactOutOfBounds: a value cannot be.
    """
    known = {found.name for found in fields(PersonFacts)}
    strangers = sorted(set(content) - known)
    if strangers or not isinstance(content.get("municipality"), str):
        wrong = f"« {strangers[0]} »" if strangers else "no « municipality » as text"
        raise FactsUnreadable(f"The facts hold {wrong}; expected municipality, and any of {', '.join(sorted(known))}.")
    try:
        values = {name: _read(name, value) for name, value in content.items()}
        return PersonFacts(**values)
    except (TypeError, ValueError) as error:
        raise FactsUnreadable(f"The facts cannot be read: {error}.") from error


def _read(name: str, value: Any) -> Any:
    if name == "point":
        latitude, longitude = value
        return Point(float(latitude), float(longitude))
    if name in _SETS and not isinstance(value, list):
        raise TypeError(f"{name} must be a list of codes")
    return frozenset(value) if name in _SETS else value


def question_from(content: Mapping[str, Any], *, on: date) -> Question:
    """Read a question from a facts file: the facts of a person, and ``themes`` where there are needs."""
    facts = {name: value for name, value in content.items() if name != "themes"}
    return Question(facts_from(facts), on, tuple(content.get("themes", ())))
