"""Every route about a person answers every relation as the table says, and shows a name only where it may.

``people_routes.csv``: for each route, method and role that the route is open to (``*``: each of those), one status a
relation. Whoever is not a member is led to sign in or to choose (302), other roles are told whose page it is (403).
To add rows: run with ``MAILLAGE_OBSERVED=file``, decide whether each status of the file is right, then write it.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse

from maillage.domain.accounts import Role
from tests.permissions.people_world import ASKING, FOLLOWED, OUTSIDERS, RELATIONS, SECRET, PeopleWorld, build_people
from tests.permissions.routes import METHODS, Route, people_routes, routes
from tests.permissions.world import NOWHERE

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("people_routes.csv")
FOLLOWING = frozenset({"ADVISER", "PARTNER_ADVISER"})
RECEIVING = FOLLOWING | {"ACCESS_POINT_STAFF"}
SHOWN_TO_PARTNERS = frozenset({"open", "surviving"})
ACTIONS = {"portfolio:act": "withdraw", "partners:move": "take"}
CELLS_AT_LEAST = 10_000
IDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce-[\w+/=-]+|nonce="[^"]*"')


def table() -> dict[tuple[str, str, str, str], str]:
    """Read the table: route, method, role, relation -> status."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        header, *lines = [row for row in csv.reader(file, delimiter=";") if row and not row[0].startswith("#")]
    assert tuple(header[3:]) == RELATIONS, "the columns of the table are the relations of the world"
    return {
        (route, method, role, relation): status
        for route, method, roles, *statuses in lines
        for role in (sorted(open_to(route)) if roles == "*" else [roles])
        for relation, status in zip(RELATIONS, statuses, strict=True)
    }


def open_to(route: str) -> frozenset[str]:
    if route.startswith("steering:"):
        return frozenset({"OFFICER"})
    return RECEIVING if route.startswith("partners:") else FOLLOWING


def expected(said: dict[tuple[str, str, str, str], str], actor: str, route: Route, relation: str, method: str) -> str:
    if actor in OUTSIDERS:
        return "302"
    if actor not in open_to(route.name):
        return "403"
    return said.get((route.name, METHODS[method], actor, relation), "no row")


def asked(world: PeopleWorld, actor: str, route: Route, relation: str, method: str) -> HttpResponse:
    """Ask once, and undo what it did."""
    address = route.address(world.arguments(route.holds, actor, relation, ACTIONS.get(route.name, "")))
    with transaction.atomic():
        response = world.client_of(actor).generic(method, address)
        transaction.set_rollback(True)
    return response


def cells() -> Iterator[tuple[Route, str, str]]:
    return ((route, relation, method) for route in people_routes() for relation in RELATIONS for method in METHODS)


def in_the_short_run(
    said: dict[tuple[str, str, str, str], str], number: int, actor: str, cell: tuple[str, str]
) -> bool:
    """Keep all that an adviser is shown or may change; of what is refused at the door, one cell in forty."""
    route, method = cell
    is_answered = method in {"GET", "POST"} and said.get((route, method, actor, "own")) != "405"
    return (actor == Role.ADVISER.value and is_answered) or (number + len(actor)) % 40 == 0


@pytest.fixture(scope="module")
def world(database) -> PeopleWorld:
    return build_people()


def test_the_matrix_is_large():
    assert len(list(cells())) * len(ASKING) >= CELLS_AT_LEAST


def test_every_route_has_its_rows_and_every_row_its_route():
    wanted = {
        (route.name, method, role, relation)
        for route in people_routes()
        for method in ("GET", "POST", "others")
        for role in open_to(route.name)
        for relation in RELATIONS
    }

    assert sorted(wanted - set(table())) == [], "decide what these answer, and write it in people_routes.csv"
    assert sorted(set(table()) - wanted) == [], "these rows name no route any more: remove them"


