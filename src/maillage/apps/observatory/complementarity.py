"""What partners share, what one alone offers and where nothing is offered, for a territory, on what is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from data_inclusion.schema.v1 import ReseauPorteur

from maillage.apps.eligibility.queries import Offered, offered_on
from maillage.apps.observatory.queries import Kept
from maillage.apps.territories import queries as territories
from maillage.domain.complementarity import (
    NEW_PARTNER,
    Complementarity,
    ComplementarityImpossible,
    ComplementarityQuestion,
    ImaginedChange,
)
from maillage.domain.territories import UnknownTerritory
from maillage.engine.clauses import NETWORKS, THEME_FAMILIES, THEMES
from maillage.engine.columnar import Index
from maillage.engine.complementarity import OfferMap
from maillage.engine.partners import known_networks

OPENED_AT_MOST = 50
NOTHING_CHANGES = ImaginedChange()
_maps = Kept(2)
_answers = Kept(8)
_known = Kept(2)


def complementarity_of(
    question: ComplementarityQuestion, change: ImaginedChange = NOTHING_CHANGES, *, is_named: bool = True
) -> Complementarity:
    """Say, municipality by municipality, which partners have services within reach, as things are or after a change.

    Nothing is written. The first question about a day lays its offer out; the next take milliseconds for a
    department, a second or two for the country, and longer there when the partners of each municipality are to be named.

    Raises:
        UnknownTerritory: no loaded municipality lies in the territory.
        ComplementarityImpossible: the theme, the partners or the change are none that can be asked about.
    """
    _check(question, change)
    if not territories.geography().knows(question.territory):
        raise UnknownTerritory(
            f"« {question.territory} » holds no loaded municipality. Check the code, or load the national files: "
            f"maillage import communes FILE."
        )
    reader = _map_of(offered_on(question.on))
    return _answers.get(
        (id(reader), question, change, is_named), lambda: _answered(reader, question, change, is_named=is_named)
    )


@dataclass(frozen=True)
class Known:
    """What an offer holds: the networks that carry services, by code, and its sources, each with its newest day."""

    index: Index
    networks: tuple[str, ...]
    sources: tuple[tuple[str, date | None], ...]


def known_on(on: date) -> Known:
    """Say what the offer of a day is made of: what can be chosen as partners, and what is cited."""
    offered = offered_on(on)
    return _known.get(id(offered.index), lambda: _known_of(offered))


def _known_of(offered: Offered) -> Known:
    offer, newest = offered.offer, dict[str, date | None]()
    for origin in (service.provenance for service in offer.services):
        newest[origin.source] = max(filter(None, (newest.get(origin.source), origin.dated_on)), default=None)
    networks = known_networks(offer.services, offer.directory) & NETWORKS
    return Known(offered.index, tuple(sorted(networks)), tuple(sorted(newest.items())))


@cache
def network_labels() -> Mapping[str, str]:
    """Name every network, as data·inclusion publishes it."""
    return {network.value: network.label for network in ReseauPorteur}


def _map_of(offered: Offered) -> OfferMap:
    # A map holds its index, so that no other can be given the same identity while it is kept.
    return _maps.get(id(offered.index), lambda: OfferMap(offered.index))


def _answered(
    reader: OfferMap, question: ComplementarityQuestion, change: ImaginedChange, *, is_named: bool
) -> Complementarity:
    if change.lost and change.lost not in reader.partners(question.partners).keys:
        raise ComplementarityImpossible(
            f"« {change.lost[:80]} » is none of the partners who offer services: choose one of the answer without a "
            f"change."
        )
    names = {**network_labels(), NEW_PARTNER: "Nouveau partenaire"}
    return reader.answer(question, change, names, is_named=is_named)


def _check(question: ComplementarityQuestion, change: ImaginedChange) -> None:
    if question.theme not in THEMES | THEME_FAMILIES:
        raise ComplementarityImpossible(
            f"« {question.theme[:80]} » is neither a theme nor a family of themes: maillage codes themes lists them all."
        )
    strangers = [one for one in question.partners.networks if one not in NETWORKS]
    if strangers:
        raise ComplementarityImpossible(
            f"« {strangers[0][:60]} » is not the code of a network: maillage codes networks lists them all."
        )
    if len(change.points) > OPENED_AT_MOST:
        raise ComplementarityImpossible(f"At most {OPENED_AT_MOST} services can be imagined at once.")
