"""The field's usual query: 50 km or remote, eligibility zones, target groups; a count, then the first page of 50.

It asks less (no agreement, no age, no needs, nothing about unknown facts) in normalised tables, as an ORM writes it; it is
timed with PostgreSQL's just-in-time compiler on, the default, and off. Its counts and pages are checked by brute force.
"""

from __future__ import annotations

import numpy as np
import psycopg

from bench.crowds import UNKNOWN, Crowd
from bench.tables import World, haversine
from maillage.domain.people import TARGET_GROUPS
from maillage.domain.territories import CODE_FIELDS, FRANCE

PAGE, AROUND_KM = 50, 50
TABLES = """
create extension if not exists postgis;
create table field_service (id integer primary key, name text, place geography(point), remote boolean);
create table field_zone (service_id integer references field_service, code text);
create table field_public (service_id integer references field_service, code text);
"""
INDEXES = """
create index on field_service using gist (place);
create index on field_service (id) where remote;
create index on field_zone (service_id, code);
create index on field_public (service_id, code);
"""
WHERE = """
from field_service s
where (s.remote or st_dwithin(s.place, %(here)s::geography, 50000, false))
  and (not exists (select from field_zone z where z.service_id = s.id)
       or exists (select from field_zone z where z.service_id = s.id and z.code = any(%(codes)s)))
  and (not exists (select from field_public p where p.service_id = s.id)
       or exists (select from field_public p where p.service_id = s.id and p.code = any(%(publics)s)))
"""
COUNT = f"select count(*) {WHERE}"
FIRST_PAGE = f"""select s.id, s.name, st_distance(s.place, %(here)s::geography, false) as away {WHERE}
order by away nulls last, s.id limit {PAGE}"""


class Peer:
    """The catalogue in three tables, as a directory of services keeps it."""

    name = "the field's usual query"

    def __init__(self, world: World, crowd: Crowd, address: str) -> None:
        """Fill the tables: not timed among the answers, told apart."""
        self.world, self.crowd = world, crowd
        self.connection = psycopg.connect(address, autocommit=True, prepare_threshold=0)
        for statement in TABLES.strip().split(";")[:-1]:
            self.connection.execute(statement)
        self._fill()
        for statement in (*INDEXES.strip().split(";")[:-1], "vacuum analyze"):
            self.connection.execute(statement)

    def _fill(self) -> None:
        services = self.world.offer.services
        rows = (
            (place, one.name, _text(one.point if one.in_person else None), one.remote)
            for place, one in enumerate(services)
        )
        self._copy("field_service", rows)
        self._copy("field_zone", ((n, str(zone)) for n, one in enumerate(services) for zone in one.zone or ()))
        self._copy("field_public", ((n, public) for n, one in enumerate(services) for public in one.publics))

    def _copy(self, table: str, rows: object) -> None:
        with self.connection.cursor().copy(f"copy {table} from stdin") as copy:
            for row in rows:
                copy.write_row(row)

    def set_compiler(self, *, on: bool) -> None:
        """Turn PostgreSQL's just-in-time compiler on or off."""
        self.connection.execute(f"set jit = {'on' if on else 'off'}")

    def one(self, number: int) -> tuple[int, list[int]]:
        """Count, then give the first page for one person."""
        home = self.world.homes[int(self.crowd.facts["lives_in"][number])]
        municipality = self.world.offer.geography.municipalities[home]
        codes = [f"{kind.value}:{getattr(municipality, name)}" for kind, name in CODE_FIELDS.items()]
        held = int(self.crowd.facts["target_group"][number])
        publics = [code for place, code in enumerate(TARGET_GROUPS) if held != UNKNOWN and held >> place & 1]
        asked = {"here": _text(municipality.point), "codes": [*codes, str(FRANCE)], "publics": publics}
        count = self.connection.execute(COUNT, asked).fetchone()[0]
        return count, [row[0] for row in self.connection.execute(FIRST_PAGE, asked).fetchall()]

    def by_brute_force(self, number: int) -> tuple[int, list[int]]:
        """Answer the same question by looking at every service."""
        home = int(self.crowd.facts["lives_in"][number])
        services, held = self.world.services, int(self.crowd.facts["target_group"][number])
        km = haversine(*self.world.points[home], services["latitude"].to_numpy(), services["longitude"].to_numpy())
        km = np.where(services["placed"].to_numpy(), km, np.nan)
        publics, groups = services["publics"].to_numpy(), 0 if held == UNKNOWN else held
        is_remote = np.array([one.remote for one in self.world.offer.services])
        kept = (is_remote | (km <= AROUND_KM)) & self.world.zone_holds[self.world.zone_of, home]
        found = np.flatnonzero(kept & ((publics == 0) | (publics & groups != 0)))
        return len(found), found[np.lexsort((found, km[found]))][:PAGE].tolist()


def _text(point: object) -> str | None:
    return None if point is None else f"POINT({float(point.longitude)!r} {float(point.latitude)!r})"
