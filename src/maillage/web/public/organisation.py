"""The page of one organisation: what it holds and gives, and who is in charge of which file as the public sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.catalogue import queries as catalogue
from maillage.apps.territories import queries as territories
from maillage.domain.organisations import Organisation
from maillage.web.components import sentences
from maillage.web.components.links import Link
from maillage.web.public.lists import PAGE_SIZE, ListRow, area_said, known_organisation, service_row


@dataclass(frozen=True)
class OrganisationPage:
    """An organisation as the public sees it."""

    name: str
    level: str
    parent: Link | None
    area: str
    telephone: str
    telephone_address: str
    website: str
    in_charge: tuple[tuple[str, str, str], ...]
    places: tuple[Link, ...]
    places_more: str
    services: tuple[ListRow, ...]
    services_more: Link | None
    provenance: str
    is_demonstration: bool


def page_of(organisation: Organisation, on: date) -> OrganisationPage:
    """Put an organisation in words: who is in charge of which file by function, never by name."""
    held = catalogue.access_points(on=on, organisation=organisation.id, limit=PAGE_SIZE)
    given = catalogue.services(on=on, organisation=organisation.id, limit=PAGE_SIZE)
    parent = known_organisation(organisation.parent, on)
    said = [one.for_public() for one in organisation.in_charge]
    geography = territories.geography()
    everything = QueryDict(mutable=True)
    everything["organisation"] = organisation.id
    more = _("Voir les %(count)s services") % {"count": given.total_count}
    return OrganisationPage(
        name=organisation.name,
        level=level_said(organisation),
        parent=Link(parent.name, reverse("public:organisation", args=[parent.id])) if parent else None,
        area=area_said(organisation, geography),
        telephone=organisation.telephone,
        telephone_address=sentences.telephone_address(organisation.telephone),
        website=organisation.website if organisation.website.startswith(("https://", "http://")) else "",
        in_charge=tuple((one.file, one.function, one.shared_address) for one in said),
        places=tuple(Link(one.name, reverse("public:place", args=[one.id])) for one in held.records),
        places_more=_("… et %(count)s autres lieux.") % {"count": held.total_count - PAGE_SIZE}
        if held.total_count > PAGE_SIZE
        else "",
        services=tuple(service_row(one, geography) for one in given.records),
        services_more=Link(more, f"{reverse('public:services')}?{everything.urlencode()}")
        if given.total_count > PAGE_SIZE
        else None,
        provenance=sentences.provenance(organisation.provenance),
        is_demonstration=organisation.provenance.is_demonstration,
    )


def level_said(organisation: Organisation) -> str:
    """Say where in its network an organisation stands."""
    return {
        "NATIONAL": _("organisme national"),
        "REGIONAL": _("organisme régional"),
        "TERRITORIAL": _("organisme territorial"),
        "LOCAL": _("organisme local"),
    }[organisation.level.value]
