"""Where agreements meet the catalogue: which clauses concern which services, for every day at once.

Both engines start from an ``Offer``; they differ only in how they answer it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
from maillage.engine.shelves import (
    NOTHING,
    Reading,
    Shelf,
    Stock,
    by_owner,
    ids_by_owner,
    is_the_service,
    lies_within,
    provider_of,
    selection_of,
)


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
    by_id: Mapping[str, Service]
    clauses: tuple[OpeningClause, ...]
    opened_by: Mapping[str, tuple[int, ...]]
    stock: Stock
    settings: Settings = field(default_factory=Settings)
    catalogue_version: str = ""

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services in the order of their ids. Cost: some milliseconds for 100,000, once an offer."""
        return tuple(self.by_id[key] for key in sorted(self.by_id))

    @cached_property
    def reserved(self) -> frozenset[str]:
        """The ids of the services that need an agreement: their record or a clause says so."""
        return self.stock.reserved.union(key for key in self.opened_by if self.reserves(key))

    def reserves(self, service: str) -> bool:
        """Tell whether a service, by id, needs an agreement: its record or a clause says so."""
        by_clause = (self.clauses[position].reserves for position in self.opened_by.get(service, ()))
        return service in self.stock.reserved or any(by_clause)

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
            silent |= self.silent_among(readings, day)
        return frozenset(silent)

    def silent_among(self, readings: tuple[int, ...], day: date) -> frozenset[int]:
        """Give those of the readings of one clause that have nothing to say on a day."""
        speaking = [position for position in readings if day in self.clauses[position].standing]
        return frozenset(readings) - set(speaking or [self._nearest(readings, day)])

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
    delegated: dict[str, dict[str, Service]] = {}
    owned = by_owner(catalogue.services, catalogue.directory)
    shelves = {owner: Shelf(tuple(found)) for owner, found in owned.items()}
    sites = ids_by_owner(by_owner(catalogue.access_points.values(), catalogue.directory))
    readings = {agreement.id: readings_of(agreement) for agreement in agreements}
    for agreement in agreements:
        for article, period, clause in readings[agreement.id]:
            resolved = resolved_clause(agreement, article, period, clause, catalogue.directory)
            services: tuple[Service, ...]
            if is_the_service(clause):
                held = [catalogue.access_points[key] for key in sites.get(provider_of(clause), ())]
                services = delegated_services(agreement, clause, held, catalogue.directory)
                delegated.setdefault(agreement.id, {}).update({service.id: service for service in services})
            else:
                selection = selection_of(clause)
                services = tuple(
                    service
                    for service in shelves.get(provider_of(clause), NOTHING).taken_by(selection)
                    if lies_within(resolved.territory, service, selection, geography)
                )
            for service in services:
                concerned[service.id].append(len(clauses))
            clauses.append(resolved)
    doors = {service.id: service for service in catalogue.services if not service.for_employers}
    delegated_ids = {key for found in delegated.values() for key in found}
    is_entangled = any(service.id in delegated_ids for service in catalogue.services)
    for found in delegated.values():
        doors.update(found)
    return Offer(
        geography=geography,
        directory=catalogue.directory,
        access_points=catalogue.access_points,
        agreements=agreements,
        by_id=doors,
        clauses=tuple(clauses),
        opened_by={key: tuple(found) for key, found in concerned.items()},
        stock=Stock(
            employers={service.id: service for service in catalogue.services if service.for_employers},
            owned=ids_by_owner(owned),
            sites=sites,
            delegated={agreement: tuple(sorted(found)) for agreement, found in delegated.items()},
            reserved=frozenset(service.id for service in doors.values() if service.is_reserved),
            readings=readings,
            is_entangled=is_entangled,
        ),
        settings=settings or Settings(),
        catalogue_version=catalogue.version,
    )


def readings_of(agreement: Agreement) -> tuple[Reading, ...]:
    """Give the clauses that can open doors in the order in which grounds are cited: article, then clause."""
    found = [
        (article.number, clause.id, standing.intersection(article.valid).intersection(clause.body.period), clause)
        for article, standing in every_reading(agreement)
        for clause in article.clauses
        if isinstance(clause.body, Opens | Delegates)
    ]
    return tuple((number, period, clause) for number, _, period, clause in sorted(found, key=lambda one: one[:2]))


def resolved_clause(
    agreement: Agreement, article: str, period: Period, clause: Clause, directory: Directory
) -> OpeningClause:
    """Resolve all the words of a clause that can open doors."""
    body = clause.body
    assert isinstance(body, Opens | Delegates)  # noqa: S101 - narrows what readings_of lets through
    return OpeningClause(
        agreement=agreement.id,
        article=article,
        clause=clause.id,
        standing=period,
        territory=body.territory or agreement.territory,
        condition=with_catchment_area(body.condition, _catchment_area(agreement, provider_of(clause), directory)),
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


def delegated_services(
    agreement: Agreement, clause: Clause, sites: Sequence[AccessPoint], directory: Directory
) -> tuple[Service, ...]:
    """Make the services that a delegation is: one at each site of whom it delegates to, given in the order of ids."""
    body = clause.body
    assert isinstance(body, Delegates)  # noqa: S101 - the caller has asked
    name = f"{agreement.id}--{clause.id}"
    whole = Service(
        id=name,
        name=body.name or f"Accompagnement délégué à {directory.name_of(body.to_party)}",
        organisation=body.to_party,
        provenance=Provenance(agreement.id, agreement.signed_on, agreement.source_url),
        themes=frozenset(body.themes),
        reserved_by=agreement.title,
    )
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
