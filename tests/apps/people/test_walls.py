"""The filter, the row policies and the plain rule agree on worlds drawn at random; raw SQL sees no foreign row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from hypothesis import given
from hypothesis import strategies as st

from maillage.apps.people import acting, models
from maillage.apps.people.acting import APPLICATION_ROLE, WallsDown, as_actor, as_system, prepare_roles, walls_hold
from maillage.apps.people.mapping import lead_side_of, partner_side_of
from maillage.apps.people.walls import WALLS, raise_walls, statements_for, visible_to
from maillage.domain.accounts import Actor, Role
from maillage.domain.visibility import may_see_health, may_see_link, may_see_person

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORGANISATIONS = ("agency", "mission", "association")
SITES, TEAMS, MEMBERSHIPS = ([UUID(int=kind * 100 + n) for n in range(3)] for kind in (1, 2, 3))
TABLES = ("people_person", "people_link", "people_healthfacts")


def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


needs_policies = pytest.mark.skipif(
    "not __import__('django.db').db.connection.vendor == 'postgresql'", reason="row policies"
)


@dataclass(frozen=True)
class World:
    people: list[dict]
    links: list[tuple[int, dict]]
    actors: list[Actor]


def maybe(values):
    return st.one_of(st.none(), st.sampled_from(values))


leads = st.fixed_dictionaries(
    {
        "lead_organisation": st.sampled_from(ORGANISATIONS[:2]),
        "lead_site": maybe(SITES),
        "lead_team": maybe(TEAMS),
        "lead_adviser": maybe(MEMBERSHIPS),
    }
)
partners = st.fixed_dictionaries(
    {
        "organisation": st.sampled_from(ORGANISATIONS),
        "site": maybe(SITES),
        "team": maybe(TEAMS),
        "holder": maybe(MEMBERSHIPS),
        "passes_health": st.booleans(),
        "closed_at": st.sampled_from([None, None, None, AT]),
        "objected_at": st.sampled_from([None, None, None, AT]),
        "until": st.sampled_from([None, None, ON, ON + timedelta(days=1)]),
    }
)
actors = st.builds(
    Actor,
    account=st.uuids(version=4),
    name=st.just("Somebody"),
    membership=st.sampled_from(MEMBERSHIPS),
    role=st.sampled_from([Role.ADVISER, Role.PARTNER_ADVISER, Role.ACCESS_POINT_STAFF, Role.OFFICER]),
    organisation=st.sampled_from(ORGANISATIONS),
    site=maybe(SITES),
    teams=st.frozensets(st.sampled_from(TEAMS), max_size=2),
    stands_in_for=st.frozensets(st.sampled_from(MEMBERSHIPS), max_size=1),
)
worlds = st.builds(
    World,
    people=st.lists(leads, min_size=1, max_size=4),
    links=st.lists(st.tuples(st.integers(0, 3), partners), max_size=5),
    actors=st.lists(actors, min_size=1, max_size=4),
)


def build(world: World) -> tuple[list[models.Person], list[models.Link]]:
    people = [
        models.Person(given_name="A", family_name="B", municipality="36018", last_contact_on=ON, created_at=AT, **lead)
        for lead in world.people
    ]
    links = [
        models.Link(
            person=people[number % len(people)],
            kind="REFERRAL",
            subject=uuid4(),
            opened_at=AT,
            **world.people[number % len(people)],
            **partner,
        )
        for number, partner in world.links
    ]
    models.Person.objects.bulk_create(people)
    models.HealthFacts.objects.bulk_create([models.HealthFacts(person=person) for person in people])
    models.Link.objects.bulk_create(links)
    return people, links


def by_the_rule(actor: Actor, people, links) -> dict[str, set]:
    """What the plain rule of the domain shows, row by row."""
    sides = {person.pk: [partner_side_of(link) for link in links if link.person_id == person.pk] for person in people}
    health = {row.person_id: row.pk for row in models.HealthFacts.objects.filter(person__in=people)}
    return {
        "people_person": {p.pk for p in people if may_see_person(actor, lead_side_of(p), sides[p.pk], on=ON)},
        "people_healthfacts": {
            health[p.pk] for p in people if may_see_health(actor, lead_side_of(p), sides[p.pk], on=ON)
        },
        "people_link": {
            link.pk for link in links if may_see_link(actor, lead_side_of(link), partner_side_of(link), on=ON)
        },
    }


def by_the_filter(actor: Actor) -> dict[str, set]:
    rows = dict(zip(TABLES, (models.Person, models.Link, models.HealthFacts), strict=True))
    return {
        table: set(model.objects.filter(visible_to(table, actor, on=ON)).values_list("pk", flat=True))
        for table, model in rows.items()
    }


def by_the_policies(actor: Actor) -> dict[str, set]:
    """What raw SQL without any condition brings, in the application's role."""
    with as_actor(actor, on=ON):
        return {table: raw_ids(table) for table in TABLES}


def raw_ids(table: str) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")  # noqa: S608 (one of three names)
        return {row[0] for row in cursor.fetchall()}


class Undone(Exception):
    """Ends a world."""


