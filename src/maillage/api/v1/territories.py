"""Territories: their official codes, names, municipalities and people."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from maillage.api.v1.asking import Code, Paging, Text
from maillage.api.v1.presenting import point_content
from maillage.api.v1.problems import Refused
from maillage.api.v1.shapes import ERRORS, Listed, Territory, TerritoryInFull
from maillage.apps.catalogue.mapping import plain
from maillage.apps.territories import queries
from maillage.domain.territories import CODE_FIELDS, Geography, TerritoryKind, TerritoryNotation, TerritoryRef

router = Router(tags=["territories"])
KINDS = tuple(kind.value for kind in TerritoryKind)


class TerritoryFilters(Paging):
    """What the list of territories is narrowed by."""

    search: Text = ""
    kind: Annotated[str, Field(max_length=20, json_schema_extra={"enum": list(KINDS)})] | None = None


@lru_cache(maxsize=2)
def _sorted_territories(_version: str) -> tuple[tuple[str, TerritoryRef], ...]:
    """Give every loaded territory with its searched name, in the order of names; ``_version`` names the geography."""
    known = queries.geography()
    refs = [TerritoryRef.parse(notation) for notation in known.known_territories]
    return tuple(sorted((f"{plain(known.name_of(ref))} {ref.code.casefold()}", ref) for ref in refs))


@router.get("/territories", response={200: Listed[Territory], **ERRORS}, operation_id="listTerritories")
def list_territories(request: HttpRequest, filters: Query[TerritoryFilters]) -> dict[str, Any]:
    """List territories by name."""
    if filters.kind is not None and filters.kind not in KINDS:
        raise Refused("kind", "code")
    known = queries.geography()
    words = plain(filters.search).split()
    found = [
        ref
        for key, ref in _sorted_territories(queries.geography_version())
        if (filters.kind is None or ref.kind.value == filters.kind) and all(word in key for word in words)
    ]
    stretch = found[filters.offset : filters.offset + filters.size]
    return filters.paged([_line(ref, known) for ref in stretch], len(found))


@router.get("/territories/{territory}", response={200: TerritoryInFull, **ERRORS}, operation_id="findTerritory")
def find_territory(request: HttpRequest, territory: Annotated[Code, Path()]) -> dict[str, Any]:
    """Give one territory, by its notation or its official code."""
    known = queries.geography()
    try:
        ref = known.current(TerritoryRef.read(territory))
    except TerritoryNotation as failure:
        raise Http404 from failure
    if not known.knows(ref):
        raise Http404
    members = known.members(ref)
    people = [one.population for one in members if one.population is not None]
    only = members[0] if ref.kind is TerritoryKind.MUNICIPALITY else None
    within = [TerritoryRef(kind, only.code_of(kind)) for kind in CODE_FIELDS if only and only.code_of(kind)]
    return {
        **_line(ref, known),
        "vintage": known.vintage,
        "municipality_count": len(members),
        "population": sum(people) if people else None,
        "postcodes": list(only.postcodes) if only else [],
        "point": point_content(only.point) if only else None,
        "within": [_line(one, known) for one in within if one != ref],
    }


def _line(ref: TerritoryRef, known: Geography) -> dict[str, Any]:
    return {"territory": str(ref), "kind": ref.kind.value, "code": ref.code, "name": known.name_of(ref)}
