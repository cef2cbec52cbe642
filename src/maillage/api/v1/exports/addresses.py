"""The addresses of the exports."""

from __future__ import annotations

import math
from typing import Annotated, Any

from data_inclusion.schema import v1
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from maillage.api.v1.asking import Id, OnDay, Page, Paging, Size
from maillage.api.v1.catalogue import Filters, PlacedFilters, ServiceFilters
from maillage.api.v1.exports import data_inclusion, hsds
from maillage.api.v1.exports.calendars import DAYS_AT_MOST, calendar_of
from maillage.api.v1.exports.tables import csv_of
from maillage.api.v1.presenting import access_point_content, organisation_content, service_content
from maillage.api.v1.shapes import ERRORS, AccessPoint, Listed, Organisation, Service
from maillage.apps.catalogue import queries as catalogue
from maillage.apps.catalogue.narrowing import narrowed, places_apart, records_of
from maillage.domain import access_points, organisations, services

router = Router(tags=["exports"])
CSV = {"text/csv": {"schema": {"type": "string"}}}
CALENDAR = {"text/calendar": {"schema": {"type": "string"}}}
Json = dict[str, Any]
ROWS_AT_MOST, USUAL_ROWS = 10_000, 1_000
Rows = Annotated[int, Field(ge=1, le=ROWS_AT_MOST)]


class Dated(OnDay, Paging):
    """A stretch of a list, as it stands on a day."""


class Stretch(Schema):
    """A page as HSDS asks for it."""

    page: Page = 1
    per_page: Size = 50


class DataInclusionStructure(v1.Structure):
    """A structure, as data·inclusion says it; our own Service has the same name as theirs."""


class DataInclusionService(v1.Service):
    """A service, as data·inclusion says it."""


