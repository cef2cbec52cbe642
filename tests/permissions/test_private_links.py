"""The private link of a person: it opens to whoever holds it, one request alone, until it is over."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from maillage.apps.sharing.models import FollowLink
from maillage.apps.sharing.queries import digest_of
from tests.permissions.people_world import ASKING, FT, ML, SECRET, PeopleWorld, _things, build_people
from tests.permissions.routes import METHODS, link_routes
from tests.permissions.test_people_matrix import plain

pytestmark = pytest.mark.django_db
LINKS = ("works", "revoked", "past", "unknown", "of another request")
REFUSED = dict.fromkeys(LINKS, 405)
OPENS = {"works": 200, "revoked": 404, "past": 404, "unknown": 404}
ANSWERS = {
    ("follow:follow", "GET"): {**OPENS, "of another request": 200},
    ("follow:act", "POST"): {**OPENS, "of another request": 404},
    ("follow:end", "POST"): {**OPENS, "of another request": 200},
}
"""What each address answers by the link it is given; any other method is refused."""


@pytest.fixture(scope="module")
def world(database) -> PeopleWorld:
    world = build_people()
    lead = {"lead_organisation": FT, "lead_adviser": uuid4()}
    for link in LINKS:
        world.named["", link] = _things(lead, {"organisation": ML})
    world.named["", "unknown"]["token"] = f"lien-{uuid4()}"
    world.named["", "of another request"]["uptake"] = world.named["", "works"]["uptake"]
    for link, ends in {"revoked": {"revoked_at": timezone.now()}, "past": {"until": timezone.now()}}.items():
        FollowLink.objects.filter(token_hash=digest_of(world.named["", link]["token"])).update(**ends)
    return world


def asked(world, actor, route, method, link):
    address = route.address(world.arguments(route.holds, "", link, "refus"))
    with transaction.atomic():
        response = world.client_of(actor).generic(method, address)
        transaction.set_rollback(True)
    return response


def test_every_address_of_the_link_has_its_row():
    assert {route.name for route in link_routes()} == {name for name, _ in ANSWERS}


@pytest.mark.parametrize("actor", ASKING)
def test_it_opens_to_whoever_holds_it_and_names_nobody(world, actor):
    wrong = []
    for route in link_routes():
        for method, row in METHODS.items():
            for link in LINKS:
                response = asked(world, actor, route, method, link)
                expected = ANSWERS.get((route.name, row), REFUSED)[link]
                is_named = SECRET.encode() in b"".join(response)
                if (response.status_code, is_named) != (expected, False):
                    wrong.append((route.name, method, link, response.status_code, is_named))

    assert wrong == []


def test_what_is_over_and_what_never_was_answer_to_the_letter_alike(world):
    for route in link_routes():
        for method in ("GET", "POST"):
            answers = {plain(asked(world, ASKING[0], route, method, link)) for link in ("revoked", "past", "unknown")}
            assert len(answers) == 1, (route.name, method)


def test_another_request_than_that_of_the_link_is_as_one_that_does_not_exist(world):
    (route,) = [one for one in link_routes() if one.name == "follow:act"]
    theirs, nothing = world.named["", "of another request"], {**world.named["", "works"], "uptake": uuid4()}
    world.named["", "nothing"] = nothing

    answers = [plain(asked(world, ASKING[0], route, "POST", link)) for link in ("of another request", "nothing")]

    assert theirs["uptake"] != nothing["uptake"]
    assert answers[0] == answers[1]
