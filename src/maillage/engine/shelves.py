"""What a clause can take of the catalogue: the services and sites of a provider, found by whom they answer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from maillage.domain.access_points import AccessPoint
from maillage.domain.agreements import Clause, Delegates, Opens, ServiceSelection
from maillage.domain.organisations import Directory
from maillage.domain.services import Service
from maillage.domain.shared import Period
from maillage.domain.territories import Geography, TerritoryRef

Owned = TypeVar("Owned", Service, AccessPoint)
Reading = tuple[str, Period, Clause]
"""The number of an article, the days on which one of its clauses stands as it is read here, and the clause."""


@dataclass(frozen=True)
class Stock:
    """What an offer keeps beside its doors, so that the next one is derived from it and not made anew.

    ``employers``: the services to employers, by id. ``owned`` and ``sites``: the ids of the services and of the access
    points that answer to an organisation or a network, sorted. ``delegated``: the ids of the services that the
    delegations of an agreement are. ``reserved``: the ids of the services whose record says so. ``readings``: the
    clauses of each agreement that can open doors, in the order in which they are cited. ``is_entangled``: a service of
    the catalogue bears the id of a delegation.
    """

    employers: Mapping[str, Service] = field(default_factory=dict)
    owned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delegated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    readings: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    is_entangled: bool = False


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


NOTHING = Shelf(())


Owners = Callable[[Service | AccessPoint], frozenset[str]]
"""Tells all that a record answers to."""


def owners_of(directory: Directory) -> Owners:
    """Give what tells all that a record answers to: its organisation's lineage and the networks it carries itself."""
    lineages: dict[str, frozenset[str]] = {}

    def owners(record: Service | AccessPoint) -> frozenset[str]:
        if record.organisation not in lineages:
            lineages[record.organisation] = directory.lineage_of(record.organisation)
        return lineages[record.organisation] | record.networks

    return owners


def by_owner(records: Iterable[Owned], directory: Directory) -> Mapping[str, list[Owned]]:
    """Sort records by all that they answer to."""
    owners = owners_of(directory)
    owned: defaultdict[str, list[Owned]] = defaultdict(list)
    for record in records:
        for owner in owners(record):
            owned[owner].append(record)
    return owned


def ids_by_owner(owned: Mapping[str, Sequence[Owned]]) -> Mapping[str, tuple[str, ...]]:
    """Keep the ids only, sorted."""
    return {owner: tuple(sorted(record.id for record in found)) for owner, found in owned.items()}


def provider_of(clause: Clause) -> str:
    """Give whom the services of a clause answer to; empty when it opens none."""
    return clause.body.provider if isinstance(clause.body, Opens) else getattr(clause.body, "to_party", "")


def selection_of(clause: Clause) -> ServiceSelection:
    """Give which services of its provider a clause is about."""
    return clause.body.services if isinstance(clause.body, Opens | Delegates) else ServiceSelection()


def is_the_service(clause: Clause) -> bool:
    """Tell whether a clause is a delegation that names no service: it is then the service itself."""
    return isinstance(clause.body, Delegates) and clause.body.services.is_everything


def takes(selection: ServiceSelection, service: Service) -> bool:
    """Tell whether a selection takes a service of its provider, one name being enough."""
    return (
        selection.is_everything
        or service.id in selection.ids
        or bool(selection.place_kinds & service.place_kinds)
        or bool(selection.networks & service.networks)
        or any(theme in selection.themes or theme.partition("--")[0] in selection.themes for theme in service.themes)
    )


def lies_within(territory: TerritoryRef, service: Service, selection: ServiceSelection, geography: Geography) -> bool:
    """Keep a broad selection to the sites of the clause's territory; a service named by id is named wherever it is.

    An agreement of one region does not bind the offices of the next; what stands nowhere is not held back.
    """
    if service.id in selection.ids or not service.municipality:
        return True
    municipality = geography.find(service.municipality)
    return municipality is None or geography.covers(territory, municipality)
