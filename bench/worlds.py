"""A country to measure on: the real municipalities, services and agreements invented from a seed."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import numpy as np

from bench.crowds import QUALIFICATIONS
from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Article,
    Clause,
    ClauseKind,
    Opens,
    Party,
    ServiceSelection,
)
from maillage.domain.catalogue import Catalogue
from maillage.domain.people import BARRIERS, DATA_INCLUSION_PUBLICS, TARGET_GROUPS, PersonFacts
from maillage.domain.rules import All, Among, Any, Between, Condition, Equals, LivesIn, Not
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import FRANCE, Geography, Municipality, TerritoryKind, TerritoryRef
from maillage.engine.clauses import THEMES
from maillage.engine.offer import Offer, offer_of

ON = date(2026, 6, 1)
INVENTED = Provenance("bench", is_demonstration=True)


def national_geography(shared: Path) -> Geography:
    """Read the municipalities of France from the official file."""
    with gzip.open(shared / "data/territoires/communes.csv.gz", "rt", encoding="utf-8") as file:
        municipalities = {
            row["code"]: Municipality(
                code=row["code"],
                name=row["nom"],
                point=Point(float(row["lat"]), float(row["lon"])) if row["lat"] else None,
                population=int(row["population"]) if row["population"] else None,
                epci=row["epci"],
                department=row["departement"],
                region=row["region"],
            )
            for row in csv.DictReader(file)
        }
    return Geography("2026", municipalities)


def national_offer(geography: Geography, *, services: int, agreements: int, seed: int) -> Offer:
    """Invent services spread as people are, and agreements of nested conditions over departments."""
    random = np.random.default_rng(seed)
    homes = [one for one in geography.municipalities.values() if one.point is not None]
    weights = np.array([one.population or 1 for one in homes], float)
    at = random.choice(len(homes), services, p=weights / weights.sum())
    themes = sorted(THEMES)
    found = tuple(_service(number, homes[place], themes, random) for number, place in enumerate(at))
    departments = sorted({one.department for one in homes})
    texts = {
        text.id: text for text in (_agreement(number, departments, themes, random) for number in range(agreements))
    }
    return offer_of(Catalogue(found, version="c1"), AgreementSet(texts), geography)


def _service(number: int, home: Municipality, themes: list[str], random: np.random.Generator) -> Service:
    latitude, longitude = (home.point.latitude, home.point.longitude) if home.point else (0.0, 0.0)
    shift = random.normal(0, 0.02, 2)
    is_remote = random.random() < 0.15
    department = (TerritoryRef(TerritoryKind.DEPARTMENT, home.department),)
    publics = random.choice(DATA_INCLUSION_PUBLICS, random.integers(1, 4)) if random.random() < 0.5 else ()
    return Service(
        id=f"bench--{number:06}",
        name=f"Service {number}",
        organisation=f"org-{number % 1000}",
        provenance=INVENTED,
        point=None if is_remote else Point(latitude + shift[0], longitude + shift[1]),
        municipality=home.code,
        networks=frozenset({f"network-{number % 40}"}),
        themes=frozenset(random.choice(themes, random.integers(1, 4)).tolist()),
        publics=frozenset(str(public) for public in publics),
        age_from=16 if random.random() < 0.1 else None,
        age_until=25 if random.random() < 0.1 else None,
        zone=department if is_remote or random.random() < 0.6 else None,
        in_person=not is_remote,
        remote=is_remote,
        reserved_by="texte" if random.random() < 0.2 else "",
    )


def _agreement(number: int, departments: list[str], themes: list[str], random: np.random.Generator) -> Agreement:
    clauses = tuple(
        Clause(
            f"c{place}",
            ClauseKind.OPENS,
            Opens(
                provider=f"network-{random.integers(40)}",
                services=ServiceSelection(themes=frozenset(random.choice(themes, 3).tolist())),
                condition=_condition(random, depth=3),
            ),
        )
        for place in range(4)
    )
    # One in twenty binds the whole country, the others a department.
    department = TerritoryRef(TerritoryKind.DEPARTMENT, departments[number % len(departments)])
    is_national = number % 20 == 7
    return Agreement(
        id=f"agreement-{number:04}",
        title=f"Convention {number}",
        level=AgreementLevel.NATIONAL if is_national else AgreementLevel.TERRITORIAL,
        kind=AgreementKind.AGREEMENT,
        territory=FRANCE if is_national else department,
        parties=(Party("a", "org-1"),),
        articles=(Article("1", "Titre", "texte", clauses),),
        digest=f"{number:064x}",
        signed_on=date(2025, 1, 1),
    )


def _condition(random: np.random.Generator, depth: int) -> Condition:
    """Invent a condition nested at most so deep: every kind of test, negations, alternatives."""
    drawn = random.integers(6) if depth else 3 + random.integers(3)
    if drawn == 0:
        return Not(_condition(random, depth - 1))
    if drawn <= 2:
        parts = tuple(_condition(random, depth - 1) for _ in range(random.integers(2, 4)))
        return All(parts) if drawn == 1 else Any(parts)
    return _test(random)


def _test(random: np.random.Generator) -> Condition:
    low = int(random.integers(16, 45))
    tests = (
        Equals("registered", value=True),
        Equals("minimum_income", value=bool(random.integers(2))),
        Between("age", low, low + int(random.integers(5, 25))),
        Between("registered_for_months", int(random.choice((6, 12, 24))), None),
        Among("target_group", _codes(random, TARGET_GROUPS, 3)),
        Among("barrier", _codes(random, BARRIERS, 2)),
        Among("qualification", _codes(random, QUALIFICATIONS, 2)),
        LivesIn(frozenset({TerritoryRef(TerritoryKind.REGION, str(random.choice(("24", "44", "32", "11"))))})),
    )
    return tests[random.integers(len(tests))]


def _codes(random: np.random.Generator, codes: tuple[str, ...], count: int) -> frozenset[str]:
    return frozenset(str(code) for code in random.choice(codes, count, replace=False))


def people(geography: Geography, count: int, seed: int) -> list[PersonFacts]:
    """Invent people who live where people live, some facts unknown."""
    random = np.random.default_rng(seed)
    homes = [one for one in geography.municipalities.values() if one.point is not None]
    weights = np.array([one.population or 1 for one in homes], float)
    at = random.choice(len(homes), count, p=weights / weights.sum())
    return [_person(homes[place].code, random) for place in at]


def _person(code: str, random: np.random.Generator) -> PersonFacts:
    groups = frozenset(str(one) for one in random.choice(DATA_INCLUSION_PUBLICS, random.integers(0, 4)))
    return PersonFacts(
        code,
        age=int(random.integers(16, 66)) if random.random() < 0.95 else None,
        registered=bool(random.random() < 0.8) if random.random() < 0.9 else None,
        target_groups=groups if random.random() < 0.8 else None,
        barriers=frozenset({"mobilite"}) if random.random() < 0.3 else frozenset(),
    )
