"""How long the shared and missing offer takes to map: `python -m bench.complementarity`, on an invented country.

The municipalities are the real ones (MAILLAGE_SHARED), the services and agreements those of ``bench.worlds``.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.worlds import ON, national_geography, national_offer
from maillage.domain.complementarity import GROUPS, ComplementarityQuestion, ImaginedChange, PartnerChoice
from maillage.domain.shared import Point
from maillage.domain.territories import FRANCE, TerritoryRef
from maillage.engine.clauses import THEME_FAMILIES, THEMES
from maillage.engine.columnar import Index
from maillage.engine.complementarity import Columns, OfferMap

ROOT = Path(__file__).parent.parent
SERVICES, AGREEMENTS, SEED, TURNS = 100_000, 300, 2026, 5
NETWORKS = PartnerChoice(networks=("network-1", "network-2"))
TERRITORIES = ("departement:36", "departement:62", "departement:69", "region:24")


def main() -> int:
    """Measure each question and print its median, in wall clock and in time of the processor."""
    shared = Path(os.environ.get("MAILLAGE_SHARED") or ROOT.parent / "shared")
    if not (shared / "data").is_dir():
        print(f"No real municipalities in {shared}: set MAILLAGE_SHARED to the folder that holds data/.")
        return 1
    geography = national_geography(shared)
    found = OfferMap(Index.of(national_offer(geography, services=SERVICES, agreements=AGREEMENTS, seed=SEED)))
    begun = time.perf_counter()
    found.partners(PartnerChoice())
    found.partners(NETWORKS)
    print(f"partners numbered, twice: {(time.perf_counter() - begun) * 1000:.0f} ms")
    for notation in TERRITORIES:
        for km in (15.0, 50.0):
            asked = ComplementarityQuestion(TerritoryRef.parse(notation), "mobilite", km, ON)
            measured(f"{notation}, {km:g} km, a page", lambda asked=asked: found.answer(asked, ImaginedChange(), {}))
    opened = ImaginedChange(points=(Point(46.8, 1.7),), lost="network-3")
    asked = ComplementarityQuestion(TerritoryRef.parse("departement:36"), "mobilite", 15, ON)
    measured("departement:36, 15 km, what if", lambda: found.answer(asked, opened, {}))
    for km in (15.0, 50.0):
        asked = ComplementarityQuestion(FRANCE, "mobilite", km, ON)
        measured(f"france, {km:g} km, a page", lambda asked=asked: found.answer(asked, ImaginedChange(), {}))
    homes = np.arange(len(geography.municipalities), dtype=np.int64)
    for themes in (tuple(sorted(THEME_FAMILIES)), tuple(sorted(THEMES | THEME_FAMILIES))):
        for choice in (PartnerChoice(), NETWORKS):
            columns = Columns(themes, GROUPS, 15.0, ON)
            cells = len(homes) * len(themes) * len(GROUPS)
            name = "two networks" if choice.networks else "all partners"
            measured(
                f"france, {cells / 1e6:.1f} million cells, 15 km, {name}",
                lambda columns=columns, choice=choice: found.cells(homes, columns, choice),
            )
    return 0


def measured(name: str, work: Callable[[], object]) -> None:
    """Print the median of a few turns, after one that is not counted."""
    work()
    wall, processor = [], []
    for _turn in range(TURNS):
        begun, spent = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begun)
        processor.append(time.process_time() - spent)
    print(f"{name}: {statistics.median(wall) * 1000:.0f} ms, {statistics.median(processor) * 1000:.0f} ms of processor")


if __name__ == "__main__":
    sys.exit(main())
