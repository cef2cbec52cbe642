"""A country to measure on: the real municipalities, services and agreements invented from a seed."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import numpy as np

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
from maillage.domain.people import DATA_INCLUSION_PUBLICS, PersonFacts
from maillage.domain.rules import All, Among, Any, Between, Equals, Not
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import Geography, Municipality, TerritoryKind, TerritoryRef
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
                condition=All(
                    (
                        Any((Equals("registered", value=True), Among("target_group", frozenset({"jeunes", "RQTH"})))),
                        Between("age", int(random.integers(16, 30)), int(random.integers(30, 65))),
                        Not(Among("barrier", frozenset({"sante"}))),
                    )
                ),
            ),
        )
        for place in range(4)
    )
    department = TerritoryRef(TerritoryKind.DEPARTMENT, departments[number % len(departments)])
    return Agreement(
        id=f"agreement-{number:03}",
        title=f"Convention {number}",
        level=AgreementLevel.TERRITORIAL,
        kind=AgreementKind.AGREEMENT,
        territory=department,
        parties=(Party("a", "org-1"),),
        articles=(Article("1", "Titre", "texte", clauses),),
        digest=f"{number:064x}",
        signed_on=date(2025, 1, 1),
    )


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
