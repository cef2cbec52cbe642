"""How far people live from chosen places: what the command says, for a territory and for its divisions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from maillage.api.v1.asking import OnDay
from maillage.api.v1.problems import Refused
from maillage.api.v1.shapes import ERRORS, CoverageFigures
from maillage.apps.observatory.queries import CHOICES_AT_MOST, coverage_of
from maillage.apps.territories import queries as territories
from maillage.domain.coverage import KM_AT_MOST, CoverageImpossible, Covered, PlaceChoice
from maillage.domain.territories import TerritoryKind, TerritoryNotation, TerritoryRef
from maillage.engine.clauses import NETWORKS

router = Router(tags=["coverage"])
BY = {
    "municipality": TerritoryKind.MUNICIPALITY,
    "clpe": TerritoryKind.LOCAL_COMMITTEE,
    "department": TerritoryKind.DEPARTMENT,
}
SHARE_DECIMALS, KM_DECIMALS = 6, 3


def _choice(text: str) -> str:
    """Refuse what names no places that can count."""
    try:
        found = PlaceChoice.parse(text)
    except CoverageImpossible as failure:
        raise PydanticCustomError("code", "no such places") from failure
    if found.network and found.network not in NETWORKS:
        raise PydanticCustomError("code", "no such network")
    return text


Places = Annotated[str, Field(max_length=100), AfterValidator(_choice)]


class CoverageQuestion(OnDay):
    """Of which territory, to which places, beyond how far, by what."""

    territory: Annotated[str, Field(max_length=40)]
    points: Annotated[list[Places], Field(min_length=1, max_length=CHOICES_AT_MOST)]
    km: Annotated[float, Field(ge=0, le=KM_AT_MOST, allow_inf_nan=False)] = 15.0
    by: Literal["municipality", "clpe", "department"] | None = None

    def where(self) -> TerritoryRef:
        """Give the territory.

        Raises:
            Refused: it is none that is loaded.
        """
        return territory_named(self.territory)


def territory_named(text: str) -> TerritoryRef:
    """Give a territory that is loaded.

    Raises:
        Refused: it is none.
    """
    try:
        found = TerritoryRef.read(text)
    except TerritoryNotation as failure:
        raise Refused("territory", "territory") from failure
    if not territories.geography().knows(found):
        raise Refused("territory", "territory")
    return found


@router.get("/coverage", response={200: CoverageFigures, **ERRORS}, operation_id="measureCoverage")
def measure_coverage(request: HttpRequest, question: Query[CoverageQuestion]) -> dict[str, Any]:
    """Give the figures of a territory, and a row for each of its divisions when some are asked for."""
    found = coverage_of(
        question.where(),
        [PlaceChoice.parse(text) for text in question.points],
        question.km,
        on=question.day,
        by=BY[question.by] if question.by else None,
    )
    return {
        **_figures(found.whole),
        "km": found.km,
        "on": found.on,
        "vintage": found.vintage,
        "places": found.place_count,
        "places_without_point": found.unlocated_count,
        "rows": [_figures(row) for row in found.rows],
    }


def _figures(row: Covered) -> dict[str, Any]:
    return {
        "territory": str(row.territory),
        "name": row.name,
        "people": row.people,
        "excluded": row.excluded,
        "share_beyond": None if row.share_beyond is None else round(row.share_beyond, SHARE_DECIMALS),
        "mean_km": None if row.mean_km is None else round(row.mean_km, KM_DECIMALS),
    }
