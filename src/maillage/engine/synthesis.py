"""A portfolio of invented people: where they live follows official figures, the rest stated shares, all from one seed.

Nobody is copied: no record of a person enters. The same seed, count, day and figures give the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.domain.people import BARRIERS, TARGET_GROUPS
from maillage.domain.shared import MaillageError
from maillage.domain.territories import Geography
from maillage.engine import synthesis_tables as shares
from maillage.engine.kernels import Ints, Reals, Small
from maillage.engine.people_columns import KNOWN_NONE
from maillage.engine.people_files import PortfolioUnreadable, read_table
from maillage.engine.whole_files import OutputImpossible, check_folder, whole_file

DRAWN_AT_ONCE = 250_000
DAYS_A_MONTH = 30
NOT_KNOWN = -1
NEEDS_AT_MOST = 3
PEOPLE_ENDINGS = (".parquet", ".csv")
Flags = NDArray[np.bool_]
Narrow = NDArray[np.int16]

WORK_NEEDS = tuple(shares.THEMES_OF_WORK)
NEEDS: tuple[str, ...] = (
    *(shares.THEME_OF_BARRIER[barrier] for barrier in BARRIERS),
    shares.LICENCE_THEME,
    *WORK_NEEDS,
)
"""The needs that can be drawn: one a barrier, the driving licence, then those of work."""
_NEED_BASE = len(NEEDS) + 1
"""Three needs are kept as one number in this base, 0 standing for none."""


class NobodyToInvent(MaillageError):
    """No municipality is known to invent people in."""


@dataclass(frozen=True)
class Homes:
    """The municipalities people are invented in, by code.

    ``weight``: the share of the people who live in each, summing to 1. ``population``: its inhabitants. ``pressure``:
    the unemployment of its department beside the mean of all, 1 where nothing is known.
    """

    codes: tuple[str, ...]
    weight: Reals
    population: Ints
    pressure: Reals


class Drawn(NamedTuple):
    """Some invented people, a column each; -1 is unknown, groups and barriers are masks, needs one number."""

    home: Small
    age: Narrow
    registered: NDArray[np.int8]
    months: Narrow
    groups: Small
    barriers: Narrow
    needs: Small
    minimum_income: NDArray[np.int8]
    priority_neighbourhood: NDArray[np.int8]
    boe: NDArray[np.int8]
    waited: Narrow


def homes_of(
    geography: Geography,
    rates: Mapping[str, float],
    jobseekers: Mapping[str, float],
    departments: Iterable[str] = (),
) -> Homes:
    """Weigh the municipalities: the jobseekers of a department shared out by municipal population.

    ``rates``: unemployment in hundredths by department; ``jobseekers``: registered people by department. A department
    without a count of jobseekers has its population times its rate, brought to the scale of the counts; one without a
    rate has the mean of those known. ``departments`` keeps to some of them.

    Raises:
        NobodyToInvent: no inhabited municipality is loaded there.
    """
    wanted = frozenset(departments)
    strangers = sorted(wanted - {one.department for one in geography.municipalities.values()})
    if strangers:
        raise NobodyToInvent(f"No loaded municipality lies in department {strangers[0]}: check the code (36, 2A, 974).")
    found = [one for _, one in sorted(geography.municipalities.items()) if one.population]
    if not found:
        raise NobodyToInvent("No inhabited municipality is loaded: maillage import communes FILE.")
    names = sorted({one.department for one in found})
    place_of = {name: place for place, name in enumerate(names)}
    department = np.array([place_of[one.department] for one in found])
    population = np.array([one.population for one in found], np.int64)
    inhabitants = np.bincount(department, population, len(names)).astype(np.float64)
    counts, rate = _jobseekers_by_department(names, inhabitants, rates, jobseekers)
    weight = (counts / inhabitants)[department] * population
    kept = np.array([not wanted or one.department in wanted for one in found])
    if not weight[kept].sum():
        raise NobodyToInvent("The figures count nobody there: look at the jobseekers or the rates of that department.")
    low, high = shares.PRESSURE_BOUNDS
    return Homes(
        codes=tuple(one.code for one, is_kept in zip(found, kept, strict=True) if is_kept),
        weight=weight[kept] / weight[kept].sum(),
        population=population[kept],
        pressure=np.clip(rate / np.average(rate, weights=inhabitants), low, high)[department][kept],
    )


def _jobseekers_by_department(
    names: Sequence[str], inhabitants: Reals, rates: Mapping[str, float], jobseekers: Mapping[str, float]
) -> tuple[Reals, Reals]:
    """Give the jobseekers and the rate of each department, filling what is not known as ``homes_of`` says."""
    known_rates = [rates[name] for name in names if rates.get(name)]
    usual = sum(known_rates) / len(known_rates) if known_rates else 1.0
    rate = np.array([rates.get(name) or usual for name in names])
    expected = inhabitants * rate
    counted = np.array([name in jobseekers for name in names])
    if not counted.any():
        return expected, rate
    counts = np.array([jobseekers.get(name, 0.0) for name in names])
    scale = counts[counted].sum() / expected[counted].sum()
    return np.where(counted, counts, expected * scale), rate


def draw_people(homes: Homes, *, count: int, seed: int, progress: Callable[[int], None] | None = None) -> list[Drawn]:
    """Draw people, by municipality: each has its weight's share of them, to the nearest person.

    The draw of a block depends on the seed and on its place alone. Cost: about 1 µs and 30 bytes a person.
    """
    bounds = np.cumsum(homes.weight)
    start = np.random.default_rng(seed).random()
    blocks = []
    for number, first in enumerate(range(0, count, DRAWN_AT_ONCE)):
        last = min(count, first + DRAWN_AT_ONCE)
        # Evenly spaced points over the weights: no municipality is a person away from its share.
        places = np.searchsorted(bounds, (np.arange(first, last) + start) / count, side="right")
        home = np.minimum(places, len(homes.codes) - 1).astype(np.int32)
        blocks.append(_Block(homes, home, np.random.SeedSequence(seed, spawn_key=(number,))).people())
        if progress is not None:
            progress(last)
    return blocks


class _Block:
    """Draws the facts of the people of one block, each from those drawn before it."""

    def __init__(self, homes: Homes, home: Small, sequence: np.random.SeedSequence) -> None:
        self.random = np.random.Generator(np.random.PCG64(sequence))
        self.home = home
        self.size = len(home)
        self.population = homes.population[home]
        self.pressure = homes.pressure[home]

    def happens(self, share: float | Reals) -> Flags:
        return self.random.random(self.size, np.float32) < share

    def waited(self, mean: float | Reals) -> Reals:
        """Draw from an exponential law."""
        return np.asarray(-mean * np.log1p(-self.random.random(self.size)), np.float64)

    def by_age(self, table: Mapping[str, float], *bounds: int) -> Reals:
        """Give the share of each person's band: until the first bound, until the second, after."""
        return np.asarray(np.array(list(table.values()))[np.searchsorted(bounds, self.age, side="left")])

    def people(self) -> Drawn:
        self.age = self.draw_age()
        self.woman = self.happens(shares.WOMEN)
        self.registered = self.happens(self.by_age(shares.REGISTERED, shares.ADULT_FROM - 1, shares.YOUNG_UNTIL))
        self.months = self.draw_months()
        self.minimum_income = self.draw_minimum_income()
        self.priority = self.happens(self.share_in_priority_neighbourhoods())
        self.rqth = self.happens(self.by_age(shares.RQTH, shares.YOUNG_UNTIL, shares.FIFTY - 1))
        self.boe = self.rqth | self.happens(shares.OTHER_GROUND_OF_BOE)
        self.family = self.happens(self.by_age(shares.FAMILIES, shares.YOUNG_UNTIL, shares.FIFTY - 1))
        self.exile, self.emergency = self.happens(shares.EXILES), self.happens(shares.EMERGENCIES)
        groups, barriers = self.draw_groups(), self.draw_barriers()
        needs = self.draw_needs(barriers)
        longest = np.where(self.registered, self.months * DAYS_A_MONTH, shares.WAIT_AT_MOST)
        waited = np.minimum(np.minimum(self.waited(shares.MEAN_WAIT), longest), shares.WAIT_AT_MOST)
        unmet = self.happens(shares.NOT_YET_MET)
        unasked = unmet | self.happens(shares.BARRIERS_NOT_ASKED)
        held = (barriers.astype(np.int16) << np.arange(len(BARRIERS), dtype=np.int16)).sum(axis=1)
        return Drawn(
            home=self.home,
            age=self.age,
            registered=self.registered.astype(np.int8),
            months=np.where(unmet, NOT_KNOWN, self.months).astype(np.int16),
            groups=np.where(unmet, NOT_KNOWN, groups).astype(np.int32),
            barriers=np.where(unasked, NOT_KNOWN, held).astype(np.int16),
            needs=needs,
            minimum_income=_unless(unmet, self.minimum_income),
            priority_neighbourhood=_unless(unmet, self.priority),
            boe=_unless(unmet, self.boe),
            waited=waited.astype(np.int16),
        )

    def draw_age(self) -> Narrow:
        ages = [age for low, high, _ in shares.AGES for age in range(low, high + 1)]
        each = [share / (high - low + 1) for low, high, share in shares.AGES for _ in range(low, high + 1)]
        return np.array(ages, np.int16)[self.choice(each)]

    def choice(self, weights: Sequence[float]) -> Ints:
        """Draw a place among weights."""
        bounds = np.cumsum(weights) / sum(weights)
        return np.searchsorted(bounds[:-1], self.random.random(self.size), side="right")

    def draw_months(self) -> Narrow:
        mean = self.by_age(shares.MEAN_MONTHS, shares.YOUNG_UNTIL, shares.FIFTY - 1)
        longest = np.minimum((self.age - shares.SCHOOL_UNTIL + 1) * 12, shares.MONTHS_AT_MOST)
        months = np.minimum(self.waited(mean), longest).astype(np.int16)
        return np.where(self.registered, months, 0).astype(np.int16)

    def draw_minimum_income(self) -> Flags:
        usual = self.by_age(shares.MINIMUM_INCOME, shares.YOUNG_UNTIL, shares.PENSION_NEAR - 1) * self.pressure
        usual = np.where(self.months >= 12, usual * shares.MINIMUM_INCOME_IF_LONG_TERM, usual)
        unregistered = ~self.registered & (self.age > shares.YOUNG_UNTIL)
        share = np.where(unregistered, shares.MINIMUM_INCOME_IF_NOT_REGISTERED, usual)
        return self.happens(np.minimum(share, shares.MINIMUM_INCOME_AT_MOST))

    def share_in_priority_neighbourhoods(self) -> Reals:
        doublings = np.log2(np.maximum(self.population, 1) / shares.PRIORITY_FROM)
        return np.clip(doublings * shares.PRIORITY_PER_DOUBLING, 0.0, shares.PRIORITY_AT_MOST)

    def draw_groups(self) -> Small:
        in_work = self.by_age(shares.IN_WORK, shares.ADULT_FROM - 1, shares.YOUNG_UNTIL)
        held: dict[str, Flags] = {
            "actifs": self.happens(np.where(self.registered, in_work, shares.IN_WORK_UNREGISTERED)),
            "beneficiaires-des-minimas-sociaux": self.minimum_income,
            "demandeurs-emploi": self.registered,
            "etudiants": (self.age >= shares.ADULT_FROM)
            & (self.age <= shares.YOUNG_UNTIL)
            & self.happens(shares.STUDENTS),
            "familles": self.family,
            "femmes": self.woman & self.happens(shares.ALONE_OR_VICTIM),
            "jeunes": self.age <= shares.YOUNG_UNTIL,
            "personnes-en-situation-de-handicap": self.boe,
            "personnes-en-situation-durgence": self.emergency,
            "personnes-en-situation-juridique-specifique": self.happens(shares.JUDICIAL),
            "personnes-exilees": self.exile,
            "residents-qpv-frr": self.priority,
            "seniors": self.age >= shares.SENIOR_FROM,
            "LONG_TERM": self.months >= 12,
            "VERY_LONG_TERM": self.months >= 24,
            "RQTH": self.rqth,
        }
        mask = np.zeros(self.size, np.int32)
        for place, group in enumerate(TARGET_GROUPS):
            mask |= held[group].astype(np.int32) << place
        return mask

    def draw_barriers(self) -> Flags:
        """Draw who holds each barrier: [people, barriers]."""
        parent = np.where(self.woman, shares.FAMILY_IF_MOTHER, shares.FAMILY_IF_FATHER)
        mobility = np.array(list(shares.MOBILITY.values()))[
            np.searchsorted((shares.VILLAGE_UNTIL, shares.CITY_FROM), self.population, side="right")
        ]
        health = np.where(self.age >= shares.FIFTY, shares.HEALTH_AFTER_50, shares.HEALTH)
        housing = np.where(self.priority, shares.HOUSING_IF_PRIORITY, shares.HOUSING)
        french = np.where(self.priority, shares.FRENCH_IF_PRIORITY, shares.FRENCH)
        share: dict[str, Reals] = {
            "sante": np.where(self.boe, shares.HEALTH_IF_BOE, health),
            "logement": np.where(self.emergency, shares.HOUSING_IF_EMERGENCY, housing),
            "mobilite": mobility,
            "familiale": np.where(self.family, parent, shares.FAMILY),
            "financiere": np.where(self.minimum_income, shares.MONEY_IF_MINIMUM_INCOME, shares.MONEY),
            "numerique": self.by_age(shares.DIGITAL, 39, 54),
            "administrative_juridique": np.where(self.exile, shares.PAPERS_IF_EXILE, shares.PAPERS),
            "francais_calcul": np.where(self.exile, shares.FRENCH_IF_EXILE, french),
        }
        return np.stack([self.happens(share[barrier]) for barrier in BARRIERS], axis=1)

    def draw_needs(self, barriers: Flags) -> Small:
        """Draw up to three needs as one number: those of barriers in a drawn order, else those of work."""
        order = np.where(barriers, self.random.random(barriers.shape, np.float32), np.float32(0))
        needs = np.zeros(self.size, np.int32)
        earlier: list[Small] = []
        goes_on = ~self.happens(shares.NO_NEED_SAID)
        for share in (shares.SECOND_NEED, shares.THIRD_NEED, 0.0):
            strongest = order.argmax(axis=1)
            has_one = (order[np.arange(self.size), strongest] > 0) & self.happens(shares.NEED_FROM_BARRIER)
            is_licence = (strongest == BARRIERS.index("mobilite")) & (self.age <= shares.YOUNG_UNTIL)
            of_barrier = np.where(is_licence, len(BARRIERS), strongest)
            of_work = len(BARRIERS) + 1 + self.choice(list(shares.THEMES_OF_WORK.values()))
            need = np.where(has_one, of_barrier, of_work).astype(np.int32) + 1
            is_new = goes_on & ~np.any([need == one for one in earlier] or [np.zeros(self.size, bool)], axis=0)
            needs += np.where(is_new, need * _NEED_BASE ** len(earlier), 0).astype(np.int32)
            order[np.arange(self.size), strongest] = np.where(has_one, np.float32(0), order.max(axis=1))
            earlier.append(need)
            goes_on &= self.happens(share)
        return needs


