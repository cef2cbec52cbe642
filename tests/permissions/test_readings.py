"""Whatever shows a person has written it first: who, whom, and what allowed it; found by walking all that answers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from pypdf import PdfReader

from maillage.apps.accounts.models import Membership
from maillage.apps.audit.models import Reading
from maillage.apps.people import watching
from maillage.apps.people.models import Person
from maillage.apps.people.queries import FOLLOWED as FOLLOWS
from maillage.apps.people.queries import LISTED
from maillage.domain.accounts import Role
from tests.permissions.people_world import FOLLOWED, SECRET
from tests.permissions.routes import Route, machine_routes, people_routes, routes
from tests.permissions.test_machine_matrix import ASKED_BY_POST, Machines, machines
from tests.permissions.test_people_matrix import ACTIONS, OF_MEMBERS

__all__ = ["machines"]
pytestmark = pytest.mark.django_db
SHOWING = (*FOLLOWED, "open", "surviving")
AGREEMENT = "2020-ended"
"""What the link of ``surviving`` was opened under: see the world."""
LEAST = {Role.ADVISER.value: 40, Role.PARTNER_ADVISER.value: 40, Role.ACCESS_POINT_STAFF.value: 5}
"""How many answers show somebody at least, so that the walk cannot pass by showing nobody."""


def asking(machines: Machines, reader: str) -> Iterator[tuple[str, str, HttpResponse]]:
    """Ask all that may show somebody: pages about people, pages of lists, operations that a key opens."""
    world = machines.people
    for route in people_routes():
        for relation in SHOWING:
            for method in ("GET", "POST"):
                address = route.address(world.arguments(route.holds, reader, relation, ACTIONS.get(route.name, "")))
                yield f"{method} {route.name}", relation, world.client_of(reader).generic(method, address)
    for route in lists():
        yield f"GET {route.name}", "", world.client_of(reader).get(route.address({}))
    for route in machine_routes():
        method = "POST" if route.name in ASKED_BY_POST else "GET"
        for relation in SHOWING:
            key = machines.keys[reader, "BOTH"]
            yield f"{method} {route.name}", relation, machines.sent(key, reader, route, relation, method)


def lists() -> list[Route]:
    return [route for route in routes() if not route.holds and route.name.startswith(OF_MEMBERS)]


def shown_in(response: HttpResponse, names: Mapping[str, UUID]) -> set[UUID]:
    """Find whose name an answer holds, in the text and in the fields of a PDF too."""
    content = b"".join(response)
    text = content.decode(errors="replace")
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        fields = [str(one.get("/V", "")) for one in (reader.get_fields() or {}).values()]
        text = "\n".join([*fields, *(page.extract_text() for page in reader.pages)]).replace("\n", "")
    return {person for name, person in names.items() if name in text}


def unwritten(machines: Machines, reader: str) -> tuple[list[tuple[str, str]], int]:
    """List what showed somebody without a look in the journal that says what allowed it, and count what showed."""
    names = {row.family_name: row.pk for row in Person.objects.filter(family_name__startswith=SECRET)}
    account = Membership.objects.get(pk=machines.people.memberships[reader]).account_id
    found, count = [], 0
    asked = asking(machines, reader)
    while True:
        with transaction.atomic():
            last = Reading.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            one = next(asked, None)
            if one is None:
                return found, count
            name, relation, response = one
            shown = shown_in(response, names) if response.status_code in {200, 422} else set()
            looks = Reading.objects.filter(pk__gt=last, account=account, was_refused=False)
            bases = dict(looks.values_list("person", "basis"))
            found += [(name, relation) for person in shown if not says_why(bases.get(person), relation)]
            count += bool(shown)
            transaction.set_rollback(True)


def says_why(basis: str | None, relation: str) -> bool:
    """Tell whether a look names what allowed it: that one follows (alone or in a list), or the link and its agreement."""
    if not basis:
        return False
    if relation in FOLLOWED:
        return basis in {FOLLOWS, LISTED}
    return not relation or (basis.startswith("REFERRAL ") and (AGREEMENT in basis) is (relation == "surviving"))


@pytest.mark.parametrize(
    "reader",
    [
        Role.ADVISER.value,
        Role.ACCESS_POINT_STAFF.value,
        pytest.param(Role.PARTNER_ADVISER.value, marks=pytest.mark.endurance),
    ],
)
def test_whoever_is_shown_was_written_first(machines, reader):
    found, count = unwritten(machines, reader)

    assert found == []
    assert count >= LEAST[reader]


def test_a_journal_that_writes_nothing_is_seen_by_this_walk(machines, monkeypatch):
    monkeypatch.setattr(watching, "record_readings", lambda **_looks: None)

    found, count = unwritten(machines, Role.ACCESS_POINT_STAFF.value)

    assert len(found) >= count > 0