@pytest.mark.endurance
@pytest.mark.parametrize("actor", ASKING)
def test_every_cell_answers_as_the_table_says(world, actor):
    check_cells(world, actor, is_whole=True)


@pytest.mark.parametrize("actor", ASKING)
def test_the_cells_that_show_or_change_something_answer_as_the_table_says(world, actor):
    check_cells(world, actor, is_whole=False)


def check_cells(world, actor, *, is_whole):
    said, wrong, told = table(), [], []
    for number, (route, relation, method) in enumerate(cells()):
        if not (is_whole or in_the_short_run(said, number, actor, (route.name, method))):
            continue
        response = asked(world, actor, route, relation, method)
        status = expected(said, actor, route, relation, method)
        if status != str(response.status_code):
            wrong.append(f"{route.name};{METHODS[method]};{actor};{relation};{response.status_code}")
        may_show = relation in FOLLOWED or (relation in SHOWN_TO_PARTNERS and actor in RECEIVING)
        if not may_show and SECRET.encode() in b"".join(response):
            told.append(f"{route.name};{relation};{method}")
    if os.environ.get("MAILLAGE_OBSERVED"):
        with Path(os.environ["MAILLAGE_OBSERVED"]).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in wrong)

    assert (wrong, told) == ([], [])


def _long(role: Role):
    return pytest.param(role.value, marks=pytest.mark.endurance)


def plain(response: HttpResponse) -> tuple[int, bytes]:
    """Give what was answered without what changes at every request, nor the id that was asked for."""
    return response.status_code, TOKENS.sub(b"", IDS.sub(b"ID", b"".join(response)))


@pytest.mark.parametrize("actor", [Role.ADVISER.value, *map(_long, (Role.PARTNER_ADVISER, Role.ACCESS_POINT_STAFF))])
def test_what_is_of_others_answers_to_the_letter_as_what_does_not_exist(world, actor):
    hidden = [
        relation for relation in RELATIONS if relation not in {*FOLLOWED, *SHOWN_TO_PARTNERS, "closed", "unknown"}
    ]
    different = []
    for route in people_routes():
        for method in ("GET", "POST"):
            wanted = plain(asked(world, actor, route, "unknown", method))
            different += [
                f"{route.name};{method};{relation}"
                for relation in hidden
                if plain(asked(world, actor, route, relation, method)) != wanted
            ]

    assert different == []


NAMES = ("person", "people", "other", "uptake", "referral", "delegation", "walk_in", "consent", "to", "membership",
         "site", "team", "holder", "adviser", "receiver", "giver", "member", "q", "based_on", "uptakes")  # fmt: skip


@pytest.mark.parametrize("actor", [Role.ADVISER.value, *map(_long, (Role.ACCESS_POINT_STAFF, Role.OFFICER))])
def test_an_id_of_others_in_a_query_or_a_body_does_as_one_that_does_not_exist(world, actor):
    """Give the ids of others in every field that a page may read, on the pages that name nobody in their address."""
    theirs = {kind: value for kind, value in world.named["", "other-organisation"].items() if isinstance(value, UUID)}
    pages = [route for route in routes() if not route.holds and route.name.startswith(OF_MEMBERS)]
    different = []
    for route in pages:
        for method in ("GET", "POST"):
            wanted = given(world, actor, route, method, NOWHERE)
            different += [
                f"{route.name};{method};{kind}"
                for kind, value in theirs.items()
                if given(world, actor, route, method, value) != wanted
            ]

    assert len(pages) > 5
    assert different == []


OF_MEMBERS = ("accounts:transfer", "accounts:stand-ins", "portfolio:", "partners:", "steering:")


def given(world: PeopleWorld, actor: str, route: Route, method: str, value: UUID) -> tuple[int, bytes]:
    fields = dict.fromkeys(NAMES, str(value))
    with transaction.atomic():
        client = world.client_of(actor)
        address = route.address({})
        response = client.get(address, fields) if method == "GET" else client.post(address, fields)
        transaction.set_rollback(True)
    return plain(response)
