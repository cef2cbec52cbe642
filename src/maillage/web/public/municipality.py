"""The page of a municipality: its agreements, its services, how far the nearest help is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.catalogue import queries as catalogue
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.territories import queries as territories
from maillage.domain.agreements import Agreement, AgreementSet, Force, consolidated, force_of, term_of
from maillage.domain.organisations import Directory
from maillage.domain.services import Service
from maillage.domain.territories import Municipality, TerritoryKind, TerritoryRef
from maillage.engine.offer import Offer
from maillage.engine.wording import day_in_words, listed, territory_in_words
from maillage.web.components.languages import current_language
from maillage.web.components.links import Link
from maillage.web.public.finding import address_of
from maillage.web.public.kinds import HELPS
from maillage.web.public.nearest import far_said, nearest, places_near
from maillage.web.public.place import service_link

SERVICES_SHOWN = 12
EMPLOYERS_READ = 500
TERRITORIES = (
    TerritoryKind.EPCI,
    TerritoryKind.LOCAL_COMMITTEE,
    TerritoryKind.EMPLOYMENT_ZONE,
    TerritoryKind.DEPARTMENT,
    TerritoryKind.REGION,
)


@dataclass(frozen=True)
class AgreementRow:
    """An agreement that covers the municipality, whether it applies on the day, and if not why."""

    title: str
    parties: str
    territory: str
    kind: str
    words: str
    source: str


@dataclass(frozen=True)
class HelpRow:
    """The nearest place for a kind of help."""

    help: str
    name: str
    address: str
    far: str
    more: str


@dataclass(frozen=True)
class MunicipalityPage:
    """A municipality in words."""

    name: str
    code: str
    postcodes: str
    population: str
    territories: tuple[Link, ...]
    day: str
    on: str
    agreements: tuple[AgreementRow, ...]
    services: tuple[Link, ...]
    services_more: Link | None
    employers: tuple[Link, ...]
    helps: tuple[HelpRow, ...]
    has_point: bool
    question_address: str


def page_of(home: Municipality, on: date) -> MunicipalityPage:
    """Put a municipality in words, with the agreements of a day and the offer of the same day."""
    offer = offered_on(on).offer
    here = catalogue.services(on=on, municipalities=[home.code], for_employers=False, limit=SERVICES_SHOWN)
    everything = f"{reverse('public:services')}?municipality={home.code}"
    return MunicipalityPage(
        name=home.name,
        code=home.code,
        postcodes=", ".join(home.postcodes),
        population=in_thousands(home.population),
        territories=territories_of(home),
        day=day_in_words(on, current_language()),
        on=on.isoformat(),
        agreements=agreements_of(home, offer.agreements, offer.directory, on),
        services=tuple(service_link(one) for one in (*made_by_agreements(home, offer), *here.records)),
        services_more=Link(_("Voir les %(count)s services") % {"count": here.total_count}, everything)
        if here.total_count > len(here.records)
        else None,
        employers=tuple(Link(one.name, reverse("public:service", args=[one.id])) for one in employers_of(home, on)),
        helps=helps_of(home, on),
        has_point=home.point is not None,
        question_address=f"{reverse('advisers:question')}?municipality={home.code}",
    )


def in_thousands(count: int | None) -> str:
    """Write a number as it is read in the language of the page; empty when nobody knows it."""
    if count is None:
        return ""
    return f"{count:,}".replace(",", "\u202f" if current_language() == "fr" else ",")


def territories_of(home: Municipality) -> tuple[Link, ...]:
    """Name what the municipality lies in, each leading to its municipalities."""
    geography = territories.geography()
    found = [TerritoryRef(kind, home.code_of(kind)) for kind in TERRITORIES if home.code_of(kind)]
    return tuple(
        Link(f"{kind_said(one.kind)} : {geography.name_of(one)}", f"{reverse('public:municipalities')}?territory={one}")
        for one in found
    )


def kind_said(kind: TerritoryKind) -> str:
    """Say what a territory is."""
    return {
        TerritoryKind.EPCI: _("Intercommunalité"),
        TerritoryKind.LOCAL_COMMITTEE: _("Comité local pour l’emploi"),
        TerritoryKind.EMPLOYMENT_ZONE: _("Zone d’emploi"),
        TerritoryKind.ARRONDISSEMENT: _("Arrondissement"),
        TerritoryKind.DEPARTMENT: _("Département"),
        TerritoryKind.REGION: _("Région"),
    }.get(kind, "")


def agreements_of(home: Municipality, known: AgreementSet, directory: Directory, on: date) -> tuple[AgreementRow, ...]:
    """List the agreements whose territory holds the municipality: those that apply on the day first."""
    geography = territories.geography()
    covering = [one for one in known if geography.covers(one.territory, home)]
    rows = []
    for one in covering:
        force = force_of(one, known, on=on)
        row = AgreementRow(
            title=one.title,
            parties=listed(
                [directory.name_of(party.organisation) for party in one.parties if not party.is_sponsor],
                current_language(),
                "and",
            ),
            territory=territory_in_words(one.territory, geography, current_language()),
            kind="open" if force is Force.IN_FORCE else "closed",
            words=force_said(one, force, on),
            source=one.source_url if one.source_url.startswith("https://") else "",
        )
        rows.append((force is not Force.IN_FORCE, one.title, row))
    return tuple(row for *_order, row in sorted(rows, key=lambda found: found[:2]))


def force_said(agreement: Agreement, force: Force, on: date) -> str:
    """Say whether an agreement applies on a day, and if not why."""
    term = term_of(consolidated(agreement, on=on))
    language = current_language()
    start = day_in_words(term.start, language) if term.start else ""
    if force is Force.IN_FORCE and term.last_day:
        return _("S’applique ce jour-là, jusqu’au %(day)s inclus.") % {"day": day_in_words(term.last_day, language)}
    if force is Force.LAPSED and term.end:
        return _("Ne s’applique plus depuis le %(day)s.") % {"day": day_in_words(term.end, language)}
    return {
        Force.IN_FORCE: _("S’applique ce jour-là, depuis le %(day)s. Le texte ne dit pas quand il prend fin."),
        Force.NOT_YET: _("Ne s’applique pas encore : à partir du %(day)s."),
        Force.NOT_SIGNED: _("Ne s’applique pas : il n’est pas signé."),
        Force.LAPSED: _("Ne s’applique plus."),
        Force.FRAMEWORK_NOT_IN_FORCE: _("Ne s’applique pas : l’accord-cadre dont il dépend n’est pas en vigueur."),
        Force.FRAMEWORK_UNKNOWN: _("Ne s’applique pas : l’accord-cadre dont il dépend n’est pas enregistré."),
    }[force] % {"day": start}


def made_by_agreements(home: Municipality, offer: Offer) -> tuple[Service, ...]:
    """List the services in the municipality that a delegation makes by itself: the catalogue does not hold them."""
    texts = offer.agreements.agreements
    return tuple(one for one in offer.services if one.municipality == home.code and one.provenance.source in texts)


def employers_of(home: Municipality, on: date) -> tuple[Service, ...]:
    """List the services to employers given in the municipality, or anywhere in a territory that holds it."""
    found = catalogue.services(on=on, municipalities=[home.code, ""], for_employers=True, limit=EMPLOYERS_READ).records
    geography = territories.geography()
    return tuple(one for one in found if one.zone is None or any(geography.covers(zone, home) for zone in one.zone))


def helps_of(home: Municipality, on: date) -> tuple[HelpRow, ...]:
    """Say how far the nearest place of each kind of help is, wherever it lies."""
    nears = places_near(offered_on(on).offer.access_points.values(), home, kinds=None, on=on)
    rows = []
    for code, (said, kinds) in HELPS.items():
        found = nearest(nears, kinds)
        rows.append(
            HelpRow(
                help=str(said),
                name=found.place.name if found else "",
                address=address_of(found.place) if found else "",
                far=far_said(found) if found else "",
                more=f"{reverse('public:places')}?municipality={home.code}&kind={code}",
            )
        )
    return tuple(rows)
