"""How long the shared and missing offer takes to map: `python -m bench.complementarity`, on an invented country.

The municipalities are the real ones (MAILLAGE_SHARED), the services and agreements those of ``bench.worlds``.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.worlds import ON, national_geography, national_offer
from maillage.domain.catalogue import Catalogue
from maillage.domain.complementarity import GROUPS, ComplementarityQuestion, ImaginedChange, PartnerChoice
from maillage.domain.shared import Point
from maillage.domain.territories import FRANCE, TerritoryRef
from maillage.engine.clauses import THEME_FAMILIES, THEMES
from maillage.engine.columnar import Index
from maillage.engine.complementarity import Columns, OfferMap
from maillage.engine.offer import Offer, offer_of

ROOT = Path(__file__).parent.parent
SERVICES, AGREEMENTS, SEED, TURNS = 100_000, 300, 2026, 5
ALONE = 24_000
"""About as many partners as a national catalogue has organisations."""
NETWORKS = PartnerChoice(networks=("network-1", "network-2"))
TERRITORIES = ("departement:36", "departement:62", "departement:69", "region:24")


def main() -> int:
    """Measure each question and print its median, in wall clock and in time of the processor."""
    shared = Path(os.environ.get("MAILLAGE_SHARED") or ROOT.parent / "shared")
    if not (shared / "data").is_dir():
        print(f"No real municipalities in {shared}: set MAILLAGE_SHARED to the folder that holds data/.")
        return 1
    offer = national_offer(national_geography(shared), services=SERVICES, agreements=AGREEMENTS, seed=SEED)
    for title, one in (("networks as partners", offer), (f"{ALONE:,} partners", each_on_its_own(offer))):
        print(title)
        measure(OfferMap(Index.of(one)))
    return 0


def each_on_its_own(offer: Offer) -> Offer:
    """Give the same services to many organisations that no network carries: each is a partner."""
    services = tuple(
        replace(service, organisation=f"alone-{number % ALONE}", networks=frozenset())
        for number, service in enumerate(offer.services)
    )
    return offer_of(Catalogue(services, version="c1"), offer.agreements, offer.geography)


def measure(found: OfferMap) -> None:
    """Measure each question on one offer."""
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
        measured(
            f"france, {km:g} km, a page", lambda asked=asked: found.answer(asked, ImaginedChange(), {}, is_named=False)
        )
    homes = np.arange(len(found.index.tables.municipalities), dtype=np.int64)
    for themes in (tuple(sorted(THEME_FAMILIES)), tuple(sorted(THEMES | THEME_FAMILIES))):
        for choice in (PartnerChoice(), NETWORKS):
            columns = Columns(themes, GROUPS, 15.0, ON)
            cells = len(homes) * len(themes) * len(GROUPS)
            name = "two networks" if choice.networks else "all partners"
            measured(
                f"france, {cells / 1e6:.1f} million cells, 15 km, {name}",
                lambda columns=columns, choice=choice: found.cells(homes, columns, choice),
            )


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