class HsdsPage(Schema):
    """A page as HSDS writes it."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[Json]


class HsdsAbout(Schema):
    """What HSDS asks an API to say of itself."""

    version: str
    profile: str
    openapi_url: str


class Calendar(OnDay):
    """From which day, and how many of them."""

    days: Annotated[int, Field(ge=1, le=DAYS_AT_MOST)] = 28


class ServiceRows(ServiceFilters):
    """Which services, as the rows of a table."""

    size: Rows = USUAL_ROWS


class AccessPointRows(PlacedFilters):
    """Which access points, as the rows of a table."""

    size: Rows = USUAL_ROWS


class OrganisationRows(Filters):
    """Which organisations, as the rows of a table."""

    size: Rows = USUAL_ROWS


@router.get(
    "/data-inclusion/structures",
    response={200: Listed[DataInclusionStructure], **ERRORS},
    operation_id="exportDataInclusionStructures",
)
def export_structures(request: HttpRequest, filters: Query[Dated]) -> JsonResponse:
    """Give organisations then places apart, as data·inclusion v1 structures."""
    bodies = narrowed(organisations.Organisation, on=filters.day, limit=filters.size, offset=filters.offset)
    stands = records_of(access_points.AccessPoint, frozenset(one.id for one in bodies.records), on=filters.day)
    room = filters.size - len(bodies.records)
    places = places_apart(on=filters.day, limit=room, offset=max(0, filters.offset - bodies.total_count))
    items = [data_inclusion.structure_of(one, stands.get(one.id)) for one in bodies.records]
    items += [data_inclusion.structure_of(one) for one in places.records]
    # The publisher's models have already checked and written each item.
    return JsonResponse(filters.paged([one for one in items if one], bodies.total_count + places.total_count))


@router.get(
    "/data-inclusion/services",
    response={200: Listed[DataInclusionService], **ERRORS},
    operation_id="exportDataInclusionServices",
)
def export_services(request: HttpRequest, filters: Query[Dated]) -> JsonResponse:
    """Give services as data·inclusion v1."""
    found = narrowed(services.Service, on=filters.day, limit=filters.size, offset=filters.offset)
    offered = found.records
    places = records_of(
        access_points.AccessPoint, frozenset(one.location for one in offered if one.location), on=filters.day
    )
    items = [data_inclusion.service_of(one, places.get(one.location or "")) for one in offered]
    return JsonResponse(filters.paged([one for one in items if one], found.total_count))


@router.get("/hsds/", response={200: HsdsAbout, **ERRORS}, operation_id="aboutHsds")
def about_hsds(request: HttpRequest) -> Json:
    """Say which HSDS this is."""
    site = request.build_absolute_uri("/api/v1/")
    return {"version": hsds.VERSION, "profile": site, "openapi_url": f"{site}openapi.json"}


@router.get("/hsds/services", response={200: HsdsPage, **ERRORS}, operation_id="exportHsdsServices")
def export_hsds_services(request: HttpRequest, filters: Query[Stretch]) -> Json:
    """Give services as HSDS 3, nested."""
    today, offset = timezone.localdate(), (filters.page - 1) * filters.per_page
    found = narrowed(services.Service, on=today, limit=filters.per_page, offset=offset)
    offered = found.records
    bodies = records_of(organisations.Organisation, frozenset(one.organisation for one in offered), on=today)
    places = records_of(access_points.AccessPoint, frozenset(one.location for one in offered if one.location), on=today)
    contents = [
        hsds.service_of(
            one,
            bodies.get(one.organisation),
            places.get(one.location or ""),
        )
        for one in offered
    ]
    return _hsds_page(filters, contents, found.total_count)


@router.get("/hsds/organizations", response={200: HsdsPage, **ERRORS}, operation_id="exportHsdsOrganizations")
def export_hsds_organizations(request: HttpRequest, filters: Query[Stretch]) -> Json:
    """Give organisations as HSDS 3."""
    offset = (filters.page - 1) * filters.per_page
    found = narrowed(organisations.Organisation, on=timezone.localdate(), limit=filters.per_page, offset=offset)
    contents = [hsds.organization_of(one) for one in found.records]
    return _hsds_page(filters, contents, found.total_count)


def _hsds_page(filters: Stretch, contents: list[Json], total: int) -> Json:
    pages = math.ceil(total / filters.per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": filters.page,
        "size": len(contents),
        "first_page": filters.page == 1,
        "last_page": filters.page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _described(content: Json) -> Json:
    return {"responses": {200: {"description": "OK", "content": content}}}


@router.get(
    "/csv/services", response={200: None, **ERRORS}, operation_id="exportCsvServices", openapi_extra=_described(CSV)
)
def export_csv_services(request: HttpRequest, filters: Query[ServiceRows]) -> HttpResponse:
    """Give services as a table."""
    found = narrowed(
        services.Service, on=filters.day, to=filters.narrowing(), limit=filters.size, offset=filters.offset
    )
    rows = [service_content(one) for one in found.records]
    return _table(csv_of(rows, list(Service.model_fields)), "services")


@router.get(
    "/csv/access-points",
    response={200: None, **ERRORS},
    operation_id="exportCsvAccessPoints",
    openapi_extra=_described(CSV),
)
def export_csv_access_points(request: HttpRequest, filters: Query[AccessPointRows]) -> HttpResponse:
    """Give access points as a table."""
    found = narrowed(
        access_points.AccessPoint, on=filters.day, to=filters.narrowing(), limit=filters.size, offset=filters.offset
    )
    rows = [access_point_content(one) for one in found.records]
    return _table(csv_of(rows, list(AccessPoint.model_fields)), "access-points")


@router.get(
    "/csv/organisations",
    response={200: None, **ERRORS},
    operation_id="exportCsvOrganisations",
    openapi_extra=_described(CSV),
)
def export_csv_organisations(request: HttpRequest, filters: Query[OrganisationRows]) -> HttpResponse:
    """Give organisations as a table."""
    found = narrowed(
        organisations.Organisation, on=filters.day, to=filters.narrowing(), limit=filters.size, offset=filters.offset
    )
    rows = [organisation_content(one) for one in found.records]
    return _table(csv_of(rows, list(Organisation.model_fields)), "organisations")


def _table(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/opening-days/{path:access_point_id}",
    response={200: None, **ERRORS},
    operation_id="exportOpeningDays",
    openapi_extra=_described(CALENDAR),
)
def export_opening_days(
    request: HttpRequest, access_point_id: Annotated[Id, Path()], filters: Query[Calendar]
) -> HttpResponse:
    """Give the opening days of an access point as a calendar."""
    place = catalogue.find_access_point(access_point_id, on=filters.day)
    if place is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="opening-days.ics"'}
    content = calendar_of(place, filters.day, filters.days)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
