"""The offers that this process keeps laid out: each follows what changed, and is made anew only when it cannot."""

from __future__ import annotations

import gc
import logging
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.apps.agreements.queries import TextForgotten, agreements_recalled
from maillage.apps.catalogue import queries as catalogue
from maillage.apps.catalogue.following import CatalogueState, change_between, days_learnt, is_still_true
from maillage.apps.catalogue.mapping import packed, unpacked
from maillage.domain.agreements import AgreementSet
from maillage.domain.eligibility import Settings
from maillage.domain.territories import Geography
from maillage.engine.changing import TooEntangled, offer_after
from maillage.engine.columnar import Index
from maillage.engine.offer import offer_of
from maillage.engine.patching import TOUCHED_AT_MOST, index_after
from maillage.engine.shelving import Surroundings, arrays_of, index_from
from maillage.engine.storing import IndexDamaged, Manifest, manifests_in, read_arrays, write_folder

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
    index: Index


_lock = threading.Lock()
_kept: OrderedDict[tuple[object, ...], Kept] = OrderedDict()
_days: dict[CatalogueState, tuple[date, ...]] = {}
"""The days on which the catalogue changes, for the state of it that was last asked about (whatever the day)."""


def laid_out(wanted: Wanted) -> Index:
    """Give an offer laid out: as it is kept, else after what changed since one that is kept, else made anew.

    What is kept, here or on disk, is used for the very versions it was made from, and no others.
    """
    with _lock:
        key = _key_of(wanted)
        if key not in _kept:
            _kept[key] = _followed(wanted) or _set_apart(_opened(wanted) or made_anew(wanted))
        _kept.move_to_end(key)
        while len(_kept) > OFFERS_KEPT:
            _kept.popitem(last=False)
        return _kept[key].index


def forget() -> None:
    """Let go of all that this process keeps, as if it had just begun."""
    with _lock:
        _kept.clear()
        _days.clear()


def _set_apart(kept: Kept) -> Kept:
    """Spare the collector of cycles what stays: looking through it takes half a second, in the middle of any answer.

    An index holds no cycle: once nobody needs it, it goes without the collector.
    """
    gc.collect()
    gc.freeze()
    return kept


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
    succession = offer_after(kept.index.offer, change)
    return Kept(wanted, index_after(kept.index, succession))


def made_anew(wanted: Wanted) -> Kept:
    """Lay an offer out from everything that the database holds; it is not kept."""
    known = catalogue.catalogue_on(wanted.catalogue.on, as_known_in=wanted.catalogue.known_in)
    offer = offer_of(known, wanted.agreements, wanted.geography, wanted.settings)
    vacant_count = VACANT_AT_LEAST + len(offer.by_id) // SERVICES_A_VACANCY
    return Kept(wanted, Index.of(offer, vacant_count=vacant_count))


def index_folder() -> Path:
    """Give the folder of the index that the processes of this installation share."""
    return Path(settings.MAILLAGE_HOME) / "index"


def written(wanted: Wanted) -> Manifest:
    """Keep on disk the index of what is wanted, laid out anew from the database, for the processes to come."""
    arrays, parts = arrays_of(made_anew(wanted).index, packed)
    return write_folder(index_folder(), arrays, versions=_versions_of(wanted), parts=parts)


def is_current(manifest: Manifest, wanted: Wanted) -> bool:
    """Tell whether an index on disk is of the very versions that are wanted."""
    state, days = _state_of(manifest), _change_days(wanted.catalogue)
    is_same = _alike(manifest.versions) == _alike(_versions_of(wanted)) and is_still_true(state)
    is_same = is_same and state.token == wanted.catalogue.token
    return (
        is_same
        and list(manifest.versions["agreements"]) == list(wanted.digests)
        and bisect_right(days, state.on) == bisect_right(days, wanted.catalogue.on)
    )


def _versions_of(wanted: Wanted) -> dict[str, Any]:
    state = wanted.catalogue
    return {
        "agreements": list(wanted.digests),
        "catalogue": [state.known_in, state.token, state.on.isoformat()],
        "geography": wanted.geography_version,
        "settings": [wanted.settings.default_reach_km, wanted.settings.dated_on.isoformat()],
    }


def _alike(versions: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give the versions that no index can follow a change of."""
    return versions["geography"], versions["settings"]


def _state_of(manifest: Manifest) -> CatalogueState:
    known_in, token, on = manifest.versions["catalogue"]
    return CatalogueState(known_in, token, date.fromisoformat(on))


def _opened(wanted: Wanted) -> Kept | None:
    """Open the index on disk and carry it to what is wanted; ``None`` when there is none that can be."""
    for manifest in manifests_in(index_folder()):
        state = _state_of(manifest)
        if _alike(manifest.versions) == _alike(_versions_of(wanted)) and is_still_true(state):
            try:
                return _carried(_kept_in(manifest, state, wanted), wanted)
            except (IndexDamaged, TooEntangled, TextForgotten) as refusal:
                log.warning("The index on disk is not used. %s Build it again: maillage index build.", refusal)
    return None


def _kept_in(manifest: Manifest, state: CatalogueState, wanted: Wanted) -> Kept:
    digests = tuple(manifest.versions["agreements"])
    agreements = wanted.agreements if digests == wanted.digests else agreements_recalled(digests)
    known = Surroundings(agreements, wanted.geography, wanted.settings, f"c{state.known_in}", unpacked)
    index = index_from(read_arrays(manifest), manifest.parts, known)
    before = replace(wanted, agreements=agreements, digests=digests, catalogue=state)
    return Kept(before, index)