def _unless(unknown: Flags, held: Flags) -> NDArray[np.int8]:
    return np.where(unknown, NOT_KNOWN, held).astype(np.int8)


def people_table(homes: Homes, blocks: Sequence[Drawn], *, on: date) -> pl.DataFrame:
    """Lay invented people out under the names that a portfolio is read with; ``synthetic`` is true on every row.

    ``waiting_since``: the day since which the person waits. Texts that come back are categories. There is at least
    one person.
    """
    drawn = Drawn(*(np.concatenate(column) for column in zip(*blocks, strict=True)))
    return pl.DataFrame(
        {
            "id": np.arange(1, len(drawn.home) + 1, dtype=np.int64),
            "municipality": _as_words(homes.codes, drawn.home),
            "age": drawn.age,
            "registered": drawn.registered,
            "registered_for_months": drawn.months,
            "target_groups": _in_words(drawn.groups, lambda mask: _codes_of(mask, TARGET_GROUPS)),
            "barriers": _in_words(drawn.barriers, lambda mask: _codes_of(mask, BARRIERS)),
            "themes": _in_words(drawn.needs, _needs_of),
            "minimum_income": drawn.minimum_income,
            "priority_neighbourhood": drawn.priority_neighbourhood,
            "boe": drawn.boe,
            "waiting_since": np.datetime64(on, "D") - drawn.waited.astype("timedelta64[D]"),
        }
    ).with_columns(
        pl.when(pl.col("registered_for_months") >= 0).then(pl.col("registered_for_months")),
        *(pl.when(pl.col(name) >= 0).then(pl.col(name) == 1).alias(name) for name in _TRUTHS),
        pl.lit(value=True).alias("synthetic"),
    )


