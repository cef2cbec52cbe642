"""The people one follows as a list: searched by name without accents, page by page; each look is in the journal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.audit.queries import LISTED
from maillage.apps.people import models
from maillage.apps.people.mapping import PersonRecord, record_of
from maillage.apps.people.queries import is_own, people_visible_to
from maillage.apps.people.watching import look_at
from maillage.domain.accounts import Actor

PAGE = 20
NAMES = ("given_name", "family_name")


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """One page of the people followed; ``count`` is how many the search found, ``pages`` never below 1."""

    people: tuple[PersonRecord, ...]
    count: int
    number: int
    pages: int


def portfolio_page(actor: Actor, *, at: datetime, search: str = "", number: int = 1, size: int = PAGE) -> PortfolioPage:
    """Give a page of the people that the actor follows, by name; ``search`` is part of a name, however it is written.

    A page beyond the last one is the last one.

    Raises:
        AccountFrozen: these looks were too many; nothing is shown.
    """
    rows = people_visible_to(actor, on=timezone.localdate(at)).filter(lead_organisation=actor.organisation)
    named = rows.order_by("family_name", "given_name", "pk").values_list("pk", "given_name", "family_name")
    words = plain_name(search).split()
    found = [pk for pk, given, family in named.iterator(chunk_size=2000) if _holds(words, given, family)]
    pages = max(1, -(-len(found) // size))
    place = min(max(1, number), pages)
    shown = found[(place - 1) * size : place * size]
    order = {pk: rank for rank, pk in enumerate(shown)}
    records = _named(actor, rows.filter(pk__in=shown), at=at, why="portfolio")
    return PortfolioPage(tuple(sorted(records, key=lambda one: order[one.id])), len(found), place, pages)


def names_followed(actor: Actor, people: Iterable[UUID], *, at: datetime, why: str) -> dict[UUID, str]:
    """Give the names of some people that the actor follows, each look written; the others are left out.

    Raises:
        AccountFrozen: these looks were too many; nothing is shown.
    """
    rows = people_visible_to(actor, on=timezone.localdate(at)).filter(lead_organisation=actor.organisation)
    wanted = rows.filter(pk__in=list(people))
    return {one.id: one.name for one in _named(actor, wanted, at=at, why=why)}


def _named(actor: Actor, rows: Iterable[models.Person], *, at: datetime, why: str) -> list[PersonRecord]:
    """Give the names of people that the actor follows, and nothing else of them: health data are not even read."""
    page = list(rows)
    for mine in (True, False):
        listed = [row.pk for row in page if is_own(actor, row) is mine]
        look_at(actor=actor, people=listed, what=why, at=at, basis=LISTED, is_own=mine)
    return [record_of(row, NAMES) for row in page]


def _holds(words: list[str], given: str, family: str) -> bool:
    name = plain_name(f"{given} {family}")
    return all(word in name for word in words)


def plain_name(name: str) -> str:
    """Write a name as it is compared: small letters without accents, hyphens and apostrophes as spaces."""
    parted = unicodedata.normalize("NFD", name.casefold())
    letters = (one for one in parted if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())
