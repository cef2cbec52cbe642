"""PostgreSQL with PostGIS, one statement a person, tuned in three ways, the just-in-time compiler off.

``Deployed`` is what can be deployed: statements (one a number of needs) that answer anybody anywhere. A GiST index gives
the nearest one by one within the radius, and the statement stops at k doors, ties included (sorted by id afterwards: the
index is not used for an order by two columns); conditions are rows of a table (``terms``).
``Spatial`` searches alike, the conditions of a group of municipalities being expressions of a statement made for it.
``Laid`` looks up: every (municipality, service) is materialised in the order of the answer, clustered on its index, and
no geography is left. Clauses held are read from the person's facts in the same statement; statements are prepared, and
planned once. Tried and left: the nearest without a radius (five times slower when few doors are open), all in the radius
sorted (twice the processor), remote services walked by id (half as much again), plans made at each execution (twice as slow), the compiler (it costs more than the whole statement).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import psycopg

from bench.asked import NEEDS_AT_MOST, Doors, people_table
from bench.conditions import in_sql
from bench.crowds import Crowd
from bench.peers.terms import COLUMNS, is_met, known, terms
from bench.tables import OWN, World

SETTINGS = "set jit = off; set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set random_page_cost = 1; set work_mem = '64MB'"
FACTS = (
    "age",
    "registered",
    "registered_for_months",
    "target_group",
    "barrier",
    "boe",
    "minimum_income",
    "priority_neighbourhood",
    "qualification_bit",
    "occupation_bit",
)


class Peer:
    """What both ways share: the people asked, one after the other, each with a prepared statement."""

    name = "PostGIS"
    is_for_a_group = True
    """Whether a statement is for the people of one group of municipalities, their clauses written in it."""

    def __init__(self, world: World, crowd: Crowd, top: int, address: str) -> None:
        """Fill the tables: not timed among the answers, told apart."""
        self.world, self.crowd, self.top = world, crowd, top
        self.connection = psycopg.connect(address, autocommit=True, prepare_threshold=None)
        self.connection.execute("create extension if not exists postgis")
        self.connection.execute(SETTINGS)
        self.people = people_table(world, crowd).rows(named=True)
        self.size = self._fill()
        self.connection.execute("vacuum analyze")
        self.statements = self._prepare()
        self.found: list[list[tuple[int, int]]] = [[] for _ in self.people]

    def _fill(self) -> int:
        raise NotImplementedError

    def _steps(self, need: int | None, person: str) -> list[str]:
        raise NotImplementedError

    def _copy(self, table: str, columns: dict[str, str], rows: Iterator[tuple[object, ...]]) -> None:
        """Make a table and fill it."""
        kinds = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.connection.execute(f"drop table if exists {table}; create table {table} ({kinds})")
        with self.connection.cursor().copy(f"copy {table} from stdin") as copy:
            for row in rows:
                copy.write_row(row)

    def _prepare(self) -> dict[tuple[int, int], str]:
        """Prepare the statements that those asked need."""
        found: dict[tuple[int, int], str] = {}
        needs = [len(kind) for kind in self.crowd.kinds]
        for row, kind in zip(self.people, self.crowd.needs.tolist(), strict=True):
            key = (row["grp"] if self.is_for_a_group else 0, needs[kind])
            if key not in found:
                found[key] = f"ask_{key[0]}_{key[1]}"
                self.connection.execute(self._statement(found[key], *key))
        return found

    def _statement(self, name: str, group: int, needs: int) -> str:
        kinds = ["integer", "double precision", "double precision", *["integer"] * len(FACTS)]
        kinds += ["bigint"] * (NEEDS_AT_MOST * self.world.theme_words)
        steps = [step for need in (range(needs) if needs else (None,)) for step in self._steps(need, "h.held")]
        union = " union all ".join(f"(select s.* from h, lateral ({step}) s)" for step in steps)
        return f"""prepare {name} ({", ".join(kinds)}) as
            with h as materialized ({self._held(group)})
            {union} limit {self.top}"""

    def _held(self, group: int) -> str:
        """Write which clauses a person of a group holds: each as an expression, those of other places left out."""
        facts = ", ".join(f"${place} as {fact}" for place, fact in enumerate(FACTS, start=4))
        held = ", ".join(f"case when {in_sql(left)} then {clause} end" for clause, left in self._kept(group))
        return f"select array_remove(array[{held}]::integer[], null) as held from (select {facts}) p"

    def _kept(self, group: int) -> list[tuple[int, object]]:
        return self.world.clauses_of_group[group]

    def _themes(self, need: int | None) -> str:
        """Write that a service serves a need and none of those before."""
        if need is None:
            return "true"
        words, first = range(self.world.theme_words), 4 + len(FACTS)

        def serves(one: int) -> str:
            places = [(word, first + one * self.world.theme_words + word) for word in words]
            return "(" + " or ".join(f"(c.theme{word} & ${place}) <> 0" for word, place in places) + ")"

        return " and ".join([serves(need), *(f"not {serves(one)}" for one in range(need))])

    @staticmethod
    def _own() -> str:
        """Write the service's own conditions over the parameters."""
        age, groups = f"${4 + FACTS.index('age')}", f"${4 + FACTS.index('target_group')}"
        return f"(c.publics = 0 or ({groups} & c.publics) <> 0) and (c.low is null or {age} between c.low and c.high)"

    def parameters(self, row: dict[str, object]) -> list[object]:
        """Give what a statement is executed with."""
        latitude, longitude = np.degrees(self.world.points[row["home"]]).tolist()
        needs = [row[f"need{need}_{word}"] for need in range(NEEDS_AT_MOST) for word in range(self.world.theme_words)]
        return [row["home"], latitude, longitude, *(row[fact] for fact in FACTS), *needs]

    def one(self, number: int) -> None:
        """Answer for one person."""
        row = self.people[number]
        name = self.statements[row["grp"] if self.is_for_a_group else 0, len(self.crowd.themes(number))]
        given = ", ".join(_literal(value) for value in self.parameters(row))
        self.found[number] = self.connection.execute(f"execute {name} ({given})").fetchall()

    def answer(self) -> None:
        """Answer for everybody, one after the other."""
        for number in range(len(self.people)):
            self.one(number)

    def doors(self) -> Doors:
        """Give the answers as arrays; not timed."""
        services = np.full((len(self.crowd), self.top), -1, np.int32)
        clauses = np.full((len(self.crowd), self.top), OWN, np.int32)
        for person, found in enumerate(self.found):
            for rank, (service, clause) in enumerate(found):
                services[person, rank], clauses[person, rank] = service, clause
        return Doors(services, clauses)


