"""The routes of the product, read from its addresses, and what the table expects of each."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from tests.permissions.people_world import ABOUT_PEOPLE
from tests.permissions.world import ACTORS, ANY, OTHER, OWN, PUBLIC, UNKNOWN

TABLE = Path(__file__).with_name("routes.csv")
GET, POST, REST = "GET", "POST", "others"
METHODS = {"GET": GET, "HEAD": GET, "POST": POST, "PUT": REST, "PATCH": REST, "DELETE": REST, "TRACE": REST}


def world_lasts(fixture_name: str, config: object) -> str:
    """Keep a world for its module; on a server, where the end of each test closes the connection, for one test."""
    return "function" if os.environ.get("DATABASE_URL") else "module"


@dataclass(frozen=True, order=True)
class Route:
    """One address of the product, by its name, with the names of what it holds."""

    name: str
    holds: tuple[str, ...]

    @property
    def relations(self) -> tuple[str, ...]:
        """What the thing in the address may be to who asks; nothing where everybody reads the same."""
        return (OWN, OTHER, UNKNOWN) if set(self.holds) - set(PUBLIC) else (ANY,)

    @property
    def is_about_people(self) -> bool:
        """Whether a page of a member names somebody in its address; the private link of a person is a proof by itself."""
        return bool(set(self.holds) & ABOUT_PEOPLE) and "token" not in self.holds and not self.name.startswith("api-")

    def address(self, arguments: dict[str, object]) -> str:
        with override("fr"):
            return reverse(self.name, kwargs=arguments)


def routes() -> list[Route]:
    """List every address that a name leads to and that names nobody; the API's own documentation has no names."""
    return [route for route in _all_routes() if not route.is_about_people]


def people_routes() -> list[Route]:
    """List the addresses of pages that name a person, or something about one."""
    return [route for route in _all_routes() if route.is_about_people]


def _all_routes() -> list[Route]:
    return sorted(set(_walk(get_resolver(), "", ())))


def _walk(resolver: URLResolver, space: str, above: tuple[str, ...]) -> Iterator[Route]:
    for one in resolver.url_patterns:
        holds = (*above, *one.pattern.regex.groupindex)
        if isinstance(one, URLPattern):
            if one.name:
                yield Route(f"{space}{one.name}", holds)
        else:
            inside = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one, inside, holds)


def expected() -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Read the table: route, relation, method -> one status for each actor, in the order of ``ACTORS``."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=";") if row and not row[0].startswith("#")]
    header, *lines = rows
    assert tuple(header[3:]) == ACTORS, "the columns of the table are the actors of the world"
    return {(row[0], row[1], row[2]): tuple(row[3:]) for row in lines}
