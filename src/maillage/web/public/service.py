"""The page of one service: what it is, for whom, where, at what price, and which texts open it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.catalogue import queries as catalogue
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.territories import queries as territories
from maillage.domain.services import OwnBasis, Service
from maillage.engine import opening_hours
from maillage.engine.offer import Offer
from maillage.engine.wording import GROUP_LABELS, listed
from maillage.web.components import needs, places, sentences
from maillage.web.components.languages import current_language
from maillage.web.components.links import Link


@dataclass(frozen=True)
class ServicePage:
    """A service in words."""

    name: str
    description: str
    needs: tuple[str, ...]
    for_whom: tuple[str, ...]
    how: str
    place: Link | None
    municipality: Link | None
    organisation: Link
    hours: str
    fees: str
    documents: tuple[str, ...]
    telephone: str
    telephone_address: str
    website: str
    opened_by: tuple[str, ...]
    provenance: str
    is_demonstration: bool
    question_address: str


def find_service(service_id: str, on: date) -> ServicePage | None:
    """Make the page of a service of the catalogue, or of one that an agreement makes by itself."""
    offer = offered_on(on).offer
    service = catalogue.find_service(service_id, on=on) or offer.by_id.get(service_id)
    if service is None:
        return None
    place = offer.access_points.get(service.location or "")
    home = places.find(service.municipality)
    week = opening_hours.in_words(service.hours or (place.hours if place else ""), current_language())
    telephone = sentences.telephone(service, place, offer.directory.find(service.organisation))
    question = reverse("advisers:question") + (f"?municipality={home.code}" if home else "")
    return ServicePage(
        name=service.name,
        description=service.description,
        needs=tuple(needs.label_of(one) for one in needs.families_of(service.themes)),
        for_whom=for_whom(service),
        how=how_given(service),
        place=Link(place.name, reverse("public:place", args=[place.id])) if place else None,
        municipality=Link(home.name, reverse("public:municipality", args=[home.code])) if home else None,
        organisation=Link(
            offer.directory.name_of(service.organisation),
            reverse("public:organisation", args=[service.organisation]),
        ),
        hours=week[:1].upper() + week[1:],
        fees=sentences.fees(service),
        documents=service.required_documents,
        telephone=telephone,
        telephone_address=sentences.telephone_address(telephone),
        website=service.website if service.website.startswith(("https://", "http://")) else "",
        opened_by=opened_by(service, offer, on),
        provenance=sentences.provenance(service.provenance),
        is_demonstration=service.provenance.is_demonstration,
        question_address="" if service.for_employers else question,
    )


def for_whom(service: Service) -> tuple[str, ...]:
    """Say for whom a service is, as its record does."""
    labels = GROUP_LABELS[current_language()]
    geography = territories.geography()
    said = [_("Pour les entreprises qui recrutent") if service.for_employers else ""]
    said.append(listed([labels.get(code, code) for code in sorted(service.publics)], current_language()))
    said.append(ages_said(service))
    zone = listed([geography.name_of(one) for one in service.zone or ()], current_language())
    said.append(_("habitants de : %(zone)s") % {"zone": zone} if zone else "")
    said.append(service.conditions_note)
    found = tuple(one[:1].upper() + one[1:] for one in said if one)
    return found or (_("Pour tout le monde"),)


def ages_said(service: Service) -> str:
    """Say the ages, both included."""
    ages = {"low": service.age_from, "high": service.age_until}
    if service.age_from is not None and service.age_until is not None:
        return _("de %(low)s à %(high)s ans") % ages
    if service.age_from is not None:
        return _("à partir de %(low)s ans") % ages
    return _("jusqu’à %(high)s ans") % ages if service.age_until is not None else ""


def how_given(service: Service) -> str:
    """Say whether one goes there, or calls."""
    if service.in_person and service.remote:
        return _("sur place, ou à distance par téléphone ou internet")
    return _("à distance, par téléphone ou internet") if service.remote else _("sur place")


def opened_by(service: Service, offer: Offer, on: date) -> tuple[str, ...]:
    """Say by virtue of what the service is given on a day: the law, the organisation's mission, agreements in force."""
    said = []
    if service.id not in offer.reserved:
        law = _("la loi : %(source)s") % {"source": service.own_source}
        mission = service.own_source or _("la mission de l’organisme")
        said.append(law if service.own_basis is OwnBasis.LAW else mission)
    force = offer.force_on(on)
    for number in offer.opened_by.get(service.id, ()):
        clause = offer.clauses[number]
        agreement = offer.agreements.agreements[clause.agreement]
        if on in clause.standing and force[clause.agreement].value == "IN_FORCE":
            said.append(agreement.title)
    return tuple(dict.fromkeys(said)) or (_("aucun accord en vigueur aujourd’hui"),)