def _literal(value: object) -> str:
    return "null" if value is None or value != value else str(value)  # noqa: PLR0124 (not a number)


class Spatial(Peer):
    """Services with their points under a GiST index."""

    name = "PostGIS, a statement a group"

    def _fill(self) -> int:
        themes = {f"theme{word}": "bigint" for word in range(self.world.theme_words)}
        columns = {
            "service": "integer primary key",
            "zone": "integer",
            "reach": "double precision",
            "place": "geography(point)",
            "remote": "boolean",
            "publics": "integer",
            "low": "integer",
            "high": "integer",
            "reserved": "boolean",
            **themes,
            "clauses": "integer[]",
        }
        self._copy("services", columns, self._services())
        self._copy(
            "zones",
            {"home": "integer", "zones": "integer[]"},
            ((home, np.flatnonzero(held).tolist()) for home, held in enumerate(self.world.zone_holds.T)),
        )
        self.connection.execute("create index on services using gist (place)")
        self.connection.execute("create index on services (zone, service) where remote")
        self.connection.execute("create unique index on zones (home)")
        return len(self.world.services)

    def _services(self) -> Iterator[tuple[object, ...]]:
        clauses: list[list[int]] = [[] for _ in range(len(self.world.services))]
        for service, clause in zip(*self.world.opened_by, strict=True):
            clauses[service].append(int(clause))
        for row in self.world.services.filter(self.world.services["usable"]).rows(named=True):
            latitude, longitude = np.degrees((row["latitude"], row["longitude"]))
            place = f"POINT({float(longitude)!r} {float(latitude)!r})" if row["placed"] else None
            own = [row[name] for name in ("remote", "publics", "low", "high", "reserved")]
            words = [row[f"theme{word}"] for word in range(self.world.theme_words)]
            yield row["service"], row["zone"], row["reach"], place, *own, *words, clauses[row["service"]]

    def _steps(self, need: int | None, person: str) -> list[str]:
        here = "st_point($3, $2)::geography"
        zones = "(select zones from zones where home = $1)::integer[]"
        common = f"c.zone = any({zones}) and {self._own()} and {self._themes(need)}"
        opened = f"(not c.reserved or c.clauses && {person})"
        clause = f"coalesce((select min(one) from unnest(c.clauses) one where one = any({person})), {OWN})"
        near = f"""select service, {clause} from (
            select c.service, c.clauses, c.place <-> {here} as away from services c where {common} and {opened} and
            c.place <-> {here} <= c.reach * 1000 and st_dwithin(c.place, {here}, {self.furthest}, false)
            order by c.place <-> {here} fetch first {self.top} rows with ties) c
            order by away, service limit {self.top}"""
        far = f"""select service, {clause} from services c where c.remote and {common} and {opened} and
            (c.place is null or c.place <-> {here} > c.reach * 1000) order by service + 0 limit {self.top}"""
        # The sum keeps the planner from walking all services by id: those that a zone lets in are few.
        return [near, far]

    @property
    def furthest(self) -> float:
        """The longest reach, in metres."""
        return float(self.world.services["reach"].max()) * 1000


