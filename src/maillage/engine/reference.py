"""One person, in plain code that a lawyer could follow: the definition of truth that the columnar engine must match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from maillage.domain.agreements import Force
from maillage.domain.eligibility import Basis, Finding, Ground, Obstacle, ObstacleKind, Question, Verdict
from maillage.domain.people import FactValue
from maillage.domain.rules import (
    CATCHMENT_AREA,
    All,
    Always,
    Among,
    Any,
    Between,
    Condition,
    Equals,
    LivesIn,
    LivesInCatchmentArea,
    Not,
    Test,
    Truth,
    all_of,
    any_of,
    opposite_of,
)
from maillage.domain.services import Service
from maillage.domain.shared import Point, distance_km
from maillage.domain.territories import Municipality
from maillage.engine.offer import Offer, OpeningClause

SERVICE_CONDITIONS = "service_conditions"
"""The name that stands for the conditions of a scheme that its source does not define, among the missing facts."""


@dataclass(frozen=True)
class Reading:
    """The truth of one thing asked, with the facts missing when it is UNKNOWN and what forbids when it is FALSE."""

    truth: Truth
    missing: frozenset[str] = frozenset()
    obstacles: tuple[Obstacle, ...] = ()


HOLDS = Reading(Truth.TRUE)


@dataclass(frozen=True)
class Asked:
    """A question put to an offer: the person's municipality found, and what is in force on the day.

    ``silent``: the readings of amended clauses that do not count on the day, because another reading does.
    """

    offer: Offer
    question: Question
    home: Municipality
    force: Mapping[str, Force]
    silent: frozenset[int]


def ask(offer: Offer, question: Question) -> Asked:
    """Put a question to an offer.

    Raises:
        UnknownTerritory: the person's municipality is in no loaded vintage.
    """
    home = offer.geography.municipality(question.person.municipality)
    return Asked(offer, question, home, offer.force_on(question.on), offer.silent_on(question.on))


def answer(offer: Offer, question: Question) -> tuple[Verdict, ...]:
    """Answer for every service within reach, in the order of the answer; the limit is not applied.

    Order: the themes in the order given, then distance (those without one last), then service id. With themes, a
    service that serves none of them is left out.

    Raises:
        UnknownTerritory: the person's municipality is in no loaded vintage.
    """
    asked = ask(offer, question)
    verdicts = [verdict for service in offer.services if (verdict := assess(asked, service)) is not None]
    return tuple(sorted(verdicts, key=lambda verdict: order_of(verdict, question.themes)))


def limited(verdicts: Iterable[Verdict], limit: int) -> tuple[Verdict, ...]:
    """Keep the first ``limit`` open doors, and all that are closed or unknown."""
    kept: list[Verdict] = []
    open_count = 0
    for verdict in verdicts:
        open_count += verdict.finding is Finding.OPEN
        if verdict.finding is not Finding.OPEN or open_count <= limit:
            kept.append(verdict)
    return tuple(kept)


def order_of(verdict: Verdict, themes: tuple[str, ...]) -> tuple[int, bool, float, str]:
    """Give the sorting key of a verdict: need, distance, id; never anything about the person's merit."""
    need = themes.index(verdict.theme) if verdict.theme else 0
    return (need, verdict.distance_km is None, verdict.distance_km or 0.0, verdict.service)


def assess(asked: Asked, service: Service) -> Verdict | None:
    """Answer for one service; ``None`` when it is out of reach or meets none of the needs."""
    question, home, settings = asked.question, asked.home, asked.offer.settings
    theme = next((theme for theme in question.themes if service.serves(theme)), "")
    if question.themes and not theme:
        return None
    in_zone = _lies_in_zone(asked, service)
    distance = _distance(service, question.person.point or home.point)
    is_near = distance is not None and distance <= reach_of(service, settings.default_reach_km)
    if not is_near and (not in_zone or (service.is_placed and not service.remote)):
        return None
    own = _own_readings(asked, service, in_zone=in_zone)
    bases, grounds, priority = _bases(asked, service)
    whole = _every([*own, bases])
    return Verdict(
        service=service.id,
        organisation=service.organisation,
        location=service.location,
        distance_km=distance if is_near else None,
        finding=Finding.of(whole.truth),
        grounds=grounds if whole.truth is Truth.TRUE else (),
        missing=whole.missing,
        obstacles=whole.obstacles,
        priority_groups=priority if whole.truth is Truth.TRUE else (),
        theme=theme,
    )


def reach_of(service: Service, default_km: float) -> float:
    """Give how far people may live from a service: its own maximum, else the default."""
    return default_km if service.reach_km is None else service.reach_km


def _distance(service: Service, origin: Point | None) -> float | None:
    if not service.is_placed or service.point is None or origin is None:
        return None
    return distance_km(origin, service.point)


def _lies_in_zone(asked: Asked, service: Service) -> bool:
    return service.zone is None or any(asked.offer.geography.covers(one, asked.home) for one in service.zone)


def _own_readings(asked: Asked, service: Service, *, in_zone: bool) -> list[Reading]:
    """Read the service's own conditions, which always apply."""
    known = Reading(Truth.UNKNOWN, frozenset({SERVICE_CONDITIONS}))
    return [
        HOLDS if asked.question.on in service.valid else _forbidden(ObstacleKind.NOT_AVAILABLE),
        HOLDS if in_zone else _forbidden(ObstacleKind.ZONE),
        _own_age(asked, service),
        _own_publics(asked, service),
        HOLDS if service.conditions_known else known,
    ]


