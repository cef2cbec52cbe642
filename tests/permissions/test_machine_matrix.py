"""Every operation that a key opens answers every scope, role and relation as the table says, and replays tell nothing.

``machine_routes.csv``: for each operation and method, the keys that the line is about (``*``: every scope that may), the
roles, and one answer a relation: a status, or ``none`` for a list that does not hold the thing. To add rows: run with
``MAILLAGE_OBSERVED=file``, decide whether each answer of the file is right, then write it.
"""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts import models
from maillage.apps.accounts.keys import PURPOSE
from maillage.apps.accounts.sealing import digest_of
from maillage.domain.accounts import KeyScope, Role
from tests.permissions.people_world import (
    FOLLOWED,
    FROZEN,
    LONG_AGO,
    RELATIONS,
    REVOKED,
    SECRET,
    PeopleWorld,
    build_people,
)
from tests.permissions.routes import METHODS, Route, machine_routes
from tests.permissions.test_people_matrix import RECEIVING, SHOWN_TO_PARTNERS, plain
from tests.permissions.world import _account

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("machine_routes.csv")
ELSEWHERE = "OFFICER-ELSEWHERE"
HOLDERS = (*(role.value for role in Role), ELSEWHERE)
SCOPES = {"READ": {KeyScope.READ}, "WRITE": {KeyScope.WRITE}, "BOTH": set(KeyScope)}
NO_LONGER = ("no key", "never made", "withdrawn", "past", REVOKED, FROZEN)
"""Keys that stand no more, or never did: by themselves, or with their holder."""
WRITES = frozenset({"api-v1:move", "api-v1:send", "api-v1:send_elsewhere"})
ASKED_BY_POST = WRITES | {"api-v1:find_person"}
QUERIES = {"api-v1:list_uptakes": "?person={person}", "api-v1:read_fhir": "?profile=GRAVITY"}


@dataclass
class Machines:
    """The people of the matrix, and a key for each holder and scope."""

    people: PeopleWorld
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def asked(self, key: str, holder: str, route: Route, relation: str, method: str) -> HttpResponse:
        """Ask once with a key, and undo what it did."""
        with transaction.atomic():
            response = self.sent(key, holder, route, relation, method)
            transaction.set_rollback(True)
        return response

    def sent(self, key: str, holder: str, route: Route, relation: str, method: str) -> HttpResponse:
        """Ask once with a key."""
        world = self.people
        things = world.arguments(("person", "uptake"), holder, relation, "")
        address = route.address(world.arguments(route.holds, holder, relation, ""))
        query = QUERIES.get(route.name, "").format(**things) if METHODS[method] == "GET" else ""
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"4"'}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        body = json.dumps(body_of(route, things))
        return Client(raise_request_exception=False).generic(
            method, address + query, body, "application/json", headers=headers
        )

    def answer(self, key: str, holder: str, route: Route, relation: str, method: str) -> tuple[str, HttpResponse]:
        response = self.asked(key, holder, route, relation, method)
        if response.status_code == 200 and route.name in {"api-v1:list_uptakes", "api-v1:read_inbox"}:
            uptake = self.people.arguments(("uptake",), holder, relation, "")["uptake"]
            is_listed = method == "HEAD" or str(uptake).encode() in response.content
            return ("200" if is_listed else "none"), response
        return str(response.status_code), response


def body_of(route: Route, things: dict[str, Any]) -> dict[str, Any]:
    """Give what each operation asks: well made, so that what answers is the right and not the form."""
    to = {"to": [{"service": "rien"}]}
    return {
        "api-v1:move": {"move": "TAKE"},
        "api-v1:send": {"person": str(things["person"]), **to},
        "api-v1:send_elsewhere": to,
        "api-v1:find_person": {"identifier": str(things["person"])},
    }.get(route.name, {})


@pytest.fixture(scope="module")
def machines(database) -> Machines:
    made = Machines(build_people())
    elsewhere = models.Membership.objects.create(
        account=_account("officer-elsewhere"), organisation="ailleurs", role="OFFICER", valid_from=date(2025, 1, 1)
    )
    held = {**made.people.memberships, ELSEWHERE: elsewhere.pk}
    for holder in HOLDERS:
        for name, scopes in SCOPES.items():
            made.keys[holder, name] = keep_key(held[holder], scopes)
    made.keys |= {("no key", ""): "", ("never made", ""): "maillage_rien"}
    now = timezone.now()
    for name, ends in {"withdrawn": {"revoked_at": now}, "past": {"expires_at": now}}.items():
        made.keys[name, ""] = keep_key(held["ADVISER"], set(KeyScope), **ends)
    for holder in (REVOKED, FROZEN):
        made.keys[holder, ""] = keep_key(held[holder], set(KeyScope))
    return made


