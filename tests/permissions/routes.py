"""The routes of the product, read from its addresses, and what the table expects of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from tests.permissions.people_world import ABOUT_PEOPLE
from tests.permissions.world import ACTORS, ANY, OTHER, OWN, PUBLIC, UNKNOWN

TABLE = Path(__file__).with_name("routes.csv")
GET, POST, REST = "GET", "POST", "others"
API = "api-v1:"
KEYED = frozenset({"export_answers", "find_one_uptake", "find_person", "list_uptakes", "move", "read_appointment",
                   "read_fhir", "read_inbox", "read_orientation", "read_person", "send", "send_elsewhere"})  # fmt: skip
"""The operations that a key opens; without one that stands they answer 401, whoever is signed in."""
METHODS = {"GET": GET, "HEAD": GET, "POST": POST, "PUT": REST, "PATCH": REST, "DELETE": REST, "TRACE": REST}


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
        """Whether its address names somebody, or something about somebody."""
        return bool(set(self.holds) & ABOUT_PEOPLE)

    @property
    def needs_key(self) -> bool:
        return self.name.startswith(API) and self.name.removeprefix(API) in KEYED

    @property
    def is_a_link(self) -> bool:
        return "token" in self.holds

    def address(self, arguments: dict[str, object]) -> str:
        with override("fr"):
            return reverse(self.name, kwargs=arguments)


def routes() -> list[Route]:
    """List every address that a name leads to and that names nobody; the API's own documentation has no names."""
    return [route for route in all_routes() if not (route.is_about_people or route.needs_key or route.is_a_link)]


def people_routes() -> list[Route]:
    """List the addresses of pages that name a person, or something about one."""
    return [route for route in all_routes() if route.is_about_people and not (route.needs_key or route.is_a_link)]


def machine_routes() -> list[Route]:
    """List the operations of the API that only answer to a key."""
    return [route for route in all_routes() if route.needs_key]


def link_routes() -> list[Route]:
    """List the addresses of the private link, which is a proof by itself."""
    return [route for route in all_routes() if route.is_a_link]


def all_routes() -> list[Route]:
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
