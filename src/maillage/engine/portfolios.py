"""A portfolio of any size, answered and written chunk after chunk: memory follows the chunk, not the openings."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.io.plugins import register_io_source

from maillage.domain.eligibility import Basis
from maillage.domain.people import TARGET_GROUPS
from maillage.engine.blocks import Crowd
from maillage.engine.columnar import THREADS, Index
from maillage.engine.crowds import answer_crowd, in_home_order
from maillage.engine.kernels import Bytes, Ints, Reals, Small, compiled
from maillage.engine.opening_files import XLSX_ROWS_AT_MOST, Summary, check_output, harmless
from maillage.engine.people_files import People
from maillage.engine.planes import WORD
from maillage.engine.planning import group_mask
from maillage.engine.signs import BASES
from maillage.engine.storing import let_go
from maillage.engine.whole_files import OutputImpossible, whole_file

CHUNK = 1 << 16
"""How many people are answered at a time, up to ten openings each; fewer when more openings are wanted."""
USUAL_TOP = 10
CHUNKS_TOGETHER = 8
"""Shelves that are not laid out before are laid out for so many chunks, then let go: some tens of megabytes."""
FAST_ZSTD = 1
ROWS_TOGETHER = 1 << 20
"""How many rows a group of a Parquet file has: all texts of a column are written once a group."""

Made = TypeVar("Made")
Uints = NDArray[np.uint32]


class Answered(NamedTuple):
    """One chunk: ``who``, the positions of its people; a line for each of ``services``, ``clauses`` and ``metres``."""

    who: Ints
    services: Small
    clauses: Small
    metres: Small


def work_through(
    index: Index, people: People, work: Callable[[Answered], Made], *, on: date, top: int
) -> Iterator[Made]:
    """Answer chunk after chunk and work on each, on all threads; gives what is made of them in their order.

    The order is that of the file when one chunk is enough, else by municipality.

    No more chunks are in hand than there are threads, and one that waits to be taken.
    """
    size, at_once = len(people.ids), max(1, CHUNK * USUAL_TOP // max(top, USUAL_TOP))
    home, together = people.crowd.home, at_once * CHUNKS_TOGETHER
    # There are fewer people than 2**32: half the memory of what numpy gives.
    order = (in_home_order(home) if size > at_once else np.arange(size)).astype(np.uint32)

    def answer_from(first: int, laid_out: Index) -> Made:
        who = order[first : first + at_once].astype(np.int64)
        crowd = Crowd._make(column[who] for column in people.crowd)
        threads = THREADS if size <= at_once else 1
        found = answer_crowd(laid_out, crowd, people.wanted, on=on, top=top, threads=threads)
        return work(Answered(who, *found))

    with ThreadPoolExecutor(THREADS) as pool:
        in_hand: deque[Future[Made]] = deque()
        here = index
        try:
            for first in range(0, size, at_once):
                if first % together == 0:
                    here = index.laid_out_for(np.unique(home[order[first : first + together]]).astype(np.int64))
                    _ = here.sheet_on(on)  # opened once, before several threads ask for it
                in_hand.append(pool.submit(answer_from, first, here))
                if len(in_hand) > THREADS:
                    yield in_hand.popleft().result()
                    _let_go_before(here, home[order[first - (len(in_hand) - 1) * at_once]])
            while in_hand:
                yield in_hand.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _let_go_before(index: Index, home: int) -> None:
    """Give back the memory of the shelves of the municipalities before one, of which nobody is left to answer.

    Planes that have followed a change are kept: the file does not say what was written in them.
    """
    if index.has_moved:
        return
    shelves = index.shelves
    words = len(shelves.doors) // WORD
    last = int(shelves.start[shelves.first_part[home]])
    for array in (shelves.doors, shelves.metres, shelves.planes):
        let_go(array, 0, last * (len(array) // words))


class Words:
    """The texts of openings, each written once as a category: rows hold numbers."""

    def __init__(self, index: Index, *, on: date) -> None:
        """Gather the texts of services and clauses, as they are cited on a day."""
        grounds = [index.offer.ground_of(clause, on=on) for clause in index.offer.clauses]
        self.agreement_basis = BASES.index(Basis.AGREEMENT.value)
        self.own = index.signs.own
        self.of_service = {
            "service": _words(index.ids),
            "location": _words(index.signs.locations),
        }
        self.basis = _words(BASES)
        self.of_clause = {
            "agreement": _words([one.agreement for one in grounds]),
            "article": _words([one.article for one in grounds]),
            "version": _words([one.version for one in grounds]),
        }

    def table(self, ids: pl.Series, chunk: Answered) -> pl.DataFrame:
        """Give one row an opening: ``id, rank, service, location, distance_km, basis, agreement, article, version``.

        Ranks begin at 1; ``distance_km`` is null for what has no distance; the last three are null unless the basis is an
        agreement.
        """
        rows = Rows.of(int((chunk.services >= 0).sum()))
        own_mission = len(self.of_clause["agreement"]) - 1
        lay_out(chunk.services, chunk.clauses, chunk.metres, self.own, self.agreement_basis, own_mission, rows)
        # Numbers handed over as polars holds them are gathered several times faster.
        person, service, basis, cited = (pl.Series(one) for one in (rows.person, rows.service, rows.basis, rows.cited))
        return pl.DataFrame(
            {
                "id": ids.gather(pl.Series(chunk.who.astype(np.uint32))).gather(person),
                "rank": rows.rank,
                **{name: words.gather(service) for name, words in self.of_service.items()},
                "distance_km": pl.Series(rows.distance_km, nan_to_null=True),
                "basis": self.basis.gather(basis),
                **{name: words.gather(cited) for name, words in self.of_clause.items()},
            }
        )


class Rows(NamedTuple):
    """One chunk as rows, one an opening: the place of the person in the chunk, the rank, then what the words are of."""

    person: Uints
    rank: NDArray[np.int16]
    service: Uints
    distance_km: Reals
    basis: Uints
    cited: Uints

    @classmethod
    def of(cls, size: int) -> Rows:
        """Make room for some rows."""
        person, service, basis, cited = (np.empty(size, np.uint32) for _ in range(4))
        return cls(person, np.empty(size, np.int16), service, np.empty(size, np.float64), basis, cited)


@compiled
def lay_out(  # noqa: PLR0913, PLR0917 (a kernel is handed arrays)
    services: Small, clauses: Small, metres: Small, own: Bytes, agreement: int, nothing: int, rows: Rows
) -> None:
    """Write the openings of a chunk one after the other; ``nothing`` is cited when no clause opens the door.

    ``own``: the basis of each service without a clause; ``agreement``: the basis of what a clause opens.
    """
    row = 0
    for person in range(services.shape[0]):
        for rank in range(services.shape[1]):
            service, clause = services[person, rank], clauses[person, rank]
            if service < 0:
                break  # no door after the last
            rows.person[row], rows.rank[row], rows.service[row] = person, rank + 1, service
            rows.distance_km[row] = metres[person, rank] / 1000 if metres[person, rank] >= 0 else np.nan
            rows.basis[row] = agreement if clause >= 0 else own[service]
            rows.cited[row] = clause if clause >= 0 else nothing
            row += 1


def _words(texts: Sequence[str | None]) -> pl.Series:
    """Write texts as categories, null after the last."""
    distinct = sorted({text for text in texts if text is not None})
    return pl.Series([*texts, None], dtype=pl.Enum(distinct) if distinct else pl.String)


class Count:
    """Counts people and openings chunk by chunk, by department, target group and article."""

    def __init__(self, index: Index, people: People) -> None:
        """Number the departments and the articles."""
        geography = index.offer.geography
        of_home = [geography.municipalities[code].department for code in index.tables.municipalities]
        self.departments = sorted(set(of_home))
        self.department_of = np.array([self.departments.index(one) for one in of_home], np.int64)
        pairs = [(one.agreement, one.article) for one in index.offer.clauses]
        self.articles = sorted(set(pairs))
        number_of = {pair: number for number, pair in enumerate(self.articles)}
        self.article_of = np.array([number_of[pair] for pair in pairs], np.int64)
        self.people = people.crowd
        self.by_department = np.zeros((len(self.departments), 3), np.int64)
        self.by_group = np.zeros((len(TARGET_GROUPS), 3), np.int64)
        self.by_article = np.zeros((len(self.articles), 2), np.int64)
        self.done = 0

    def add(self, chunk: Answered) -> None:
        """Count one chunk."""
        openings = (chunk.services >= 0).sum(axis=1)
        table = np.stack((np.ones_like(openings), (openings > 0).astype(np.int64), openings), axis=1)
        department = self.department_of[self.people.home[chunk.who]]
        groups = self.people.groups[chunk.who]
        for column in range(3):
            size = len(self.departments)
            self.by_department[:, column] += np.bincount(department, table[:, column], size).astype(np.int64)
        for number, group in enumerate(TARGET_GROUPS):
            self.by_group[number] += table[(groups >= 0) & (groups & group_mask([group]) != 0)].sum(axis=0)
        count_articles(chunk.clauses, self.article_of, np.full(len(self.articles), -1, np.int64), self.by_article)
        self.done += len(chunk.who)

    def summary(self) -> Summary:
        """Give what was counted; a department, a group or an article without anybody has no line."""
        names = ("people", "with_a_door", "openings")
        lines, groups, articles = self.by_department, self.by_group, self.by_article
        told = np.flatnonzero(articles[:, 1]).tolist()
        return Summary(
            people=int(lines[:, 0].sum()),
            with_a_door=int(lines[:, 1].sum()),
            openings=int(lines[:, 2].sum()),
            by_territory=_lines("territory", self.departments, names, lines),
            by_target_group=_lines("target_group", TARGET_GROUPS, names, groups),
            by_agreement=pl.DataFrame(
                {
                    "agreement": pl.Series([self.articles[place][0] for place in told], dtype=pl.String),
                    "article": pl.Series([self.articles[place][1] for place in told], dtype=pl.String),
                    "people": articles[told, 0],
                    "openings": articles[told, 1],
                }
            ),
        )


def _lines(title: str, names: Sequence[str], columns: Sequence[str], counts: Ints) -> pl.DataFrame:
    told = np.flatnonzero(counts[:, 0]).tolist()
    return pl.DataFrame(
        {
            title: pl.Series([names[place] for place in told], dtype=pl.String),
            **{column: counts[told, place] for place, column in enumerate(columns)},
        }
    )


@compiled
def count_articles(clauses: Small, article_of: Ints, last: Ints, counts: Ints) -> None:
    """Count the people and the openings of each article; ``last`` is the last person counted for it."""
    for person in range(clauses.shape[0]):
        for rank in range(clauses.shape[1]):
            if clauses[person, rank] >= 0:
                article = article_of[clauses[person, rank]]
                counts[article, 0] += last[article] != person
                counts[article, 1] += 1
                last[article] = person


def write_portfolio(  # noqa: PLR0913 (keyword-only: the day, how many, how it is shown)
    index: Index,
    people: People,
    path: Path,
    *,
    on: date,
    top: int = 10,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """Answer a portfolio and write its openings by the ending of the name; gives what was counted.

    The file takes its name when it is whole: a run that is stopped leaves none, and the next one removes what it began.
    Up to 65,536 people (of ten openings) rows are in the order of the file, beyond by municipality. Cost: about 1.5 µs of
    work a person, shared by two threads; memory: some 150 MB beside people and planes.

    Raises:
        OutputImpossible: another ending, no such folder, more rows than a sheet holds, or the disk refuses.
    """
    check_output(path)
    words, count = Words(index, on=on), Count(index, people)

    def tables() -> Iterator[pl.DataFrame]:
        def made_of(chunk: Answered) -> tuple[Answered, pl.DataFrame]:
            return chunk, words.table(people.ids, chunk)

        for chunk, table in work_through(index, people, made_of, on=on, top=top):
            yield table
            count.add(chunk)
            if progress is not None:
                progress(count.done)

    nobody = Answered(np.zeros(0, np.int64), *(np.zeros((0, top), np.int32) for _ in range(3)))
    schema = words.table(people.ids, nobody).schema
    ending = path.suffix.lower()
    with whole_file(path) as begun:
        if ending == ".xlsx":
            _sheet_of(pl.concat([pl.DataFrame(schema=schema), *tables()]), begun)
        else:
            source = register_io_source(lambda *_asked: tables(), schema=schema)
            if ending == ".parquet":
                source.sink_parquet(
                    begun,
                    compression="zstd",
                    compression_level=FAST_ZSTD,
                    statistics=False,
                    row_group_size=ROWS_TOGETHER,
                )
            else:
                register_io_source(
                    lambda *_asked: (harmless(table) for table in tables()),
                    schema=harmless(pl.DataFrame(schema=schema)).schema,
                ).sink_csv(begun)
    return count.summary()


def _sheet_of(table: pl.DataFrame, path: Path) -> None:
    if table.height > XLSX_ROWS_AT_MOST:
        raise OutputImpossible(
            f"{table.height:,} openings do not fit on one sheet ({XLSX_ROWS_AT_MOST:,} rows): write .parquet or .csv."
        )
    harmless(table).write_excel(path, worksheet="openings", autofit=False)
