"""What a change of a text would do to a portfolio before anybody signs it: who gains which doors, who loses which.

A person gains a service that is open to them after the change and was not before, on one and the same day; doors that are
uncertain are not open. Needs are left aside: a door counts whether or not the person asked for what it brings. Only the
services that the change may open or close are looked at, so that the answer is exact and takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from maillage.domain.agreements import Agreement, AgreementSet, Force
from maillage.domain.people import TARGET_GROUPS
from maillage.domain.services import Service
from maillage.domain.territories import CODE_FIELDS, Geography, TerritoryKind, TerritoryRef
from maillage.engine.blocks import Crowd, workbench_for
from maillage.engine.columnar import THREADS, Index
from maillage.engine.crowds import in_home_order, laid_flat
from maillage.engine.effect_kernels import NO_PROFILE, Tally, Twins, compare_people
from maillage.engine.kernels import Ints, Lines, Small, Usable
from maillage.engine.offer import Offer

TERRITORIES_SHOWN = 20
GAINED, LOST = "gained", "lost"


@dataclass(frozen=True)
class EffectLine:
    """How many people of a territory, of a target group or for a service gain a door, and how many lose one.

    ``code`` is what it is known by, ``name`` how it is called. A person may be on both sides.
    """

    code: str
    name: str
    gaining: int
    losing: int


@dataclass(frozen=True)
class Effect:
    """The people of a portfolio who gain or lose doors on a day; each list leaves out what nothing happens to.

    ``services``: the doors themselves, all of them. ``territories``: by department, EPCI and municipality, at most
    ``TERRITORIES_SHOWN`` of the last two, the most concerned first. ``target_groups`` overlap; people of whom no group is
    known are in none. ``looked_at``: how many services the change could open or close.
    """

    on: date
    people: int
    gaining: int
    losing: int
    looked_at: int
    services: tuple[EffectLine, ...]
    territories: dict[TerritoryKind, tuple[EffectLine, ...]]
    target_groups: tuple[EffectLine, ...]


@dataclass(frozen=True)
class Comparison:
    """Two offers laid out side by side, and what a crowd was found to gain and lose.

    ``gained`` and ``lost`` int32[people]: how many services.
    """

    twins: TwinOffers
    gained: Small
    lost: Small
    gaining_by_service: Ints
    losing_by_service: Ints


@dataclass(frozen=True)
class TwinOffers:
    """The services that two offers may open differently, as one offer in which each stands once a side.

    ``index`` reads people of either side. ``services``: the services by number, ``usable`` what holds on the day,
    ``twins`` the number and the side of each position in the index's services.
    """

    index: Index
    services: tuple[Service, ...]
    usable: Usable
    twins: Twins
    on: date


def as_if_signed(agreement: Agreement, *, on: date) -> Agreement:
    """Give a text as if it and all its amendments had been signed: on its own day, else on the day they take effect."""
    amendments = tuple(
        one if one.signed_on is not None else replace(one, signed_on=one.effective_from) for one in agreement.amendments
    )
    return replace(agreement, amendments=amendments, signed_on=agreement.signed_on or agreement.effective_from or on)


def day_of_effect(proposed: Agreement, *, today: date) -> date:
    """Give the first day, from today on, on which all that waits for a signature in a text has taken effect."""
    waiting = [one.effective_from for one in proposed.amendments if one.signed_on is None]
    begins = [proposed.effective_from] if proposed.signed_on is None and proposed.effective_from else []
    return max([today, *waiting, *begins])


def twin_offers(before: Offer, after: Offer, *, on: date) -> TwinOffers:
    """Lay side by side the services that may be open to somebody in one of two offers and not in the other on a day.

    Both offers have the same geography and settings. Cost: one pass over the services, then those that differ.
    """
    sides = (before, after)
    keys = [_keys_on(offer, on) for offer in sides]
    ids = sorted(key for key in keys[0].keys() | keys[1].keys() if keys[0].get(key) != keys[1].get(key))
    # A side's own id is read by nobody: it keeps the two records of a service apart.
    places = {
        f"{side}-{number}": (number, side)
        for number, key in enumerate(ids)
        for side, offer in enumerate(sides)
        if key in offer.by_id
    }
    records = {name: replace(sides[side].by_id[ids[number]], id=name) for name, (number, side) in places.items()}
    shift = (0, len(before.clauses))
    whole = replace(
        before,
        # The days of a clause are read from its own side, in ``_usable_clauses``: here each text has only to be known.
        agreements=AgreementSet({**before.agreements.agreements, **after.agreements.agreements}),
        by_id=records,
        clauses=(*before.clauses, *after.clauses),
        opened_by={
            name: tuple(place + shift[side] for place in sides[side].opened_by.get(ids[number], ()))
            for name, (number, side) in places.items()
        },
        stock=replace(before.stock, reserved=frozenset(name for name, one in records.items() if one.is_reserved)),
    )
    index = Index.of(whole)
    order = [service.id for service in index.services]
    available = np.array([on in records[name].valid for name in order], np.uint8)
    clauses = np.concatenate([_usable_clauses(offer, on) for offer in sides])
    _, own = np.unique(index.layout.rules.profile[:, :3], axis=0, return_inverse=True)
    twins = Twins(
        np.array([places[name][0] for name in order], np.int32),
        np.array([places[name][1] for name in order], np.int8),
        own.reshape(-1).astype(np.int32),
    )
    services = tuple(after.by_id.get(key) or before.by_id[key] for key in ids)
    return TwinOffers(index, services, Usable(clauses, available), twins, on)


def _usable_clauses(offer: Offer, on: date) -> np.typing.NDArray[np.uint8]:
    """Say which clauses open doors on a day: those that stand, of an agreement in force."""
    force = offer.force_on(on)
    return np.array(
        [force[clause.agreement] is Force.IN_FORCE and on in clause.standing for clause in offer.clauses], np.uint8
    )


def _keys_on(offer: Offer, on: date) -> dict[str, object]:
    """Give for each service all that decides to whom it is open on a day: equal keys are open to the same people."""
    usable = _usable_clauses(offer, on)
    content = [(clause.territory, clause.condition) for clause in offer.clauses]
    return {
        service.id: (
            _own_key(service, on),
            # What is not reserved is open whatever the clauses say.
            frozenset(content[place] for place in offer.opened_by.get(service.id, ()) if usable[place])
            if service.id in offer.reserved
            else None,
        )
        for service in offer.services
    }


def _own_key(service: Service, on: date) -> object:
    return (
        service.point,
        service.in_person,
        service.remote,
        service.reach_km,
        service.zone,
        service.publics,
        service.age_from,
        service.age_until,
        service.conditions_known,
        on in service.valid,
    )


def compare(twins: TwinOffers, crowd: Crowd) -> Comparison:
    """Find what each of a crowd gains and loses, on two threads. The crowd is read by ``twins.index``."""
    tallies, _ = _run(twins, crowd, np.zeros(1, np.int64), np.zeros(0, np.int32))
    return Comparison(
        twins,
        tallies[0].gained,
        tallies[0].lost,
        np.sum([one.gaining for one in tallies], axis=0),
        np.sum([one.losing for one in tallies], axis=0),
    )


def pairs_of(found: Comparison, crowd: Crowd, ids: pl.Series) -> pl.DataFrame:
    """Give one row for each person and service gained or lost: ``id, service, change``. 4 bytes a row and the ids."""
    counts = found.gained.astype(np.int64) + found.lost
    start = np.concatenate(([0], np.cumsum(counts)))
    _, pairs = _run(found.twins, crowd, start, np.full(int(start[-1]), -1, np.int32))
    words = pl.Series([service.id for service in found.twins.services], dtype=pl.String)
    return pl.DataFrame(
        {
            "id": ids.gather(np.repeat(np.arange(len(counts)), counts)),
            "service": words.gather(pairs >> 1),
            "change": pl.Series([GAINED, LOST]).gather(pairs & 1),
        }
    )


def _run(twins: TwinOffers, crowd: Crowd, start: Ints, pairs: Small) -> tuple[list[Tally], Small]:
    size, services, crowd = len(crowd.home), len(twins.services), laid_flat(crowd)
    gained, lost = np.zeros(size, np.int32), np.zeros(size, np.int32)
    index = twins.index
    lines = _lines_for(index, np.flatnonzero(np.bincount(crowd.home)))

    def run_part(part: Ints) -> Tally:
        tally = Tally(
            np.zeros(services, np.int64),
            np.zeros(services, np.int64),
            gained,
            lost,
            np.full((services, 2), NO_PROFILE, np.int32),
            np.zeros(services, np.int32),
            np.zeros(len(twins.twins.own), np.uint64),
            np.zeros(len(twins.twins.own), np.int64),
        )
        bench = workbench_for(index.layout.rules)
        compare_people(index.layout, twins.usable, lines, crowd, part, bench, twins.twins, tally, start, pairs)
        return tally

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run_part, np.array_split(in_home_order(crowd.home), THREADS))), pairs


def _lines_for(index: Index, homes: Ints) -> Lines:
    """Gather the candidates of the municipalities where somebody lives."""
    rows = index.rows_of(homes)
    row_of = np.zeros(len(index.points), np.int32)
    row_of[homes] = np.arange(len(homes), dtype=np.int32)
    start = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64)
    near = np.concatenate([*rows, np.zeros(0, np.int32)])
    return Lines(near, start, row_of, *index.far.lists, index.points)


def effect_of(found: Comparison, crowd: Crowd) -> Effect:
    """Count a comparison by service, territory and target group."""
    gaining, losing = found.gained > 0, found.lost > 0
    services = _lines(
        ((service.id, service.name) for service in found.twins.services),
        found.gaining_by_service,
        found.losing_by_service,
    )
    groups = [(crowd.groups >= 0) & (crowd.groups >> place & 1 == 1) for place in range(len(TARGET_GROUPS))]
    return Effect(
        on=found.twins.on,
        people=len(gaining),
        gaining=int(gaining.sum()),
        losing=int(losing.sum()),
        looked_at=len(found.twins.services),
        services=services,
        territories=_by_territory(found.twins.index, crowd, gaining, losing),
        target_groups=_lines(
            ((group, group) for group in TARGET_GROUPS),
            [int((held & gaining).sum()) for held in groups],
            [int((held & losing).sum()) for held in groups],
        ),
    )


def _by_territory(
    index: Index, crowd: Crowd, gaining: np.typing.NDArray[np.bool_], losing: np.typing.NDArray[np.bool_]
) -> dict[TerritoryKind, tuple[EffectLine, ...]]:
    homes = len(index.tables.municipalities)
    by_home = [np.bincount(crowd.home[flags], minlength=homes) for flags in (gaining, losing)]
    concerned = np.flatnonzero(by_home[0] + by_home[1])
    found: dict[TerritoryKind, tuple[EffectLine, ...]] = {}
    for kind in (TerritoryKind.DEPARTMENT, TerritoryKind.EPCI, TerritoryKind.MUNICIPALITY):
        counts: dict[str, list[int]] = {}
        for home in concerned.tolist():
            code = str(
                getattr(index.offer.geography.municipalities[index.tables.municipalities[home]], CODE_FIELDS[kind])
            )
            line = counts.setdefault(code, [0, 0])
            line[0] += int(by_home[0][home])
            line[1] += int(by_home[1][home])
        names = ((code, _name_of(index.offer.geography, kind, code)) for code in counts)
        lines = _lines(names, [one[0] for one in counts.values()], [one[1] for one in counts.values()])
        found[kind] = lines if kind is TerritoryKind.DEPARTMENT else lines[:TERRITORIES_SHOWN]
    return found


def _name_of(geography: Geography, kind: TerritoryKind, code: str) -> str:
    return geography.name_of(TerritoryRef(kind, code)) if code else ""


def _lines(
    names: Iterable[tuple[str, str]], gaining: Sequence[int] | Ints, losing: Sequence[int] | Ints
) -> tuple[EffectLine, ...]:
    lines = (
        EffectLine(code, name, int(came), int(went))
        for (code, name), came, went in zip(names, gaining, losing, strict=True)
    )
    concerned = [line for line in lines if line.gaining or line.losing]
    return tuple(sorted(concerned, key=lambda line: (-line.gaining - line.losing, line.code)))