def keep_key(membership, scopes, **ends) -> str:
    key = f"maillage_{uuid4()}"
    dates = {"made_at": LONG_AGO, "expires_at": timezone.now() + timedelta(days=7), **ends}
    models.ApiKey.objects.create(
        membership_id=membership, name="essai", begins=key[:12], digest=digest_of(key, purpose=PURPOSE),
        scopes=[scope.value for scope in scopes], **dates,
    )  # fmt: skip
    return key


def table() -> dict[tuple[str, str, str], str]:
    """Read the table: operation, role, relation -> what it answers to a key that may ask it."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        header, *lines = [row for row in csv.reader(file, delimiter=";") if row and not row[0].startswith("#")]
    assert tuple(header[2:]) == RELATIONS, "the columns of the table are the relations of the world"
    said: dict[tuple[str, str, str], str] = {}
    for name, roles, *answers in lines:
        for role in roles.split():
            for relation, answer in zip(RELATIONS, answers, strict=True):
                assert (name, role, relation) not in said, "said twice"
                said[name, role, relation] = answer
    return said


def expected(said, route: Route, holder: str, scope: str, relation: str, method: str) -> str:
    """Say what a cell answers: the method first, then whether the key stands, its scope, and the table."""
    right = "POST" if route.name in ASKED_BY_POST else "GET"
    if METHODS[method] != right:
        return "405"
    if holder in NO_LONGER:
        return "401"
    needed = "WRITE" if route.name in WRITES else "READ"
    if scope not in {needed, "BOTH"}:
        return "403"
    return said.get((route.name, holder, relation), "no row")


def check(machines: Machines, holder: str, scope: str, methods) -> None:
    said, wrong, told = table(), [], []
    for route in machine_routes():
        for relation in RELATIONS:
            for method in methods:
                answer, response = machines.answer(machines.keys[holder, scope], holder, route, relation, method)
                wanted = expected(said, route, holder, scope, relation, method)
                if answer != wanted and not (method == "HEAD" and wanted == "none"):
                    wrong.append(f"{route.name};{method};{holder};{scope};{relation};{answer}")
                may_show = (relation in FOLLOWED or relation in SHOWN_TO_PARTNERS) and holder in RECEIVING
                if not may_show and SECRET.encode() in response.content:
                    told.append(f"{route.name};{holder};{relation};{method}")
    if os.environ.get("MAILLAGE_OBSERVED"):
        with Path(os.environ["MAILLAGE_OBSERVED"]).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in wrong)

    assert (wrong, told) == ([], [])


def test_every_operation_has_its_rows_and_every_row_its_operation():
    wanted = {
        (route.name, holder, relation) for route in machine_routes() for holder in HOLDERS for relation in RELATIONS
    }

    assert sorted(wanted ^ set(table())) == [], "decide what these answer, and write it in machine_routes.csv"


def test_the_matrix_is_large():
    keys = len(HOLDERS) * len(SCOPES) + len(NO_LONGER)

    assert len(machine_routes()) * len(RELATIONS) * len(METHODS) * keys >= 25_000


@pytest.mark.parametrize("holder", [Role.PARTNER_ADVISER.value, Role.OFFICER.value, ELSEWHERE])
def test_a_key_opens_what_its_holder_may_see_and_nothing_else(machines, holder):
    check(machines, holder, "BOTH", ("GET", "POST"))


@pytest.mark.parametrize("holder", NO_LONGER)
def test_a_key_that_stands_no_more_opens_nothing(machines, holder):
    check(machines, holder, "", ("GET",))


@pytest.mark.endurance
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("holder", HOLDERS)
def test_every_cell_of_a_key_answers_as_the_table_says(machines, holder, scope):
    check(machines, holder, scope, METHODS)


@pytest.mark.endurance
@pytest.mark.parametrize("holder", NO_LONGER)
def test_every_cell_without_a_standing_key_is_refused(machines, holder):
    check(machines, holder, "", METHODS)


HIDDEN = ("colleague", "other-site", "other-team", "objected", "lapsed", "other-agreement", "other-organisation")


@pytest.mark.parametrize("holder", [Role.ADVISER.value, ELSEWHERE])
def test_what_is_of_others_answers_a_machine_to_the_letter_as_what_does_not_exist(machines, holder):
    key, different = machines.keys[holder, "BOTH"], []
    for route in machine_routes():
        method = "POST" if route.name in ASKED_BY_POST else "GET"
        wanted = plain(machines.asked(key, holder, route, "unknown", method))
        different += [
            f"{route.name};{relation}"
            for relation in HIDDEN
            if plain(machines.asked(key, holder, route, relation, method)) != wanted
        ]

    assert different == []
