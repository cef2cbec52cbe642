"""Reading the geography: whole and kept in memory, searched by name or postcode, drawn."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from maillage.apps.territories import drawing
from maillage.apps.territories.mapping import COLUMNS, municipality_of, sort_key_of, unpacked
from maillage.apps.territories.models import Contour, GeographyKept, GeographyVersion, Passage, TerritoryName
from maillage.apps.territories.models import Municipality as StoredMunicipality
from maillage.domain.territories import Geography, Municipality, TerritoryKind, TerritoryRef

NOTHING_LOADED = "none"
ASKED_AT_ONCE = 900  # SQLite bounds the parameters of a query


@dataclass(frozen=True)
class _State:
    """A geography as it was when its token was read, with what searching it needs."""

    token: str
    geography: Geography
    search_keys: tuple[tuple[str, Municipality], ...]
    postcodes: tuple[tuple[str, str], ...]
    """Each postcode with the code of a municipality it serves, in order."""


_lock = threading.Lock()
_state: _State | None = None


def geography() -> Geography:
    """Give the loaded geography: one small query when nothing changed, about half a second for France otherwise."""
    return _current_state().geography


def geography_version() -> str:
    """Name the state of the tables that ``geography`` reads; it changes with every import that changes something."""
    found = GeographyVersion.objects.values_list("token", flat=True).first()
    return found or NOTHING_LOADED


def geography_as(token: str) -> Geography | None:
    """Give the geography of a state: the present one, else one kept because an answer cited it; ``None`` if neither."""
    if token == geography_version():
        return geography()
    kept = GeographyKept.objects.filter(token=token).values_list("content", flat=True).first()
    return None if kept is None else unpacked(bytes(kept))


def search_municipalities(text: str, limit: int = 10) -> tuple[Municipality, ...]:
    """Find municipalities by the beginning of their name, of a word of it, or by postcode or INSEE code.

    Accents, case and hyphens do not count. First the exact name, then names that begin so, then names of which a word
    begins so, the most populous first. A blank text finds nothing.
    """
    state = _current_state()
    wanted = sort_key_of(text)
    if not wanted or limit <= 0:
        return ()
    if wanted[0].isdigit():
        return _by_code(state, wanted.replace(" ", "").upper())[:limit]
    ranked = sorted(
        (_rank(key, wanted), -(found.population or 0), key, found.code, found)
        for key, found in state.search_keys
        if f" {wanted}" in f" {key}"
    )
    return tuple(found for *_, found in ranked[:limit])


def cells(codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Give the GeoJSON surface to draw for municipalities, by current code: its contour when one was imported.

    Else the cell of what is nearer to its point than to any other's, cut about fifteen kilometres away. A
    municipality without point or contour has none.
    """
    state = _current_state()
    wanted = {found.code for code in codes if (found := state.geography.find(code))}
    known = contours(TerritoryRef(TerritoryKind.MUNICIPALITY, code) for code in wanted)
    surfaces = {notation.partition(":")[2]: geometry for notation, geometry in known.items()}
    drawn = drawing.cells_around(state.geography.municipalities, frozenset(wanted - surfaces.keys()))
    return {**surfaces, **drawn}


def contours(territories: Iterable[TerritoryRef]) -> dict[str, dict[str, Any]]:
    """Give the imported GeoJSON surfaces of territories, by notation; those without one are left out."""
    notations = sorted({str(territory) for territory in territories})
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(notations), ASKED_AT_ONCE):
        asked = Contour.objects.filter(territory__in=notations[start : start + ASKED_AT_ONCE])
        found.update(asked.values_list("territory", "geometry"))
    return found


def outlines(territories: Iterable[TerritoryRef]) -> dict[str, drawing.Outline]:
    """Give what to draw of territories, by notation, the largest first: an imported contour, else their cells joined.

    A territory with neither is left out; the cells are those of the municipalities that are loaded.
    """
    wanted = {str(territory): territory for territory in territories}
    known = contours(wanted.values())
    surfaces = {
        notation: [known[notation]] if notation in known else _cells_of(territory)
        for notation, territory in wanted.items()
    }
    return drawing.outlines_of(surfaces)


def _cells_of(territory: TerritoryRef) -> list[dict[str, Any]]:
    return list(cells(one.code for one in geography().members(territory)).values())


def passage() -> dict[str, str]:
    """Give the old codes with the current ones, straight from the table."""
    return dict(Passage.objects.values_list("old", "current"))


def _current_state() -> _State:
    global _state  # noqa: PLW0603 (the geography of the process, replaced whole)
    token = geography_version()
    state = _state
    if state is not None and state.token == token:
        return state
    with _lock:
        if _state is None or _state.token != token:
            _state = _load(token)
        return _state


def _load(token: str) -> _State:
    vintage = GeographyVersion.objects.values_list("vintage", flat=True).first() or NOTHING_LOADED
    municipalities: dict[str, Municipality] = {}
    search_keys: list[tuple[str, Municipality]] = []
    for *columns, key in StoredMunicipality.objects.order_by("code").values_list(*COLUMNS, "sort_key"):
        found = municipality_of(tuple(columns))
        municipalities[found.code] = found
        search_keys.append((key, found))
    names = {
        str(TerritoryRef(TerritoryKind(kind), code)): name
        for kind, code, name in TerritoryName.objects.values_list("kind", "code", "name")
    }
    names[TerritoryKind.FRANCE.value] = "France"
    postcodes = sorted((postcode, found.code) for found in municipalities.values() for postcode in found.postcodes)
    loaded = Geography(vintage, municipalities, passage(), names)
    return _State(token, loaded, tuple(search_keys), tuple(postcodes))


def _rank(key: str, wanted: str) -> int:
    return 0 if key == wanted else 1 if key.startswith(wanted) else 2


def _by_code(state: _State, wanted: str) -> tuple[Municipality, ...]:
    first, end = bisect_left(state.postcodes, (wanted, "")), bisect_left(state.postcodes, (wanted + ":", ""))
    codes = dict.fromkeys(code for _, code in state.postcodes[first:end])  # « : » comes just after the digits
    served = [state.geography.municipalities[code] for code in codes]
    served.sort(key=lambda found: (-(found.population or 0), found.code))
    exact = state.geography.find(wanted)
    return tuple(dict.fromkeys([*served, *([exact] if exact else [])]))
