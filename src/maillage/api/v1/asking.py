"""What a question to the API may hold: every text limited, every number bounded, every unknown name refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema
from ninja.operation import Operation
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from maillage.api.v1.problems import Refused, problem
from maillage.apps.territories import queries as territories
from maillage.domain.territories import TerritoryNotation, TerritoryRef

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2150, 12, 31)
PLAIN_TEXT = r"^[^\x00-\x1f\x7f]*$"
LARGEST_PAGE, LARGEST_SIZE, USUAL_SIZE = 1_000_000, 200, 50


def _read_day(value: object) -> date:
    """Read a day as it is written, YYYY-MM-DD; nothing else is a day."""
    try:
        if isinstance(value, str) and len(value) == len("2024-10-15"):
            day = date.fromisoformat(value)
            if FIRST_DAY <= day <= LAST_DAY:
                return day
    except ValueError:
        pass
    raise PydanticCustomError("day", "not a day")


Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
Id = Annotated[str, Field(min_length=1, max_length=255, pattern=PLAIN_TEXT)]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN_TEXT)]
Text = Annotated[str, Field(max_length=80, pattern=PLAIN_TEXT)]
MunicipalityCode = Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]{3}$", min_length=5, max_length=5)]
Page = Annotated[int, Field(ge=1, le=LARGEST_PAGE)]
Size = Annotated[int, Field(ge=1, le=LARGEST_SIZE)]


class OnDay(Schema):
    """The day asked about, today when absent."""

    on: Day | None = None

    @property
    def day(self) -> date:
        """The day to answer about."""
        return self.on or timezone.localdate()


class Paging(Schema):
    """Which stretch of a list is wanted."""

    page: Page = 1
    size: Size = USUAL_SIZE

    @property
    def offset(self) -> int:
        """How many items come before the page."""
        return (self.page - 1) * self.size

    def paged(self, items: list[Any], total: int) -> dict[str, Any]:
        """Write a page of a list of which there are ``total`` items."""
        pages = math.ceil(total / self.size)
        return {"items": items, "total": total, "page": self.page, "size": self.size, "pages": pages}


def municipalities_of(territory: str | None) -> tuple[str, ...] | None:
    """Give the codes of the municipalities of a territory; nothing when none is asked for, or the whole country.

    Raises:
        Refused: it is no territory that is loaded.
    """
    if territory is None:
        return None
    known = territories.geography()
    try:
        wanted = TerritoryRef.read(territory)
    except TerritoryNotation as failure:
        raise Refused("territory", "territory") from failure
    if not known.knows(wanted):
        raise Refused("territory", "territory")
    return None if str(wanted) == "france" else tuple(one.code for one in known.members(wanted))


def refuse_strangers(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse the parameters of an address that its operation does not know, or that come twice."""
    operation = getattr(run, "__self__", None)
    models = operation.models if isinstance(operation, Operation) else []
    queries = [model for model in models if model.__ninja_param_source__ == "query"]
    known = {name for model in queries for name in getattr(model, "__ninja_flatten_map__", ())}
    repeated = {name for model in queries for name in getattr(model, "__ninja_collection_fields__", ())}

    @wraps(run)
    def answer(request: HttpRequest, **parts: Any) -> HttpResponse:
        errors = [
            {"loc": (name,), "type": "duplicate" if name in known else "extra_forbidden"}
            for name, values in request.GET.lists()
            if name not in known or (len(values) > 1 and name not in repeated)
        ]
        return problem(request, 422, errors) if errors else run(request, **parts)

    return answer