class Deployed(Spatial):
    """The same search by statements that answer anybody anywhere: conditions are rows of a table, none is in a statement."""

    name = "PostGIS, any person"
    is_for_a_group = False

    def _fill(self) -> int:
        size = super()._fill()
        group_of = {"home": "integer", "grp": "integer"}
        self._copy("municipalities", group_of, enumerate(self.world.group_of.tolist()))
        columns = {"grp": "integer", "clause": "integer", **dict.fromkeys(COLUMNS, "integer")}
        self._copy("terms", columns, self._terms())
        self.connection.execute("create unique index on municipalities (home) include (grp)")
        self.connection.execute("create index by_group on terms (grp); cluster terms using by_group")
        return size

    def _terms(self) -> Iterator[tuple[object, ...]]:
        for group, kept in enumerate(self.world.clauses_of_group):
            for clause, left in kept:
                for term in terms(left):
                    yield group, clause, *term

    def _held(self, group: int) -> str:  # noqa: ARG002 (the group is read from the municipality)
        facts = ", ".join(known(fact, f"${place}") for place, fact in enumerate(FACTS, start=4))
        here = "t.grp = (select grp from municipalities where home = $1)"
        return f"""select coalesce(array_agg(distinct t.clause), '{{}}') as held
            from (select {facts}) p, terms t where {here} and {is_met()}"""


class Laid(Peer):
    """Candidates of the municipalities asked about, materialised in the order of the answer."""

    name = "PostgreSQL, materialised"

    def _fill(self) -> int:
        themes = {f"theme{word}": "bigint" for word in range(self.world.theme_words)}
        own = {"publics": "integer", "low": "integer", "high": "integer", "reserved": "boolean", **themes}
        columns = {"home": "integer", "rank": "integer", "service": "integer", **own, "clauses": "integer[]"}
        self._copy("candidates", columns, self._candidates([*own]))
        self.connection.execute("create unique index by_rank on candidates (home, rank)")
        self.connection.execute("cluster candidates using by_rank")
        return self.connection.execute("select count(*) from candidates").fetchone()[0]

    def _candidates(self, own: list[str]) -> Iterator[tuple[object, ...]]:
        for frame in self.world.candidates(np.unique(self.crowd.facts["lives_in"])):
            kept = self._kept(int(self.world.group_of[frame["home"][0]]))
            masks = frame.select(f"clause{word}" for word in range(self.world.clause_words)).to_numpy()
            held = np.concatenate([(masks[:, [word]] >> np.arange(62)) & 1 for word in range(masks.shape[1])], axis=1)
            for row, bits in zip(frame.select("home", "rank", "service", *own).iter_rows(), held, strict=True):
                yield *row, [kept[bit][0] for bit in np.flatnonzero(bits)]

    def _steps(self, need: int | None, person: str) -> list[str]:
        clause = f"coalesce((select min(one) from unnest(c.clauses) one where one = any({person})), {OWN})"
        return [
            f"""select service, {clause} from candidates c where c.home = $1 and {self._own()} and {self._themes(need)}
            and (not c.reserved or c.clauses && {person}) order by c.home, c.rank limit {self.top}"""
        ]
