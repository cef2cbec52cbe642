"""Where agreements meet the catalogue: which clauses concern which services, for every day at once.

Both engines start from an ``Offer``; they differ only in how they answer it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from maillage.domain.access_points import AccessPoint
from maillage.domain.agreements import (
    Agreement,
    AgreementLevel,
    AgreementSet,
    Clause,
    Delegates,
    Force,
    Opens,
    ServiceSelection,
    every_reading,
    force_of,
    version_of,
)
from maillage.domain.catalogue import Catalogue
from maillage.domain.eligibility import Basis, Ground, Settings
from maillage.domain.organisations import Directory
from maillage.domain.rules import Condition, LivesIn, with_catchment_area
from maillage.domain.services import Service
from maillage.domain.shared import Period, Provenance
from maillage.domain.territories import Geography, TerritoryRef


@dataclass(frozen=True)
class OpeningClause:
    """A clause that can open doors, with all its words resolved.

    ``standing`` holds the days on which the clause stands in the text (amendments, article's validity and clause's
    period together); whether the agreement is in force on a day is asked apart. ``territory`` is where people live.
    """

    agreement: str
    article: str
    clause: str
    standing: Period
    territory: TerritoryRef
    condition: Condition
    priority: tuple[str, ...]
    reserves: bool
    required_documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """All services to people that could be open, and for each the positions in ``clauses`` of what could open it.

    Services to employers stay in the catalogue: they are no door for a person.
    """

    geography: Geography
    directory: Directory
    access_points: Mapping[str, AccessPoint]
    agreements: AgreementSet
    services: tuple[Service, ...]
    clauses: tuple[OpeningClause, ...]
    opened_by: Mapping[str, tuple[int, ...]]
    settings: Settings = field(default_factory=Settings)
    catalogue_version: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Service]:
        """The services by id."""
        return {service.id: service for service in self.services}

    @cached_property
    def reserved(self) -> frozenset[str]:
        """The ids of the services that need an agreement: their record or a clause says so."""
        by_clause = {key for key, found in self.opened_by.items() if any(self.clauses[n].reserves for n in found)}
        return frozenset(by_clause | {service.id for service in self.services if service.is_reserved})

    @cached_property
    def concerned_count(self) -> Mapping[int, int]:
        """How many services of the catalogue each clause concerns, by its position; services to employers included."""
        return Counter(position for found in self.opened_by.values() for position in found)

    @cached_property
    def retold(self) -> tuple[tuple[int, ...], ...]:
        """The positions of the clauses that amendments made read otherwise: all readings of one together."""
        readings: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for position, clause in enumerate(self.clauses):
            readings[clause.agreement, clause.clause].append(position)
        return tuple(tuple(found) for found in readings.values() if len(found) > 1)

    def silent_on(self, day: date) -> frozenset[int]:
        """Give the positions of the clauses that have nothing to say on a day, because another reading of them has.

        A clause speaks as it stands on the day; else as it last stood; else as it will first stand.
        """
        silent: set[int] = set()
        for readings in self.retold:
            speaking = [position for position in readings if day in self.clauses[position].standing]
            silent |= set(readings) - set(speaking or [self._nearest(readings, day)])
        return frozenset(silent)

    def _nearest(self, readings: tuple[int, ...], day: date) -> int:
        stood = {position: self.clauses[position].standing for position in readings}
        ended = [(period.end, position) for position, period in stood.items() if period.end and period.end <= day]
        if ended:
            return max(ended)[1]
        return min(readings, key=lambda position: (stood[position].start or date.min, position))

    def force_on(self, day: date) -> dict[str, Force]:
        """Say for each agreement whether it is in force on a day, and if not why."""
        return {agreement.id: force_of(agreement, self.agreements, on=day) for agreement in self.agreements}

    def ground_of(self, clause: OpeningClause, *, on: date) -> Ground:
        """Make the citation of a clause as it is read on a day."""
        agreement = self.agreements.agreements[clause.agreement]
        version = version_of(agreement, on=on)
        return Ground(Basis.AGREEMENT.value, agreement.id, clause.article, version, clause.clause)


def offer_of(
    catalogue: Catalogue, agreements: AgreementSet, geography: Geography, settings: Settings | None = None
) -> Offer:
    """Bring the agreements and the catalogue together.

    A delegation that names no service is a service by itself, at every access point of the organisation it delegates
    to. Cost: one pass over the services, and for each clause over those of its provider.
    """
    clauses: list[OpeningClause] = []
    concerned: defaultdict[str, list[int]] = defaultdict(list)
    delegated: dict[str, Service] = {}
    shelves = _shelves(catalogue.services, catalogue.directory)
    for agreement, article, period, clause in _readings(agreements):
        resolved = _resolved(agreement, article, period, clause, catalogue.directory)
        if isinstance(clause.body, Delegates) and clause.body.services.is_everything:
            services = _delegated_services(agreement, clause, catalogue)
            delegated.update({service.id: service for service in services})
        else:
            services = tuple(
                service
                for service in shelves.get(_provider_of(clause), NOTHING).taken_by(_selection_of(clause))
                if _lies_within(resolved.territory, service, _selection_of(clause), geography)
            )
        for service in services:
            concerned[service.id].append(len(clauses))
        clauses.append(resolved)
    for_people = (service for service in catalogue.services if not service.for_employers)
    everything = {service.id: service for service in (*for_people, *delegated.values())}
    return Offer(
        geography=geography,
        directory=catalogue.directory,
        access_points=catalogue.access_points,
        agreements=agreements,
        services=tuple(everything[key] for key in sorted(everything)),
        clauses=tuple(clauses),
        opened_by={key: tuple(found) for key, found in concerned.items()},
        settings=settings or Settings(),
        catalogue_version=catalogue.version,
    )


@dataclass(frozen=True)
class Shelf:
    """The services of one provider, found by what a clause can name them by."""

    services: tuple[Service, ...]

    @cached_property
    def by_name(self) -> Mapping[object, Sequence[Service]]:
        """The services by id, theme (whole and prefix), kind of place and network."""
        found: defaultdict[object, list[Service]] = defaultdict(list)
        for service in self.services:
            families = {theme.partition("--")[0] for theme in service.themes}
            for theme in service.themes | families:
                found["theme", theme].append(service)
            for name in (("id", service.id), *service.place_kinds, *(("network", one) for one in service.networks)):
                found[name].append(service)
        return found

    def taken_by(self, selection: ServiceSelection) -> tuple[Service, ...]:
        """Give the services that a selection takes, one name being enough; all of them when it names nothing."""
        if selection.is_everything:
            return self.services
        names: list[object] = [("id", one) for one in selection.ids]
        names += [("theme", one) for one in selection.themes]
        names += selection.place_kinds
        names += [("network", one) for one in selection.networks]
        taken = {service.id: service for name in names for service in self.by_name.get(name, ())}
        return tuple(taken.values())


def _readings(agreements: AgreementSet) -> Iterator[tuple[Agreement, str, Period, Clause]]:
    """Walk the clauses that can open doors in the order in which grounds are cited: agreement, article, clause."""
    for agreement in agreements:
        found = [
            (article.number, clause.id, standing.intersection(article.valid).intersection(clause.body.period), clause)
            for article, standing in every_reading(agreement)
            for clause in article.clauses
            if isinstance(clause.body, Opens | Delegates)
        ]
        for number, _, period, clause in sorted(found, key=lambda one: one[:2]):
            yield agreement, number, period, clause


def _resolved(
    agreement: Agreement, article: str, period: Period, clause: Clause, directory: Directory
) -> OpeningClause:
    body = clause.body
    assert isinstance(body, Opens | Delegates)  # noqa: S101 - narrows what _readings lets through
    return OpeningClause(
        agreement=agreement.id,
        article=article,
        clause=clause.id,
        standing=period,
        territory=body.territory or agreement.territory,
        condition=with_catchment_area(body.condition, _catchment_area(agreement, _provider_of(clause), directory)),
        priority=body.priority,
        reserves=isinstance(body, Delegates) or body.reserves,
        required_documents=body.required_documents if isinstance(body, Opens) else (),
    )


def _catchment_area(agreement: Agreement, organisation: str, directory: Directory) -> LivesIn | None:
    """Find the area of a provider: as recorded, else the territory of a territorial or local agreement."""
    found = directory.find(organisation)
    if found is not None and found.catchment_area is not None:
        return LivesIn(frozenset(found.catchment_area))
    is_local = agreement.level in {AgreementLevel.TERRITORIAL, AgreementLevel.LOCAL}
    return LivesIn(frozenset({agreement.territory})) if is_local else None


def _provider_of(clause: Clause) -> str:
    return clause.body.provider if isinstance(clause.body, Opens) else getattr(clause.body, "to_party", "")


def _selection_of(clause: Clause) -> ServiceSelection:
    return clause.body.services if isinstance(clause.body, Opens | Delegates) else ServiceSelection()


def _lies_within(territory: TerritoryRef, service: Service, selection: ServiceSelection, geography: Geography) -> bool:
    """Keep a broad selection to the sites of the clause's territory; a service named by id is named wherever it is.

    An agreement of one region does not bind the offices of the next; what stands nowhere is not held back.
    """
    if service.id in selection.ids or not service.municipality:
        return True
    municipality = geography.find(service.municipality)
    return municipality is None or geography.covers(territory, municipality)


NOTHING = Shelf(())


def _shelves(services: Iterable[Service], directory: Directory) -> Mapping[str, Shelf]:
    """Sort services by all that their organisation answers to, and by the networks they carry themselves."""
    owners: dict[str, frozenset[str]] = {}
    owned: defaultdict[str, list[Service]] = defaultdict(list)
    for service in services:
        if service.organisation not in owners:
            owners[service.organisation] = directory.lineage_of(service.organisation)
        for owner in owners[service.organisation] | service.networks:
            owned[owner].append(service)
    return {owner: Shelf(tuple(found)) for owner, found in owned.items()}


def _delegated_services(agreement: Agreement, clause: Clause, catalogue: Catalogue) -> tuple[Service, ...]:
    body = clause.body
    assert isinstance(body, Delegates)  # noqa: S101 - the caller has asked
    name = f"{agreement.id}--{clause.id}"
    whole = Service(
        id=name,
        name=body.name or f"Accompagnement délégué à {catalogue.directory.name_of(body.to_party)}",
        organisation=body.to_party,
        provenance=Provenance(agreement.id, agreement.signed_on, agreement.source_url),
        themes=frozenset(body.themes),
        reserved_by=agreement.title,
    )
    sites = [
        site
        for key, site in sorted(catalogue.access_points.items())
        if body.to_party in catalogue.directory.lineage_of(site.organisation) | site.networks
    ]
    if not sites:
        return (whole,)
    return tuple(
        replace(
            whole,
            id=name if len(sites) == 1 else f"{name}--{site.id}",
            location=site.id,
            point=site.point,
            municipality=site.municipality,
            place_kinds=site.kinds,
            networks=site.networks,
            telephone=site.telephone,
            hours=site.hours,
            valid=site.valid,
        )
        for site in sites
    )
