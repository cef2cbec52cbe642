"""A proposal of places as a table, counted, and written with its seed: advisers confirm it line by line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.domain.shared import ALWAYS
from maillage.domain.territories import TerritoryKind, TerritoryRef
from maillage.engine.capacity import Proposal
from maillage.engine.capacity_kernels import UNLIMITED
from maillage.engine.columnar import Index
from maillage.engine.opening_files import check_output, write_openings
from maillage.engine.people_files import People
from maillage.engine.portfolios import Answered, Words
from maillage.engine.whole_files import whole_file

LABEL = "proposition"
NO_THEME = "none"


@dataclass(frozen=True)
class ProposalSummary:
    """What a proposal gives and what it lacks.

    ``at_first_door``: people proposed the first of their open doors; ``further``: another one, for want of a place;
    ``without_place``: a door is open to them and no place is left at any; ``without_door``: no door is open. ``missing``:
    places missing by department and theme, one for each person of the third kind. ``limited``: each pool, its places,
    those held, and the people for whom a place at the first of their doors was missing there; whether it counts the
    ``PLACES`` of a service, or ``ENTRIES`` or ``PEOPLE`` of a delegation, and from when until when, both included.
    """

    people: int
    at_first_door: int
    further: int
    without_place: int
    without_door: int
    unlimited: int
    missing: pl.DataFrame
    limited: pl.DataFrame


def proposal_table(index: Index, people: People, proposal: Proposal) -> pl.DataFrame:
    """Give one row a person who is proposed a place, or a door that has no limit, in the order of the portfolio.

    ``id, service, location, distance_km, basis, agreement, article, version, limited, priority, status, seed``:
    ``priority`` is true when an article puts the person first there, for a group they are known to hold.
    """
    held = proposal.held
    everybody = np.arange(len(held.services))
    columns = (np.ascontiguousarray(one)[:, None] for one in (held.services, held.clauses, held.metres))
    who = np.flatnonzero(held.services >= 0)
    return (
        Words(index, on=proposal.on)
        .table(people.ids, Answered(everybody, *columns))
        .drop("rank")
        .with_columns(
            pl.Series("limited", _pools_at(proposal, held.services[who], held.clauses[who]) != UNLIMITED),
            pl.Series("priority", held.is_first[who] == 1),
            pl.lit(LABEL).alias("status"),
            pl.lit(proposal.seed).alias("seed"),
        )
    )


def _pools_at(proposal: Proposal, service: NDArray[np.int32], clause: NDArray[np.int32]) -> NDArray[np.int32]:
    pools = proposal.limits.pools
    of_clause = np.append(pools.of_clause, np.int32(UNLIMITED))[clause]
    return np.where(of_clause != UNLIMITED, of_clause, pools.of_service[service])


def write_proposal(table: pl.DataFrame, path: Path, proposal: Proposal) -> None:
    """Write a proposal by the ending of the name: .csv, .xlsx or .parquet, whose metadata hold its seed and day.

    Raises:
        OutputImpossible: another ending, a folder that does not exist, or more rows than a sheet holds.
    """
    check_output(path)
    if path.suffix.lower() != ".parquet":
        write_openings(table, path)
        return
    origin = {"status": LABEL, "seed": str(proposal.seed), "on": proposal.on.isoformat()}
    with whole_file(path) as begun:
        table.write_parquet(begun, compression="zstd", metadata=origin)


def summary_of_proposal(index: Index, people: People, proposal: Proposal) -> ProposalSummary:
    """Count a proposal, and the places it lacks by department and theme of the first door of those left out."""
    held, first = proposal.held.services, proposal.first
    left_out = np.flatnonzero((held < 0) & (first >= 0))
    further = np.flatnonzero((held >= 0) & (held != first))
    geography = index.offer.geography
    departments = [geography.municipalities[code].department for code in index.tables.municipalities]
    names = [geography.name_of(TerritoryRef(TerritoryKind.DEPARTMENT, code)) if code else "" for code in departments]
    themes = [min((theme.partition("--")[0] for theme in one.themes), default=NO_THEME) for one in index.services]
    homes = people.crowd.home[left_out]
    pools = proposal.limits.pools
    return ProposalSummary(
        people=len(held),
        at_first_door=int(((held >= 0) & (held == first)).sum()),
        further=len(further),
        without_place=len(left_out),
        without_door=int((first < 0).sum()),
        unlimited=int((_pools_at(proposal, held, proposal.held.clauses)[held >= 0] == UNLIMITED).sum()),
        missing=pl.DataFrame(
            {
                "department": pl.Series(departments, dtype=pl.String).gather(homes),
                "name": pl.Series(names, dtype=pl.String).gather(homes),
                "theme": pl.Series(themes, dtype=pl.String).gather(first[left_out]),
            }
        )
        .group_by("department", "name", "theme")
        .agg(pl.len().alias("places_missing"))
        .sort("places_missing", "department", "theme", descending=[True, False, False]),
        limited=pl.DataFrame(
            {
                "pool": pl.Series(proposal.limits.names, dtype=pl.String),
                "places": pools.places,
                "held": pools.taken,
                "missing_at_first_door": _refused(proposal, np.concatenate((left_out, further))),
                **_days_of(proposal),
            }
        ).sort("missing_at_first_door", "pool", descending=[True, False]),
    )


def _days_of(proposal: Proposal) -> dict[str, pl.Series]:
    """Say what each pool counts, and from when until when: the file says the days of a service, those of a volume are here."""
    told = [one or (None, ALWAYS) for one in proposal.limits.volumes]
    return {
        "counts": pl.Series([volume.counts if volume else "PLACES" for volume, _ in told], dtype=pl.String),
        "from": pl.Series([period.start for _, period in told], dtype=pl.Date),
        "until": pl.Series([period.last_day for _, period in told], dtype=pl.Date),
    }


def _refused(proposal: Proposal, who: NDArray[np.signedinteger]) -> NDArray[np.signedinteger]:
    """Count by pool the people whose first door it limits and who were not given a place there."""
    pool = _pools_at(proposal, proposal.first[who], proposal.first_clauses[who])
    return np.bincount(pool[pool != UNLIMITED], minlength=len(proposal.limits.names))
