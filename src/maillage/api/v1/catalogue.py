"""Services, access points and organisations, as they stand on a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from maillage.api.v1.asking import Id, MunicipalityCode, OnDay, Paging, Text, municipalities_of
from maillage.api.v1.presenting import access_point_content, organisation_content, service_content
from maillage.api.v1.problems import Refused
from maillage.api.v1.shapes import ERRORS, AccessPoint, Listed, Organisation, Service
from maillage.apps.catalogue import queries as catalogue
from maillage.apps.catalogue.narrowing import Narrowing, narrowed
from maillage.apps.catalogue.queries import AnyRecord
from maillage.apps.territories import queries as territories
from maillage.domain import access_points, organisations, services
from maillage.engine.clauses import NETWORKS, PLACE_KINDS, THEME_FAMILIES, THEMES

router = Router(tags=["catalogue"])
Found = TypeVar("Found")
NetworkCode = Annotated[str, Field(max_length=100, json_schema_extra={"enum": sorted(NETWORKS)})]
ThemeCode = Annotated[str, Field(max_length=100, json_schema_extra={"enum": sorted(THEMES | THEME_FAMILIES)})]
KindCode = Annotated[str, Field(max_length=40, json_schema_extra={"enum": sorted(PLACE_KINDS)})]
TerritoryText = Annotated[str, Field(max_length=40)]


class Filters(OnDay, Paging):
    """What every list of the catalogue is narrowed by."""

    search: Text = ""
    network: NetworkCode | None = None

    def narrowing(self) -> Narrowing:
        """Give what is kept of the list.

        Raises:
            Refused: a code is in no list, or a territory is not loaded.
        """
        network = _known(self.network, NETWORKS, "network")
        return Narrowing(search=self.search, network=network)


class PlacedFilters(Filters):
    """What places and services are narrowed by besides."""

    municipality: MunicipalityCode | None = None
    territory: TerritoryText | None = None
    kind: KindCode | None = None
    organisation: Id | None = None

    def narrowing(self) -> Narrowing:
        return Narrowing(
            search=self.search,
            network=_known(self.network, NETWORKS, "network"),
            municipalities=self._municipalities(),
            organisation=self.organisation or "",
            place_kind=_known(self.kind, PLACE_KINDS, "kind"),
        )

    def _municipalities(self) -> tuple[str, ...] | None:
        within = municipalities_of(self.territory)
        if self.municipality is None:
            return within
        found = territories.geography().find(self.municipality)
        if found is None:
            raise Refused("municipality", "municipality")
        return (found.code,) if within is None or found.code in within else ()


class ServiceFilters(PlacedFilters):
    """What services are narrowed by besides."""

    theme: ThemeCode | None = None

    def narrowing(self) -> Narrowing:
        found = super().narrowing()
        return Narrowing(**{**vars(found), "theme": _known(self.theme, THEMES | THEME_FAMILIES, "theme")})


def _known(code: str | None, known: frozenset[str], field: str) -> str:
    if code is not None and code not in known:
        raise Refused(field, "code")
    return code or ""


def _listing(kind: type[AnyRecord], filters: Filters, content_of: Callable[[AnyRecord], Any]) -> dict[str, Any]:
    found = narrowed(kind, on=filters.day, to=filters.narrowing(), limit=filters.size, offset=filters.offset)
    return filters.paged([content_of(record) for record in found.records], found.total_count)


@router.get("/services", response={200: Listed[Service], **ERRORS}, operation_id="listServices")
def list_services(request: HttpRequest, filters: Query[ServiceFilters]) -> dict[str, Any]:
    """List services by name."""
    return _listing(services.Service, filters, service_content)


@router.get("/services/{path:service_id}", response={200: Service, **ERRORS}, operation_id="findService")
def find_service(request: HttpRequest, service_id: Annotated[Id, Path()], filters: Query[OnDay]) -> dict[str, Any]:
    """Give one service."""
    found = catalogue.find_service(service_id, on=filters.day)
    return service_content(_or_404(found))


@router.get("/access-points", response={200: Listed[AccessPoint], **ERRORS}, operation_id="listAccessPoints")
def list_access_points(request: HttpRequest, filters: Query[PlacedFilters]) -> dict[str, Any]:
    """List access points by name."""
    return _listing(access_points.AccessPoint, filters, access_point_content)


@router.get(
    "/access-points/{path:access_point_id}", response={200: AccessPoint, **ERRORS}, operation_id="findAccessPoint"
)
def find_access_point(
    request: HttpRequest, access_point_id: Annotated[Id, Path()], filters: Query[OnDay]
) -> dict[str, Any]:
    """Give one access point."""
    found = catalogue.find_access_point(access_point_id, on=filters.day)
    return access_point_content(_or_404(found))


@router.get("/organisations", response={200: Listed[Organisation], **ERRORS}, operation_id="listOrganisations")
def list_organisations(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """List organisations by name."""
    return _listing(organisations.Organisation, filters, organisation_content)


@router.get(
    "/organisations/{path:organisation_id}", response={200: Organisation, **ERRORS}, operation_id="findOrganisation"
)
def find_organisation(
    request: HttpRequest, organisation_id: Annotated[Id, Path()], filters: Query[OnDay]
) -> dict[str, Any]:
    """Give one organisation."""
    found = catalogue.find_organisation(organisation_id, on=filters.day)
    return organisation_content(_or_404(found))


def _or_404(found: Found | None) -> Found:
    if found is None:
        raise Http404
    return found