@given(worlds)
def test_rule_filter_and_policies_agree_on_any_world(world):
    with transaction.atomic():
        people, links = build(world)
        for actor in world.actors:
            expected = by_the_rule(actor, people, links)
            assert by_the_filter(actor) == expected
            if on_postgresql():
                assert by_the_policies(actor) == expected
        transaction.set_rollback(True)


@pytest.fixture
def world(db):
    lead = {"lead_organisation": "agency", "lead_adviser": MEMBERSHIPS[0]}
    build(World([lead, {**lead, "lead_adviser": MEMBERSHIPS[1]}], [], []))


def adviser(number: int = 0) -> Actor:
    return Actor(uuid4(), "Amel", MEMBERSHIPS[number], Role.ADVISER, "agency")


@needs_policies
def test_without_force_an_owner_sees_through_the_wall(world):
    """The control: the same statement, with nothing but the role and FORCE changed, does see foreign rows."""
    with as_actor(adviser(), on=ON):
        assert len(raw_ids("people_person")) == 1
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE walls_owner NOBYPASSRLS")
        cursor.execute("GRANT USAGE, CREATE ON SCHEMA public TO walls_owner")
        cursor.execute("ALTER TABLE people_link OWNER TO walls_owner")
        cursor.execute("ALTER TABLE people_person OWNER TO walls_owner")
        cursor.execute("SET LOCAL ROLE walls_owner")
        assert raw_ids("people_person") == set()
        cursor.execute("ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY")
        assert len(raw_ids("people_person")) == 2


@needs_policies
def test_the_superuser_of_the_tests_is_held_by_the_role_alone(world):
    assert len(raw_ids("people_person")) == 2

    with as_actor(adviser(), on=ON), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user)")
        assert cursor.fetchone() == (APPLICATION_ROLE, False)


@pytest.fixture
def no_role(monkeypatch):
    """The role of the application cannot read, as before anybody made it; the superuser of the tests remains."""
    monkeypatch.setattr(acting, "_bound", set())
    with connection.cursor() as cursor:
        cursor.execute("REVOKE SELECT ON people_person FROM maillage_app")


@needs_policies
def test_without_the_role_nothing_is_asked_in_the_name_of_anybody(world, no_role, caplog):
    with pytest.raises(WallsDown, match="maillage database roles"), as_actor(adviser(), on=ON):
        pytest.fail("it was asked")

    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert prepare_roles(connection) is True
    with as_actor(adviser(), on=ON):
        assert len(raw_ids("people_person")) == 1


@needs_policies
def test_without_the_role_the_site_says_that_it_is_not_well(client, world, no_role):
    response = client.get("/health/")

    assert response.status_code == 503
    assert "maillage database roles" in response.json()["status"]


@needs_policies
def test_a_login_that_policies_bind_needs_no_role(world, no_role):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE walls_login LOGIN NOBYPASSRLS")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION walls_login")

    assert walls_hold()


@needs_policies
def test_nothing_is_carried_to_the_next_transaction(world):
    with as_actor(adviser(), on=ON):
        pass

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('maillage.organisation', true), current_user = session_user")
        assert cursor.fetchone() in {("", True), (None, True)}
        cursor.execute(f"SET LOCAL ROLE {APPLICATION_ROLE}")
        assert raw_ids("people_person") == set()


@needs_policies
def test_a_name_inside_another_gives_it_back(world):
    with as_actor(adviser(), on=ON):
        with as_system("tests"):
            assert len(raw_ids("people_person")) == 2
        assert len(raw_ids("people_person")) == 1
        with pytest.raises(Undone), as_system("tests"):
            raise Undone
        assert len(raw_ids("people_person")) == 1


@needs_policies
def test_nobody_writes_for_another_organisation(world):
    person = models.Person(
        lead_organisation="mission",
        given_name="A",
        family_name="B",
        municipality="36018",
        last_contact_on=ON,
        created_at=AT,
    )

    with as_actor(adviser(), on=ON), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        person.save(force_insert=True)


@needs_policies
def test_a_change_to_foreign_rows_changes_none(world):
    with as_actor(adviser(), on=ON):
        assert models.Person.objects.all().update(telephone="0601020304") == 1


@needs_policies
@pytest.mark.parametrize(
    "change", ["UPDATE audit_reading SET what = ''", "DELETE FROM audit_auditevent", "TRUNCATE audit_seal"]
)
def test_the_application_adds_to_the_journals_and_changes_nothing_there(world, change):
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with as_actor(adviser(), on=ON), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@needs_policies
def test_walls_are_raised_around_every_table_and_only_when_they_changed(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity")
        assert {row[0] for row in cursor.fetchall()} == set(WALLS)
    assert raise_walls(connection) == []
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON POLICY people_link_wall ON people_link IS 'another rule'")
    assert raise_walls(connection) == ["people_link"]
    assert prepare_roles(connection) is True


def test_no_policy_holds_a_subquery_in_a_list():
    """What is run through for each row: one table with a list from a subquery costs a hundred times more."""
    texts = [statement for table, wall in WALLS.items() for statement in statements_for(table, wall)]

    assert [text for text in texts if " IN (" in text or "ANY (SELECT" in text] == []
