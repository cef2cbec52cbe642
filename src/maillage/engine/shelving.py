"""An index and its offer as arrays to keep, and back: records stay texts until somebody asks for one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.domain.access_points import AccessPoint
from maillage.domain.agreements import AgreementSet
from maillage.domain.eligibility import Settings
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.services import Service
from maillage.domain.territories import Geography
from maillage.engine.calendars import calendar_of
from maillage.engine.columnar import Index
from maillage.engine.kernels import Layout, Places, Rules
from maillage.engine.offer import Offer, readings_of, resolved_clause
from maillage.engine.planes import Planes
from maillage.engine.planning import KERNEL_BITS, FarLists, Tables, profiles_of
from maillage.engine.records import Decoder, Records
from maillage.engine.shelves import Stock
from maillage.engine.signs import Signs
from maillage.engine.storing import Arrays, texts_of, words_of

Record = Service | AccessPoint | Organisation


@dataclass(frozen=True)
class Surroundings:
    """What an index is opened with, whose versions its manifest names: none of it is in the files."""

    agreements: AgreementSet
    geography: Geography
    settings: Settings
    catalogue_version: str
    decoder: Decoder[Any]


def arrays_of(index: Index, encoder: Callable[[Any], bytes]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Write an index, its planes and its offer as arrays, and the small rest as JSON."""
    offer, stock = index.offer, index.offer.stock
    arrays: dict[str, NDArray[Any]] = {
        "points": index.points,
        "service_days": index.service_days,
        "own": index.signs.own,
    }
    arrays |= _texts("location", [(one or "").encode() for one in index.signs.locations])
    for prefix, table in (("place", index.layout.places), ("rule", index.layout.rules), ("far", index.far)):
        names = table._fields if isinstance(table, tuple) else FAR_FIELDS
        arrays.update({f"{prefix}_{name}": getattr(table, name) for name in names})
    records: Mapping[str, Mapping[str, Record]] = {
        "door": offer.by_id,
        "employer": stock.employers,
        "access_point": offer.access_points,
        "organisation": offer.directory.organisations,
    }
    for name, found in records.items():
        arrays |= _texts(f"{name}_id", [key.encode() for key in found])
        arrays |= _texts(f"{name}_text", [encoder(found[key]) for key in found])
    arrays.update({f"shelf_{name}": getattr(index.shelves, name) for name in Planes._fields})
    arrays |= _texts("id", [key.encode() for key in index.ids])
    arrays |= _lists("opened", {key: [str(one) for one in found] for key, found in offer.opened_by.items()})
    arrays |= _lists("owned", stock.owned) | _lists("sites", stock.sites)
    arrays |= _texts("reserved", [key.encode() for key in sorted(stock.reserved)])
    parts = {
        "themes": index.theme_bit,
        "codes": index.tables.codes,
        "delegated": {key: list(ids) for key, ids in stock.delegated.items()},
        "is_entangled": stock.is_entangled,
        "tables": [[_named(name), offset] for name, offset in index.tables.offsets.items()],
    }
    return arrays, parts


FAR_FIELDS = ("wide", "wide_start", "wide_of", "local", "local_start")


def _texts(name: str, texts: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    found, start = texts_of(texts)
    return {name: found, f"{name}_start": start}


def _lists(name: str, lists: Mapping[str, Sequence[str]]) -> dict[str, NDArray[Any]]:
    """Lay out lists of words by word: each distinct word of them once."""
    words = sorted({one for found in lists.values() for one in found})
    number = {word: place for place, word in enumerate(words)}
    return (
        _texts(f"{name}_key", [key.encode() for key in lists])
        | _texts(f"{name}_word", [word.encode() for word in words])
        | {
            f"{name}_of": np.array([number[one] for found in lists.values() for one in found], np.int32),
            f"{name}_stop": np.cumsum([len(found) for found in lists.values()], dtype=np.int64),
        }
    )


def _lists_from(arrays: Arrays, name: str) -> dict[str, tuple[str, ...]]:
    words = words_of(arrays[f"{name}_word"], arrays[f"{name}_word_start"])
    found = [words[one] for one in arrays[f"{name}_of"].tolist()]
    stops = arrays[f"{name}_stop"].tolist()
    keys = words_of(arrays[f"{name}_key"], arrays[f"{name}_key_start"])
    return {key: tuple(found[first:last]) for key, first, last in zip(keys, [0, *stops], stops, strict=False)}


def _named(name: object) -> list[Any]:
    assert isinstance(name, tuple)  # noqa: S101 - a table is named by what it tells of, and of whom
    return [name[0], sorted(name[1])]


def index_from(arrays: Arrays, parts: Mapping[str, Any], known: Surroundings) -> Index:
    """Open an index with its offer. Cost: some tens of milliseconds for 100,000 services; no record is read."""

    def records(name: str) -> Records[Any]:
        ids = words_of(arrays[f"{name}_id"], arrays[f"{name}_id_start"])
        return Records.of(ids, arrays[f"{name}_text"], arrays[f"{name}_text_start"], known.decoder)

    directory = Directory(records("organisation"))
    readings = {agreement.id: readings_of(agreement) for agreement in known.agreements}
    offer = Offer(
        geography=known.geography,
        directory=directory,
        access_points=records("access_point"),
        agreements=known.agreements,
        by_id=records("door"),
        clauses=tuple(
            resolved_clause(agreement, *reading, directory)
            for agreement in known.agreements
            for reading in readings[agreement.id]
        ),
        opened_by={key: tuple(map(int, found)) for key, found in _lists_from(arrays, "opened").items()},
        stock=Stock(
            employers=records("employer"),
            owned=_lists_from(arrays, "owned"),
            sites=_lists_from(arrays, "sites"),
            delegated={key: tuple(ids) for key, ids in parts["delegated"].items()},
            reserved=frozenset(words_of(arrays["reserved"], arrays["reserved_start"])),
            readings=readings,
            is_entangled=parts["is_entangled"],
        ),
        settings=known.settings,
        catalogue_version=known.catalogue_version,
    )
    places = Places(*(arrays[f"place_{name}"] for name in Places._fields))
    rules = Rules(*(arrays[f"rule_{name}"] for name in Rules._fields))
    ids = tuple(words_of(arrays["id"], arrays["id_start"]))
    index = Index(
        offer,
        _tables_from(known.geography, rules, parts),
        Layout(rules, KERNEL_BITS, places),
        FarLists(*(arrays[f"far_{name}"] for name in FAR_FIELDS)),
        arrays["points"],
        parts["themes"],
        ids=ids,
        profiles=profiles_of(rules),
        place_of={key: place for place, key in enumerate(ids) if key},
        calendar=calendar_of(offer),
        service_days=arrays["service_days"],
        signs=Signs(
            arrays["own"], tuple(one or None for one in words_of(arrays["location"], arrays["location_start"]))
        ),
    )
    # Set as the index itself sets it when it lays them out.
    vars(index)["shelves"] = Planes(*(arrays[f"shelf_{name}"] for name in Planes._fields))
    return index


def _tables_from(geography: Geography, rules: Rules, parts: Mapping[str, Any]) -> Tables:
    tables = Tables(geography, parts["codes"])
    tables.chunks, tables.size = [rules.bits], len(rules.bits)
    tables.offsets = {(told, frozenset(names)): offset for (told, names), offset in parts["tables"]}
    return tables
