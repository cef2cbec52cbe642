"""How long the shared and missing offer takes to map, on an invented country."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bench.measuring import timed
from bench.worlds import ON
from maillage.domain.catalogue import Catalogue
from maillage.domain.complementarity import GROUPS, ComplementarityQuestion, ImaginedChange, PartnerChoice
from maillage.domain.shared import Point
from maillage.domain.territories import FRANCE, TerritoryRef
from maillage.engine.clauses import THEME_FAMILIES, THEMES
from maillage.engine.columnar import Index
from maillage.engine.complementarity import Columns, OfferMap
from maillage.engine.offer import Offer, offer_of

TURNS = 5
ALONE = 24_000
"""About as many partners as a national catalogue has organisations."""
NETWORKS = PartnerChoice(networks=("network-1", "network-2"))
TERRITORIES = ("departement:36", "departement:62", "departement:69", "region:24")


class Told(NamedTuple):
    """One question, with the processor's milliseconds of its median turn."""

    question: str
    ms: float


def complementarity_figures(offer: Offer) -> list[Told]:
    """Measure each question, with networks as partners, then with each organisation a partner."""
    whose = (("networks", offer), (f"{ALONE:,} partners", each_on_its_own(offer)))
    return [
        Told(f"{partners}; {told.question}", told.ms)
        for partners, one in whose
        for told in measure(OfferMap(Index.of(one)))
    ]


def each_on_its_own(offer: Offer) -> Offer:
    """Give the same services to many organisations that no network carries: each is a partner."""
    services = tuple(
        replace(service, organisation=f"alone-{number % ALONE}", networks=frozenset())
        for number, service in enumerate(offer.services)
    )
    return offer_of(Catalogue(services, version="c1"), offer.agreements, offer.geography)


def measure(found: OfferMap) -> list[Told]:
    """Measure each question on one offer."""
    told: list[Told] = []

    def measured(name: str, work: Callable[[], object]) -> None:
        work()
        told.append(Told(name, float(np.median(timed(work, TURNS)["cpu_seconds"])) * 1e3))

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
    return told