_TRUTHS = ("registered", "minimum_income", "priority_neighbourhood", "boe")


def _in_words(values: NDArray[np.signedinteger], word_of: Callable[[int], str]) -> pl.Series:
    """Write small numbers as categories, each distinct one once; -1 is null, and so is an empty word."""
    seen = np.flatnonzero(np.bincount(values.astype(np.int64) + 1)) - 1
    place_of = np.zeros(int(seen.max()) + 2, np.int32)
    place_of[seen + 1] = np.arange(len(seen), dtype=np.int32)
    return _as_words([word_of(int(value)) if value >= 0 else "" for value in seen], place_of[values + 1])


def _as_words(words: Sequence[str], places: Small) -> pl.Series:
    distinct = sorted({word for word in words if word})
    return pl.Series([word or None for word in words], dtype=pl.Enum(distinct)).gather(places)


def _codes_of(mask: int, codes: Sequence[str]) -> str:
    return "|".join(code for place, code in enumerate(codes) if mask >> place & 1) or KNOWN_NONE


def _needs_of(number: int) -> str:
    digits = (number // _NEED_BASE**place % _NEED_BASE for place in range(NEEDS_AT_MOST))
    return "|".join(NEEDS[digit - 1] for digit in digits if digit)


def check_people_file(path: Path) -> None:
    """Refuse a place where no people can be written, before any is drawn.

    Raises:
        OutputImpossible: another ending, or a folder that does not exist.
    """
    if path.suffix.lower() not in PEOPLE_ENDINGS:
        raise OutputImpossible(f"{path.name}: expected a name that ends in {' or '.join(PEOPLE_ENDINGS)}.")
    check_folder(path)


def write_people(table: pl.DataFrame, path: Path, *, origin: Mapping[str, str]) -> None:
    """Write invented people as .parquet or .csv, whole or not at all; Parquet keeps ``origin`` in its metadata.

    Raises:
        OutputImpossible: another ending, a folder that does not exist, or a disk that refuses.
    """
    check_people_file(path)
    with whole_file(path) as begun:
        if path.suffix.lower() == ".parquet":
            table.write_parquet(begun, compression="zstd", row_group_size=DRAWN_AT_ONCE, metadata=dict(origin))
        else:
            table.write_csv(begun)


def read_jobseekers(path: Path) -> dict[str, float]:
    """Read how many people are registered in each department.

    Either ``departement,inscrits``, or the monthly table of the ministry (``departement,mois,A,B,C``), of which the
    last month is kept, categories A, B and C together: people who must look for work.

    Raises:
        PortfolioUnreadable: the file cannot be read, has other columns, or holds what is no count.
    """
    table, _, _ = read_table(path)
    try:
        if {"departement", "inscrits"} <= set(table.columns):
            counted = table.select("departement", pl.col("inscrits").cast(pl.Float64).alias("people"))
        else:
            last = table.filter(pl.col("mois") == pl.col("mois").max())
            counted = last.select(
                "departement", pl.sum_horizontal(pl.col("A", "B", "C").cast(pl.Float64)).alias("people")
            )
    except pl.exceptions.PolarsError as error:
        raise PortfolioUnreadable(
            f"{path.name}: expected departement,inscrits or departement,mois,A,B,C with counts; found "
            f"{', '.join(table.columns) or 'no column'}."
        ) from error
    found = counted.drop_nulls()
    if (found["people"] < 0).any():
        raise PortfolioUnreadable(f"{path.name}: a count of jobseekers is below 0; expected people.")
    return dict(found.rows())