def _own_age(asked: Asked, service: Service) -> Reading:
    if service.age_from is None and service.age_until is None:
        return HOLDS
    reading = read_condition(Between("age", service.age_from, service.age_until), asked)
    return reading if reading.truth is not Truth.FALSE else _forbidden(ObstacleKind.AGE)


def _own_publics(asked: Asked, service: Service) -> Reading:
    if not service.publics:
        return HOLDS
    reading = read_condition(Among("target_group", service.publics), asked)
    return reading if reading.truth is not Truth.FALSE else _forbidden(ObstacleKind.PUBLICS)


def _bases(asked: Asked, service: Service) -> tuple[Reading, tuple[Ground, ...], tuple[str, ...]]:
    """Read by virtue of what the service could be open: the clauses that concern it, and its own basis."""
    readings: list[Reading] = []
    grounds: list[Ground] = []
    groups: list[str] = []
    held = asked.question.person.groups_held or frozenset()
    for clause in clauses_read(asked, service):
        readings.append(read_clause(asked, clause))
        if readings[-1].truth is Truth.TRUE:
            grounds.append(asked.offer.ground_of(clause, on=asked.question.on))
            groups.extend(group for group in clause.priority if group in held)
    grounds.sort()
    if not asked.offer.reserves(service.id):
        readings.append(HOLDS)
        grounds.append(Ground(Basis(service.own_basis.value).value))
    if not readings:
        readings.append(_forbidden(ObstacleKind.NO_CLAUSE))
    return _at_least_one(readings), tuple(grounds), tuple(dict.fromkeys(groups))


def clauses_read(asked: Asked, service: Service) -> list[OpeningClause]:
    """Give the clauses that could open a service, each as it reads on the day."""
    positions = asked.offer.opened_by.get(service.id, ())
    return [asked.offer.clauses[position] for position in positions if position not in asked.silent]


def read_clause(asked: Asked, clause: OpeningClause) -> Reading:
    """Read one clause for one person on one day: in force, then territory, then condition."""
    day = asked.question.on
    ground = asked.offer.ground_of(clause, on=day)
    state = asked.force[clause.agreement]
    if state is Force.IN_FORCE and day not in clause.standing:
        state = _when(clause, day)
    if state is not Force.IN_FORCE:
        return _forbidden(ObstacleKind.NOT_IN_FORCE, ground, state)
    if not asked.offer.geography.covers(clause.territory, asked.home):
        return _forbidden(ObstacleKind.TERRITORY, ground)
    reading = read_condition(clause.condition, asked)
    return reading if reading.truth is not Truth.FALSE else _forbidden(ObstacleKind.CONDITION, ground)


def _when(clause: OpeningClause, day: date) -> Force:
    is_ahead = clause.standing.start is not None and day < clause.standing.start
    return Force.NOT_YET if is_ahead else Force.LAPSED


def _forbidden(kind: ObstacleKind, ground: Ground | None = None, force: Force | None = None) -> Reading:
    return Reading(Truth.FALSE, obstacles=(Obstacle(kind, ground, force),))


def _every(readings: Iterable[Reading]) -> Reading:
    """Combine readings of which every one is needed, keeping what is missing or what forbids."""
    found = tuple(readings)
    return _combined(all_of(reading.truth for reading in found), found)


def _at_least_one(readings: Iterable[Reading]) -> Reading:
    """Combine readings of which one is enough, keeping what is missing or what forbids."""
    found = tuple(readings)
    return _combined(any_of(reading.truth for reading in found), found)


def _combined(truth: Truth, readings: tuple[Reading, ...]) -> Reading:
    alike = [reading for reading in readings if reading.truth is truth]
    missing = frozenset(fact for reading in alike for fact in reading.missing)
    obstacles = tuple(dict.fromkeys(obstacle for reading in alike for obstacle in reading.obstacles))
    return Reading(truth, missing, obstacles)


def read_condition(condition: Condition, asked: Asked) -> Reading:
    """Read a condition: a fact that is not known makes it UNKNOWN, never FALSE, and is named in ``missing``."""
    match condition:
        case All(parts):
            return _every(read_condition(part, asked) for part in parts)
        case Any(parts):
            return _at_least_one(read_condition(part, asked) for part in parts)
        case Not(part):
            inner = read_condition(part, asked)
            return Reading(opposite_of(inner.truth), inner.missing)
        case _:
            return read_test(condition, asked)


def read_test(test: Test, asked: Asked) -> Reading:
    """Read a condition that is made of no other."""
    match test:
        case Always():
            return HOLDS
        case LivesInCatchmentArea():
            return Reading(Truth.UNKNOWN, frozenset({CATCHMENT_AREA}))
        case LivesIn(territories):
            lives_there = any(asked.offer.geography.covers(one, asked.home) for one in territories)
            return HOLDS if lives_there else Reading(Truth.FALSE)
    value = asked.question.person.value_of(test.fact)
    if value is None:
        return Reading(Truth.UNKNOWN, frozenset({test.fact}))
    return HOLDS if _meets(test, value) else Reading(Truth.FALSE)


def _meets(test: Equals | Between | Among, value: FactValue) -> bool:
    if isinstance(test, Equals):
        return value is test.value
    if isinstance(test, Among):
        held = value if isinstance(value, frozenset) else frozenset({str(value)})
        return bool(held & test.codes)
    return isinstance(value, int) and (
        (test.low is None or test.low <= value) and (test.high is None or value <= test.high)
    )
