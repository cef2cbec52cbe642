"""From an offer to the next: what a change concerns is met again, all the rest stays, and nothing else differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from maillage.domain.access_points import AccessPoint
from maillage.domain.agreements import Agreement, AgreementSet, Delegates, Opens
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.rules import Always
from maillage.domain.services import Service
from maillage.domain.shared import MaillageError
from maillage.engine.offer import Offer, OpeningClause, delegated_services, readings_of, resolved_clause
from maillage.engine.records import with_changes
from maillage.engine.shelves import (
    Owners,
    Reading,
    is_the_service,
    lies_within,
    owners_of,
    provider_of,
    selection_of,
    takes,
)

Held = TypeVar("Held", Service, AccessPoint)
Delegated = Mapping[str, Mapping[str, tuple[Service, tuple[int, ...]]]]
"""For agreements met again: the services that their delegations are, with the positions of the clauses."""
GONE = -1


class TooEntangled(MaillageError):
    """What changed cannot be followed: the offer must be made anew."""


@dataclass(frozen=True)
class Change:
    """What differs from an offer: records by id, ``None`` for one no longer there; the agreements, when some differ."""

    services: Mapping[str, Service | None] = field(default_factory=dict)
    access_points: Mapping[str, AccessPoint | None] = field(default_factory=dict)
    organisations: Mapping[str, Organisation | None] = field(default_factory=dict)
    agreements: AgreementSet | None = None
    catalogue_version: str | None = None


@dataclass(frozen=True)
class Succession:
    """An offer and what of it differs from the one before.

    ``touched``: the ids of the services whose record may differ; ``reopened``: those of which only the clauses may.
    ``moved``: for each clause of the offer before, its position now, be its condition another; ``GONE`` when its
    agreement differs otherwise.
    """

    offer: Offer
    touched: frozenset[str]
    reopened: frozenset[str]
    moved: tuple[int, ...]


@dataclass(frozen=True)
class _Texts:
    """The clauses of the agreements as they are now.

    ``fresh``: the positions of those whose agreement differs; ``first_of``: where those of each agreement begin.
    """

    agreements: AgreementSet
    readings: Mapping[str, tuple[Reading, ...]]
    clauses: tuple[OpeningClause, ...]
    moved: tuple[int, ...]
    fresh: frozenset[int]
    first_of: Mapping[str, int]

    def each(self) -> Iterable[tuple[int, Agreement, Reading]]:
        """Walk the clauses with their positions."""
        for agreement in self.agreements:
            for position, reading in enumerate(self.readings[agreement.id], self.first_of[agreement.id]):
                yield position, agreement, reading


def offer_after(offer: Offer, change: Change) -> Succession:
    """Give the offer after a change, equal to the one that ``offer_of`` would make of everything.

    Cost: some milliseconds, then some tens of microseconds a service touched.

    Raises:
        TooEntangled: a service of the catalogue and a delegation bear the same id.
    """
    stock, directory = offer.stock, offer.directory
    if change.organisations:
        directory = Directory(with_changes(directory.organisations, change.organisations))
    access_points = with_changes(offer.access_points, change.access_points)
    texts = _texts_after(offer, change, directory)
    regrouped = _regrouped(offer.directory, change.organisations)
    owners = owners_of(offer.directory), owners_of(directory)

    def catalogued(key: str) -> Service | None:
        return stock.employers.get(key) or offer.by_id.get(key)

    again = {key: catalogued(key) for one in regrouped for key in stock.owned.get(one, ())}
    services: dict[str, Service | None] = {**again, **change.services}
    held_again = {key: offer.access_points[key] for one in regrouped for key in stock.sites.get(one, ())}
    held: dict[str, AccessPoint | None] = {**held_again, **change.access_points}
    draft = replace(
        offer,
        directory=directory,
        access_points=access_points,
        agreements=texts.agreements,
        clauses=texts.clauses,
        stock=replace(
            stock,
            owned=_sorted_again(stock.owned, catalogued, services, owners),
            sites=_sorted_again(stock.sites, offer.access_points.get, held, owners),
            readings=texts.readings,
        ),
        catalogue_version=offer.catalogue_version if change.catalogue_version is None else change.catalogue_version,
    )
    providers = None if change.organisations else _providers_met(offer, held, owners)
    delegated = _delegated_after(offer, draft, texts, providers)
    _refuse_entangled(offer, services, delegated)
    doors = _doors_after(offer, services, delegated)
    after = replace(
        draft,
        by_id=with_changes(offer.by_id, doors),
        stock=replace(
            draft.stock,
            employers=with_changes(
                stock.employers, {key: _if_for(one, employers=True) for key, one in services.items()}
            ),
            delegated=_ids_of(stock.delegated, delegated),
            reserved=stock.reserved.difference(doors).union(
                key for key, one in doors.items() if one is not None and one.is_reserved
            ),
        ),
    )
    opened_by, lost = _moved_lists(offer, texts)
    _meet_delegations(opened_by, offer, delegated)
    met = _meet_the_others(opened_by, after, texts, services)
    touched = frozenset(doors)
    return Succession(replace(after, opened_by=opened_by), touched, frozenset(lost | met) - touched, texts.moved)


def _doors_after(
    offer: Offer, services: Mapping[str, Service | None], delegated: Delegated
) -> Mapping[str, Service | None]:
    """Give the doors that differ: services to people, and what delegations are."""
    doors = {key: _if_for(one, employers=False) for key, one in services.items()}
    for agreement, found in delegated.items():
        doors.update(dict.fromkeys(offer.stock.delegated.get(agreement, ())))
        doors.update({key: service for key, (service, _) in found.items()})
    return doors


def _if_for(service: Service | None, *, employers: bool) -> Service | None:
    return service if service is not None and service.for_employers is employers else None


def _texts_after(offer: Offer, change: Change, directory: Directory) -> _Texts:
    """Write the clauses again: those of an agreement that is as it was keep their words, unless whom they name moved."""
    agreements = offer.agreements if change.agreements is None else change.agreements
    before, position = {}, 0
    for key in sorted(offer.stock.readings):
        before[key] = position
        position += len(offer.stock.readings[key])
    moved = [GONE] * len(offer.clauses)
    readings: dict[str, tuple[Reading, ...]] = {}
    clauses: list[OpeningClause] = []
    fresh: set[int] = set()
    first_of: dict[str, int] = {}
    for agreement in agreements:
        first_of[agreement.id] = first = len(clauses)
        known = offer.agreements.find(agreement.id)
        is_same = known == agreement
        found = readings[agreement.id] = offer.stock.readings[agreement.id] if is_same else readings_of(agreement)
        is_alike = is_same or (known is not None and _opens_alike(offer, known, agreement, found))
        if is_alike and offer.stock.readings[agreement.id] == found and not change.organisations:
            start = before[agreement.id]
            clauses.extend(offer.clauses[start : start + len(found)])
        else:
            clauses.extend(resolved_clause(agreement, *reading, directory) for reading in found)
        if is_alike:
            for number in range(len(found)):
                moved[before[agreement.id] + number] = first + number
        else:
            fresh.update(range(first, first + len(found)))
    return _Texts(agreements, readings, tuple(clauses), tuple(moved), frozenset(fresh), first_of)


def _opens_alike(offer: Offer, before: Agreement, now: Agreement, readings: Sequence[Reading]) -> bool:
    """Tell whether an agreement that differs opens the same services, as when its term or to whom they open changes."""
    return (
        list(map(_but_for_condition, offer.stock.readings[before.id])) == list(map(_but_for_condition, readings))
        and (before.territory, before.level) == (now.territory, now.level)
        and not any(is_the_service(clause) for _, _, clause in readings)
    )


def _but_for_condition(reading: Reading) -> tuple[object, ...]:
    """Give what a reading says but for whom it opens to and where it is written."""
    article, period, clause = reading
    body = clause.body
    assert isinstance(body, Opens | Delegates)  # noqa: S101 - narrows what readings_of lets through
    return article, period, replace(clause, body=replace(body, condition=Always()), line=0)


def _regrouped(directory: Directory, changes: Mapping[str, Organisation | None]) -> tuple[str, ...]:
    """Give the organisations that answer to others than before."""

    def ties(found: Organisation | None) -> tuple[str, frozenset[str]]:
        return (found.parent, found.networks) if found else ("", frozenset())

    return tuple(key for key, now in changes.items() if ties(directory.find(key)) != ties(now))


def _sorted_again(
    kept: Mapping[str, tuple[str, ...]],
    before: Callable[[str], Held | None],
    now: Mapping[str, Held | None],
    owners: tuple[Owners, Owners],
) -> Mapping[str, tuple[str, ...]]:
    """Sort some records again by those that they answer to."""
    gone: defaultdict[str, set[str]] = defaultdict(set)
    come: defaultdict[str, set[str]] = defaultdict(set)
    for key, record in now.items():
        old = before(key)
        for owner in owners[0](old) if old is not None else ():
            gone[owner].add(key)
        for owner in owners[1](record) if record is not None else ():
            come[owner].add(key)
    differing = {owner for owner in gone.keys() | come.keys() if gone[owner] != come[owner]}
    if not differing:
        return kept
    found = {owner: _merged(kept.get(owner, ()), gone[owner], come[owner]) for owner in differing}
    untouched = {owner: ids for owner, ids in kept.items() if owner not in differing}
    return untouched | {owner: ids for owner, ids in found.items() if ids}


def _merged(kept: tuple[str, ...], gone: set[str], come: set[str]) -> tuple[str, ...]:
    """Take some ids out and put others in: two sorted runs are merged, where an organisation has thousands."""
    return tuple(sorted([*(key for key in kept if key not in gone), *sorted(come)]))


def _providers_met(offer: Offer, held: Mapping[str, AccessPoint | None], owners: tuple[Owners, Owners]) -> set[str]:
    """Give all that the access points that differ answered or answer to."""
    before = [one for key in held if (one := offer.access_points.get(key)) is not None]
    now = [one for one in held.values() if one is not None]
    return {name for one in before for name in owners[0](one)} | {name for one in now for name in owners[1](one)}


def _delegated_after(offer: Offer, draft: Offer, texts: _Texts, providers: set[str] | None) -> Delegated:
    """Make again the services that delegations are, where their text or sites differ; ``providers`` None is anybody."""
    found: dict[str, dict[str, tuple[Service, tuple[int, ...]]]] = {
        key: {} for key in offer.stock.delegated if key not in texts.first_of
    }
    delegations = [one for one in texts.each() if is_the_service(one[2][2])]
    fresh = {agreement.id for position, agreement, _ in texts.each() if position in texts.fresh}
    emptied = {key for key in texts.first_of if not texts.readings[key] and key in offer.stock.delegated}
    found.update({key: {} for key in fresh | emptied})
    for _, agreement, (_, _, clause) in delegations:
        if providers is None or provider_of(clause) in providers:
            found.setdefault(agreement.id, {})
    for position, agreement, (_, _, clause) in delegations:
        if agreement.id in found:
            held = [draft.access_points[key] for key in draft.stock.sites.get(provider_of(clause), ())]
            made = found[agreement.id]
            for service in delegated_services(agreement, clause, held, draft.directory):
                earlier = made[service.id][1] if service.id in made else ()
                made[service.id] = (service, (*earlier, position))
    return found


def _ids_of(kept: Mapping[str, tuple[str, ...]], again: Delegated) -> Mapping[str, tuple[str, ...]]:
    found = {**kept, **{agreement: tuple(sorted(services)) for agreement, services in again.items()}}
    return {agreement: ids for agreement, ids in found.items() if ids}


def _refuse_entangled(offer: Offer, services: Mapping[str, Service | None], again: Delegated) -> None:
    known = {key for ids in offer.stock.delegated.values() for key in ids}
    made = {key for found in again.values() for key in found}
    taken = {key for key in made - known if key in offer.by_id or key in offer.stock.employers}
    if offer.stock.is_entangled or taken or services.keys() & (known | made):
        raise TooEntangled("A service of the catalogue bears the id of a delegation: the offer must be made anew.")


def _meet_delegations(opened: dict[str, tuple[int, ...]], offer: Offer, delegated: Delegated) -> None:
    """Say again by which clauses the services that delegations are open."""
    for agreement in delegated:
        for key in offer.stock.delegated.get(agreement, ()):
            opened.pop(key, None)
    for found in delegated.values():
        opened.update({key: positions for key, (_, positions) in found.items()})


def _meet_the_others(
    opened: dict[str, tuple[int, ...]], after: Offer, texts: _Texts, services: Mapping[str, Service | None]
) -> set[str]:
    """Say again by which clauses the services that differ are opened, and which services fresh clauses open."""
    of_provider: defaultdict[str, list[tuple[int, Reading]]] = defaultdict(list)
    for position, _, reading in texts.each():
        if not is_the_service(reading[2]):
            of_provider[provider_of(reading[2])].append((position, reading))
    owners = owners_of(after.directory)
    for key, service in services.items():
        opened.pop(key, None)
        named = [one for owner in owners(service) for one in of_provider.get(owner, ())] if service is not None else []
        _open(opened, after, service, named)
    met: set[str] = set()
    for provider, readings in of_provider.items():
        fresh = [one for one in readings if one[0] in texts.fresh]
        for key in after.stock.owned.get(provider, ()) if fresh else ():
            if key not in services:
                service = after.stock.employers.get(key) or after.by_id[key]
                met |= {key} if _open(opened, after, service, fresh) else set()
    return met


def _open(
    opened: dict[str, tuple[int, ...]], offer: Offer, service: Service | None, named: Iterable[tuple[int, Reading]]
) -> bool:
    """Add to what opens a service those clauses of its providers that concern it; tell whether there are some."""
    found = [
        position for position, reading in named if service is not None and _meets(offer, position, reading, service)
    ]
    if service is not None and found:
        opened[service.id] = tuple(sorted((*opened.get(service.id, ()), *found)))
    return bool(found)


def _meets(offer: Offer, position: int, reading: Reading, service: Service) -> bool:
    """Tell whether a clause concerns a service of its provider."""
    selection = selection_of(reading[2])
    territory = offer.clauses[position].territory
    return takes(selection, service) and lies_within(territory, service, selection, offer.geography)


def _moved_lists(offer: Offer, texts: _Texts) -> tuple[dict[str, tuple[int, ...]], set[str]]:
    """Carry the clauses of each service to where they are now; gives also the services that lost one."""
    if not texts.fresh and texts.moved == tuple(range(len(offer.clauses))):
        return dict(offer.opened_by), set()
    now: dict[tuple[int, ...], tuple[int, ...]] = {}
    for found in set(offer.opened_by.values()):
        now[found] = tuple(place for position in found if (place := texts.moved[position]) != GONE)
    lost = {key for key, found in offer.opened_by.items() if len(now[found]) != len(found)}
    return {key: now[found] for key, found in offer.opened_by.items() if now[found]}, lost
