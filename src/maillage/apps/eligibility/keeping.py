"""The offers that this process keeps laid out: each follows what changed, and is made anew only when it cannot."""

from __future__ import annotations

import logging
import threading
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date

from maillage.apps.catalogue import queries as catalogue
from maillage.apps.catalogue.following import CatalogueState, change_between, days_learnt, is_still_true
from maillage.domain.agreements import AgreementSet
from maillage.domain.eligibility import Settings
from maillage.domain.territories import Geography
from maillage.engine.changing import TooEntangled, offer_after
from maillage.engine.columnar import Index
from maillage.engine.offer import Offer, offer_of
from maillage.engine.patching import TOUCHED_AT_MOST, index_after

OFFERS_KEPT = 4
"""Offers kept in memory: usually today's, and a few days that somebody looks back at."""
VACANT_AT_LEAST, SERVICES_A_VACANCY = 64, 64
"""How many places an index leaves for services to come: some, and one for so many services."""
RECORDS_FOLLOWED = TOUCHED_AT_MOST
"""A change of more records than these, a whole file, is read anew with all the rest."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """All that an offer rests on, with the names of its versions."""

    agreements: AgreementSet
    digests: tuple[str, ...]
    catalogue: CatalogueState
    geography: Geography
    geography_version: str
    settings: Settings


@dataclass(frozen=True)
class Kept:
    """An offer laid out, with what it rests on."""

    wanted: Wanted
    offer: Offer
    index: Index


_lock = threading.Lock()
_kept: OrderedDict[tuple[object, ...], Kept] = OrderedDict()
_days: dict[CatalogueState, tuple[date, ...]] = {}
"""The days on which the catalogue changes, for the state of it that was last asked about (whatever the day)."""


def laid_out(wanted: Wanted) -> tuple[Offer, Index]:
    """Give an offer laid out: as it is kept, else after what changed since one that is kept, else made anew.

    What is kept is used for the very versions it was made from, and no others.
    """
    with _lock:
        key = _key_of(wanted)
        if key not in _kept:
            _kept[key] = _followed(wanted) or _made(wanted)
        _kept.move_to_end(key)
        while len(_kept) > OFFERS_KEPT:
            _kept.popitem(last=False)
        return _kept[key].offer, _kept[key].index


def _key_of(wanted: Wanted) -> tuple[object, ...]:
    place = bisect_right(_change_days(wanted.catalogue), wanted.catalogue.on)
    return wanted.digests, wanted.catalogue.token, place, wanted.geography_version, wanted.settings


def _change_days(state: CatalogueState) -> tuple[date, ...]:
    """Give the days on which the catalogue changes; days that no longer count only part alike days."""
    whole = replace(state, on=date.min)
    if whole not in _days:
        earlier = next((one for one in _days if one.known_in < whole.known_in and is_still_true(one)), None)
        if earlier is None:
            found = catalogue.change_days(whole.known_in)
        else:
            found = tuple(sorted({*_days[earlier], *days_learnt(earlier.known_in, whole.known_in)}))
        _days.clear()
        _days[whole] = found
    return _days[whole]


def _followed(wanted: Wanted) -> Kept | None:
    """Carry the offer last used to what is wanted; ``None`` when none can be, or when too much differs."""
    for kept in reversed(_kept.values()):
        known = kept.wanted
        is_alike = (known.geography_version, known.settings) == (wanted.geography_version, wanted.settings)
        if is_alike and is_still_true(known.catalogue):
            try:
                return _carried(kept, wanted)
            except TooEntangled as refusal:
                log.warning("The index is made anew. %s", refusal)
                return None
    return None


def _carried(kept: Kept, wanted: Wanted) -> Kept:
    change = change_between(kept.wanted.catalogue, wanted.catalogue, at_most=RECORDS_FOLLOWED)
    if change is None:
        raise TooEntangled(f"More than {RECORDS_FOLLOWED:,} records of the catalogue differ.")
    if wanted.digests != kept.wanted.digests:
        change = replace(change, agreements=wanted.agreements)
    succession = offer_after(kept.offer, change)
    return Kept(wanted, succession.offer, index_after(kept.index, succession))


def _made(wanted: Wanted) -> Kept:
    known = catalogue.catalogue_on(wanted.catalogue.on, as_known_in=wanted.catalogue.known_in)
    offer = offer_of(known, wanted.agreements, wanted.geography, wanted.settings)
    vacant_count = VACANT_AT_LEAST + len(offer.by_id) // SERVICES_A_VACANCY
    return Kept(wanted, offer, Index.of(offer, vacant_count=vacant_count))
