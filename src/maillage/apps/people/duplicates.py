"""Files that may be of one person: suggested with the reason, never brought together by themselves."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from uuid import UUID

from maillage.apps.people import models
from maillage.apps.people.queries import people_visible_to
from maillage.domain.accounts import Actor

CLOSE_NAMES = 0.85
"""Share of letters in common, from 0 to 1, above which two names born on one day may be one."""


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """Two files that may be of one person, and what they have in common: codes of the reasons."""

    first: UUID
    second: UUID
    reasons: tuple[str, ...]


def likely_duplicates(actor: Actor, *, on: date) -> tuple[LikelyDuplicate, ...]:
    """List the pairs of people the actor follows that may be one: born the same day under close names, or reached alike.

    Reasons: ``SAME_BIRTH_DATE_CLOSE_NAME``, ``SAME_TELEPHONE``, ``SAME_EMAIL``. A family may share a telephone: the
    names decide nothing there, and the pair is only shown.
    """
    rows = list(
        people_visible_to(actor, on=on).filter(lead_organisation=actor.organisation).order_by("created_at", "pk")
    )
    found: dict[tuple[UUID, UUID], list[str]] = {}
    for reason, pair in _pairs(rows):
        found.setdefault(pair, []).append(reason)
    return tuple(LikelyDuplicate(first, second, tuple(reasons)) for (first, second), reasons in found.items())


def _pairs(rows: list[models.Person]) -> Iterator[tuple[str, tuple[UUID, UUID]]]:
    for one, other in _alike(rows, "birth_date"):
        if are_close(one, other):
            yield "SAME_BIRTH_DATE_CLOSE_NAME", (one.pk, other.pk)
    for one, other in _alike(rows, "telephone"):
        yield "SAME_TELEPHONE", (one.pk, other.pk)
    for one, other in _alike(rows, "email"):
        yield "SAME_EMAIL", (one.pk, other.pk)


def _alike(rows: list[models.Person], field: str) -> Iterator[tuple[models.Person, models.Person]]:
    groups: dict[object, list[models.Person]] = {}
    for row in rows:
        value = getattr(row, field)
        if value:
            groups.setdefault(value.casefold() if isinstance(value, str) else value, []).append(row)
    for group in groups.values():
        yield from combinations(group, 2)


def are_close(one: models.Person, other: models.Person) -> bool:
    """Tell whether two names may be one: in either order, without accents, but for a few letters."""
    theirs = (_plain(other.given_name, other.family_name), _plain(other.family_name, other.given_name))
    ours = _plain(one.given_name, one.family_name)
    return any(SequenceMatcher(None, ours, name).ratio() >= CLOSE_NAMES for name in theirs)


def _plain(*names: str) -> str:
    parted = unicodedata.normalize("NFD", " ".join(names).casefold())
    return "".join(sign for sign in parted if sign.isalpha() or sign == " ")
