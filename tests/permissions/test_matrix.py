"""Every route, method, role and relation answers as the table says. A route without its rows fails.

To add rows: run this test, read what it prints as observed, decide whether each status is the right one, then write it.
"""

from __future__ import annotations

import os

import pytest
from django.db import transaction

from tests.permissions.routes import METHODS, Route, expected, routes
from tests.permissions.world import ACTORS, OTHER, UNKNOWN, World, build

pytestmark = pytest.mark.django_db
CELLS_AT_LEAST = 7_000


@pytest.fixture(scope="module")
def world(database) -> World:
    return build()


def status(world: World, actor: str, route: Route, relation: str, method: str) -> str:
    """Ask once, and undo what it did."""
    address = route.address(world.arguments(route.holds, relation))
    with transaction.atomic():
        response = world.client_of(actor).generic(method, address)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return str(response.status_code)


def rows_of(route: Route) -> list[tuple[str, str]]:
    return [(relation, method) for relation in route.relations for method in ("GET", "POST", "others")]


def test_every_route_has_its_rows_and_every_row_its_route():
    wanted = {(route.name, *row) for route in routes() for row in rows_of(route)}

    assert sorted(wanted - set(expected())) == [], "decide what these answer, and write it in routes.csv"
    assert sorted(set(expected()) - wanted) == [], "these rows name no route any more: remove them"


def test_the_matrix_is_large():
    assert sum(len(route.relations) for route in routes()) * len(METHODS) * len(ACTORS) >= CELLS_AT_LEAST


@pytest.mark.endurance
@pytest.mark.parametrize("actor", ACTORS)
def test_every_cell_answers_as_the_table_says(world, actor):
    check_cells(world, actor, is_whole=True)


@pytest.mark.parametrize("actor", ACTORS)
def test_one_cell_in_eight_answers_as_the_table_says(world, actor):
    check_cells(world, actor, is_whole=False)


def check_cells(world: World, actor: str, *, is_whole: bool) -> None:
    """Ask every cell of an actor, or one in eight (each actor others), and compare with the table."""
    table, column = expected(), ACTORS.index(actor)
    cells = [(route, relation, *pair) for route in routes() for relation in route.relations for pair in METHODS.items()]
    wrong = []
    for number, (route, relation, method, row) in enumerate(cells):
        if not is_whole and number % 8 != column % 8:
            continue
        said = table.get((route.name, relation, row))
        found = status(world, actor, route, relation, method)
        if said is None or said[column] != found:
            wrong.append(f"{route.name};{relation};{method};{found}")

    if os.environ.get("MAILLAGE_OBSERVED"):
        with open(os.environ["MAILLAGE_OBSERVED"], "a", encoding="utf-8") as file:  # noqa: PTH123
            file.writelines(f"{actor};{line}\n" for line in wrong)
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_what_belongs_to_others_answers_as_what_does_not_exist(actor):
    table, column = expected(), ACTORS.index(actor)
    different = {
        name
        for (name, relation, method), statuses in table.items()
        if relation == OTHER and statuses[column] != table[name, UNKNOWN, method][column]
    }

    assert different <= {"accounts:invitation"}, "a link of invitation opens to whoever holds it"
