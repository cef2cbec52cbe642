"""The lists of municipalities, services and organisations: searched, cut in pages, in the order of French names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.catalogue import queries as catalogue
from maillage.apps.territories import queries as territories
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.territories import Geography, Municipality, TerritoryKind, TerritoryNotation, TerritoryRef
from maillage.web.components import places
from maillage.web.components.links import Link, Pages, page_number, pages_of

PAGE_SIZE = 50
LONGEST_SEARCH = 80
MUNICIPALITIES_FOUND = 100
LISTED_TERRITORIES = (TerritoryKind.LOCAL_COMMITTEE, TerritoryKind.DEPARTMENT)


@dataclass(frozen=True)
class ListRow:
    """A line of a list: a name that leads to its page, and what tells it from another of the same name."""

    link: Link
    facts: tuple[str, ...]


@dataclass(frozen=True)
class ListPage:
    """A stretch of a list with what was searched; ``within`` says what the list is narrowed to."""

    rows: tuple[ListRow, ...]
    pages: Pages
    search: str
    within: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


def read_search(typed: QueryDict) -> str:
    """Read what is searched: one line, no more than a field takes."""
    text = typed.get("q", "")[:LONGEST_SEARCH].replace("\x00", " ")
    return " ".join(text.split())


def services_list(typed: QueryDict, on: date) -> ListPage:
    """List services, all or those of a municipality or an organisation."""
    search, number = read_search(typed), page_number(typed)
    geography = territories.geography()
    home = geography.find(typed.get("municipality", "")[:5])
    organisation = known_organisation(typed.get("organisation", ""), on)
    listing = catalogue.services(
        on=on,
        search=search,
        municipalities=[home.code] if home else None,
        organisation=organisation.id if organisation else "",
        limit=PAGE_SIZE,
        offset=PAGE_SIZE * (number - 1),
    )
    hidden = (("municipality", home.code if home else ""), ("organisation", organisation.id if organisation else ""))
    return ListPage(
        rows=tuple(service_row(one, geography) for one in listing.records),
        pages=pages_of(typed, number=number, size=PAGE_SIZE, total_count=listing.total_count),
        search=search,
        within=organisation.name if organisation else home.name if home else "",
        hidden=tuple((name, value) for name, value in hidden if value),
    )


def service_row(service: Service, geography: Geography) -> ListRow:
    """Put a service of a list in words."""
    home = geography.find(service.municipality)
    return ListRow(
        Link(service.name, reverse("public:service", args=[service.id])),
        facts=tuple(
            fact
            for fact in (
                places.label_of(home) if home else "",
                _("à distance, par téléphone ou internet") if service.remote else "",
                _("pour les entreprises") if service.for_employers else "",
                _("démonstration") if service.provenance.is_demonstration else "",
            )
            if fact
        ),
    )


def organisations_list(typed: QueryDict, on: date) -> ListPage:
    """List organisations by name."""
    search, number = read_search(typed), page_number(typed)
    geography = territories.geography()
    listing = catalogue.organisations(on=on, search=search, limit=PAGE_SIZE, offset=PAGE_SIZE * (number - 1))
    return ListPage(
        rows=tuple(organisation_row(one, geography) for one in listing.records),
        pages=pages_of(typed, number=number, size=PAGE_SIZE, total_count=listing.total_count),
        search=search,
    )


def organisation_row(organisation: Organisation, geography: Geography) -> ListRow:
    """Put an organisation of a list in words."""
    return ListRow(
        Link(organisation.name, reverse("public:organisation", args=[organisation.id])),
        facts=tuple(fact for fact in (area_said(organisation, geography),) if fact),
    )


def known_organisation(organisation_id: str, on: date) -> Organisation | None:
    """Find the organisation that an address names."""
    return catalogue.find_organisation(organisation_id, on=on) if is_id(organisation_id) else None


def is_id(text: str) -> bool:
    """Tell whether a text may be the id of a record."""
    return 0 < len(text) <= 255 and "\x00" not in text


def area_said(organisation: Organisation, geography: Geography) -> str:
    """Name the territories an organisation serves; empty when nobody recorded them."""
    return ", ".join(geography.name_of(one) for one in organisation.catchment_area or ())


def municipalities_list(typed: QueryDict) -> ListPage | None:
    """List the municipalities that a text may mean, or those of a territory; ``None`` when neither is asked."""
    search, number, geography = read_search(typed), page_number(typed), territories.geography()
    territory = read_territory(typed.get("territory", ""), geography)
    if territory is not None and not search:
        found: Iterable[Municipality] = geography.members(territory)
        found = sorted(found, key=lambda one: (places.plain(one.name), one.code))
    elif search:
        found = territories.search_municipalities(search, limit=MUNICIPALITIES_FOUND)
    else:
        return None
    rows = tuple(found)
    first = PAGE_SIZE * (number - 1)
    return ListPage(
        rows=tuple(municipality_row(one, geography) for one in rows[first : first + PAGE_SIZE]),
        pages=pages_of(typed, number=number, size=PAGE_SIZE, total_count=len(rows)),
        search=search,
        within=geography.name_of(territory) if territory and not search else "",
    )


def municipality_row(municipality: Municipality, geography: Geography) -> ListRow:
    """Put a municipality of a list in words."""
    department = TerritoryRef(TerritoryKind.DEPARTMENT, municipality.department)
    return ListRow(
        Link(municipality.name, reverse("public:municipality", args=[municipality.code])),
        facts=(", ".join(municipality.postcodes), geography.name_of(department)),
    )


def read_territory(text: str, geography: Geography) -> TerritoryRef | None:
    """Read the territory of an address; ``None`` when it is none that is loaded."""
    try:
        territory = TerritoryRef.parse(text[:40])
    except TerritoryNotation:
        return None
    return territory if geography.knows(territory) else None


def territories_listed() -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """List the local committees and the departments that hold municipalities, by name."""
    geography = territories.geography()
    groups = []
    for kind in LISTED_TERRITORIES:
        known = [TerritoryRef.parse(one) for one in geography.known_territories if one.startswith(f"{kind.value}:")]
        named = sorted((places.plain(geography.name_of(one)), str(one), geography.name_of(one)) for one in known)
        links = tuple(Link(name, f"?territory={notation}") for _key, notation, name in named)
        title = {
            TerritoryKind.LOCAL_COMMITTEE: _("Par comité local pour l’emploi"),
            TerritoryKind.DEPARTMENT: _("Par département"),
        }
        groups.append((title[kind], links))
    return tuple(groups)
