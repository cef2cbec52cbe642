"""What partners share and where nobody offers anything: a territory, a theme, a radius, and what would change."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from maillage.api.v1.asking import Code, Id, MunicipalityCode, OnDay
from maillage.api.v1.coverage import territory_named
from maillage.api.v1.problems import Refused
from maillage.api.v1.shapes import ERRORS
from maillage.apps.observatory.complementarity import OPENED_AT_MOST, complementarity_of
from maillage.apps.territories import queries as territories
from maillage.domain.complementarity import (
    ANYBODY,
    GROUPS,
    RADIUS_KM_AT_MOST,
    Complementarity,
    ComplementarityImpossible,
    ComplementarityQuestion,
    ImaginedChange,
    MunicipalityOffer,
    OfferClass,
    PartnerChoice,
)
from maillage.domain.shared import Point
from maillage.engine.clauses import NETWORKS, THEME_FAMILIES, THEMES

router = Router(tags=["coverage"])
NETWORKS_AT_MOST = 10


def _one_of(known: frozenset[str]) -> AfterValidator:
    def check(text: str) -> str:
        if text not in known:
            raise PydanticCustomError("code", "no such code")
        return text

    return AfterValidator(check)


Theme = Annotated[Code, _one_of(THEMES | THEME_FAMILIES)]
Group = Annotated[Code, _one_of(frozenset(GROUPS) - {ANYBODY})]
Network = Annotated[Code, _one_of(NETWORKS)]
Within = Annotated[int, Field(ge=0, le=int(RADIUS_KM_AT_MOST))]


class ComplementarityAsked(OnDay):
    """Where, which theme, for whom, within how far, between whom, and what would change."""

    territory: Annotated[str, Field(max_length=40)]
    theme: Theme
    within: Within = 15
    group: Group | None = None
    agreement: Id | None = None
    networks: Annotated[list[Network], Field(max_length=NETWORKS_AT_MOST)] = []
    opened: Annotated[list[MunicipalityCode], Field(max_length=OPENED_AT_MOST)] = []
    lost: Id | None = None
    by: Literal["municipality"] | None = None

    def read(self) -> ComplementarityQuestion:
        """Give the question.

        Raises:
            Refused: the territory is not loaded, or the partners are chosen in two ways.
        """
        try:
            partners = PartnerChoice(self.agreement or "", tuple(self.networks))
        except ComplementarityImpossible as failure:
            raise Refused("networks", "partners") from failure
        where = territory_named(self.territory)
        return ComplementarityQuestion(where, self.theme, float(self.within), self.day, self.group or ANYBODY, partners)

    def change(self) -> ImaginedChange:
        """Give the change.

        Raises:
            Refused: nobody knows where a municipality is.
        """
        return ImaginedChange(points=tuple(map(_point_of, self.opened)), lost=self.lost or "")


class ClassCount(Schema):
    """How many people and municipalities have an offer of a class."""

    people: int
    municipalities: int


class PartnerReach(Schema):
    """A partner, and the people within reach of its services."""

    partner: str
    name: str
    people: int


class ThemeFigures(Schema):
    """A theme in the territory: its class, who offers it, and the people who find nobody."""

    theme: str
    offer_class: str
    reached: list[PartnerReach]
    white_people: int


class MunicipalityFigures(Schema):
    """What a municipality finds; the partners are keys."""

    municipality: str
    name: str
    people: int
    services: int
    remote_services: int
    partners: list[str]
    offer_class: str


class OfferSituation(Schema):
    """The offer of a territory, as things are or after a change."""

    common: ClassCount
    complementary: ClassCount
    white: ClassCount
    themes: list[ThemeFigures]
    rows: list[MunicipalityFigures]


class OfferFigures(OfferSituation):
    """The answer; ``after`` is null when nothing would change."""

    territory: str
    name: str
    people: int
    excluded: int
    on: date
    vintage: str
    after: OfferSituation | None


@router.get("/complementarity", response={200: OfferFigures, **ERRORS}, operation_id="mapOffer")
def map_offer(request: HttpRequest, question: Query[ComplementarityAsked]) -> dict[str, Any]:
    """Give the classes of a territory, its themes, and a row for each municipality when asked for."""
    asked, change, with_rows = question.read(), question.change(), question.by is not None
    try:
        before = complementarity_of(asked, is_named=with_rows)
    except ComplementarityImpossible as failure:
        raise Refused("agreement", "partners") from failure
    try:
        after = None if change.is_nothing else complementarity_of(asked, change, is_named=with_rows)
    except ComplementarityImpossible as failure:
        raise Refused("lost", "partners") from failure
    return {
        **_situation(before, with_rows=with_rows),
        "territory": str(asked.territory),
        "name": before.name,
        "people": before.people,
        "excluded": before.left_out,
        "on": asked.on,
        "vintage": before.vintage,
        "after": None if after is None else _situation(after, with_rows=with_rows),
    }


def _point_of(code: str) -> Point:
    found = territories.geography().find(code)
    if found is None or found.point is None:
        raise Refused("opened", "municipality")
    return found.point


def _situation(found: Complementarity, *, with_rows: bool) -> dict[str, Any]:
    names = dict(found.partner_names)
    counts = {
        one.value.lower(): {"people": found.people_in(one), "municipalities": found.municipalities_in(one)}
        for one in OfferClass
    }
    themes = [
        {
            "theme": line.theme,
            "offer_class": line.offer_class.value,
            "reached": [{"partner": key, "name": names[key], "people": people} for key, people in line.reached],
            "white_people": line.white_people,
        }
        for line in found.themes
    ]
    return {**counts, "themes": themes, "rows": [_row(row) for row in found.rows] if with_rows else []}


def _row(row: MunicipalityOffer) -> dict[str, Any]:
    return {
        "municipality": row.municipality.code,
        "name": row.municipality.name,
        "people": row.people,
        "services": row.service_count,
        "remote_services": row.remote_count,
        "partners": list(row.partners),
        "offer_class": row.offer_class.value,
    }
