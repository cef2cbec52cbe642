"""How the tests ask both engines: agreements as their files are written, services in a few words, people as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import yaml

from maillage.domain.access_points import AccessPoint
from maillage.domain.agreements import Agreement, AgreementSet
from maillage.domain.catalogue import Catalogue
from maillage.domain.eligibility import Finding, Question, Verdict
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.people import PersonFacts
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import Geography, Municipality, TerritoryRef
from maillage.engine import reference
from maillage.engine.columnar import Found, Index
from maillage.engine.loading import load_text
from maillage.engine.offer import Offer, offer_of

DAY = date(2024, 6, 1)
SOMEWHERE = Provenance("france-services", date(2024, 5, 2))
LE_BLANC, CHATEAUROUX, HAGUENAU, TOURS = "36018", "36044", "67180", "37261"
WITHOUT_POINT = "98735"


def geography() -> Geography:
    """Le Blanc (51.4 km from Châteauroux), Tours in the same region, Haguenau far away, and a place nobody located."""
    rows = (
        (LE_BLANC, "Le Blanc", Point(46.633, 1.064), "36", "24", "CLPE36004"),
        (CHATEAUROUX, "Châteauroux", Point(46.803, 1.691), "36", "24", "CLPE36001"),
        (TOURS, "Tours", Point(47.39, 0.69), "37", "24", "CLPE37004"),
        (HAGUENAU, "Haguenau", Point(48.815, 7.79), "67", "44", "CLPE67001"),
        (WITHOUT_POINT, "Rapa", None, "", "", ""),
    )
    return Geography(
        "2026",
        {
            code: Municipality(code, name, point, 1000, department=department, region=region, local_committee=committee)
            for code, name, point, department, region, committee in rows
        },
        passage={"36999": LE_BLANC},
        names={
            "departement:36": "Indre",
            "departement:67": "Bas-Rhin",
            "region:24": "Centre-Val de Loire",
            "clpe:CLPE67001": "Haguenau-Wissembourg",
        },
    )


PLACES = geography()


def agreement(*articles: str, name: str = "convention", head: str = "", amendments: str = "[]") -> Agreement:
    """Load an agreement of one clause an article, ``opens: {…}`` or ``opens: {…} / valid_from: …``; P1 holds c1.

    ``head`` replaces lines of the heading: signed and in effect on 1 January 2024 in the Indre, without end.
    """
    heading = {
        "id": name,
        "title": f"Convention {name}",
        "level": "REGIONAL",
        "kind": "AGREEMENT",
        "territory": "departement:36",
        "parties": [{"id": "agence", "organisation": "france-travail"}, {"id": "ml", "organisation": "ml-indre"}],
        "signed_on": "2024-01-01",
        **yaml.safe_load(f"{{{head}}}"),
    }
    lines = [yaml.safe_dump(heading, allow_unicode=True), f"amendments: {amendments}", "articles:"]
    for number, article in enumerate(articles, start=1):
        clause, _, rest = article.partition(" / ")
        lines.append(f"  - number: P{number}\n    title: Titre {number}\n    text: « Passage {number}. »\n    {rest}")
        lines.append(f"    clauses: [{{id: c{number}, {clause}}}]")
    return load_text("\n".join(lines).encode())


def opens(rest: str = "", services: str = "[atelier]") -> str:
    """Write a clause that opens services of the Mission locale."""
    return f"opens: {{provider: ml, services: {services}{', ' if rest else ''}{rest}}}"


def service(name: str = "atelier", **said: object) -> Service:
    """Make a service of the Mission locale at Le Blanc, of its own mission; ``zone`` as notations."""
    if isinstance(said.get("zone"), str):
        said["zone"] = tuple(TerritoryRef.parse(one) for one in str(said["zone"]).split())
    stands = {"point": PLACES.municipality(LE_BLANC).point, "municipality": LE_BLANC, "organisation": "ml-indre"}
    return Service(**{"id": name, "name": f"Service {name}", "provenance": SOMEWHERE, **stands, **said})


def offer(
    *services: Service,
    texts: Sequence[Agreement] = (),
    area: str | None = None,
    places: Sequence[AccessPoint] = (),
) -> Offer:
    """Bring services and agreements together; ``area`` is the Mission locale's catchment area, when recorded."""
    recorded = None if area is None else tuple(TerritoryRef.parse(one) for one in area.split())
    mission = Organisation("ml-indre", "Mission locale de l’Indre", SOMEWHERE, catchment_area=recorded)
    catalogue = Catalogue(services, {place.id: place for place in places}, Directory({mission.id: mission}), "c1")
    return offer_of(catalogue, AgreementSet({text.id: text for text in texts}), PLACES)


def person(facts: str = "", municipality: str = LE_BLANC) -> PersonFacts:
    """Read what is known of a person: ``age: 20, target_groups: [jeunes]``; a list is a set of codes."""
    known: Mapping[str, object] = yaml.safe_load(f"{{{facts}}}")
    values = {name: frozenset(value) if isinstance(value, list) else value for name, value in known.items()}
    return PersonFacts(**{"municipality": municipality, **values})


def ask(
    asked: Offer, facts: str = "", *, on: date = DAY, themes: Sequence[str] = (), limit: int = 20, **where: str
) -> tuple[Verdict, ...]:
    """Ask both engines, hold that they say the same, and give the verdicts of the reference."""
    question = Question(person(facts, **where), on, tuple(themes), limit)
    index = Index.of(asked)
    verdicts = reference.limited(reference.answer(asked, question), limit)
    assert [of_columnar(one, index, on) for one in index.answer(question, everything=True)] == [
        of_reference(one) for one in verdicts
    ]
    return verdicts


Summary = tuple[str, Finding, object, frozenset[str], frozenset[object], str, str]


def of_reference(verdict: Verdict) -> Summary:
    return (
        verdict.service,
        verdict.finding,
        verdict.grounds[0] if verdict.grounds else None,
        verdict.missing,
        frozenset(obstacle.kind for obstacle in verdict.obstacles),
        verdict.theme,
        "" if verdict.distance_km is None else f"{verdict.distance_km:.6f}",
    )


def of_columnar(found: Found, index: Index, on: date) -> Summary:
    return (
        found.service,
        found.finding,
        index.ground_of(found, on=on) if found.finding is Finding.OPEN else None,
        found.missing,
        found.obstacles,
        found.theme,
        "" if found.distance_km is None else f"{found.distance_km:.6f}",
    )


OPENING = ("id", "rank", "service", "location", "distance_km", "basis", "agreement", "article", "version")


def openings_of(
    asked: Offer, people: Mapping[str, PersonFacts], *, on: date = DAY, top: int = 10
) -> list[tuple[object, ...]]:
    """Give the rows of a portfolio as the reference answers its people, one after the other; columns of ``OPENING``."""
    rows: list[tuple[object, ...]] = []
    for name, one in people.items():
        found = [each for each in reference.answer(asked, Question(one, on)) if each.finding is Finding.OPEN]
        for rank, verdict in enumerate(found[:top], start=1):
            away, ground = verdict.distance_km, verdict.grounds[0]
            cited = (ground.agreement or None, ground.article or None, ground.version or None)
            stands = asked.by_id[verdict.service].location
            rows.append(
                (name, rank, verdict.service, stands, None if away is None else round(away, 3), ground.basis, *cited)
            )
    return rows


def said(verdict: Verdict) -> str:
    """Say a verdict in the words of the tables: ``OPEN``, ``CLOSED AGE``, ``UNKNOWN age, registered``."""
    details = sorted(verdict.missing) or [obstacle.kind.value for obstacle in verdict.obstacles]
    return " ".join(filter(None, (verdict.finding.value, ", ".join(dict.fromkeys(details)))))


def said_of(asked: Offer, facts: str = "", **how: object) -> str:
    """Say what both engines answer where only one service can."""
    (verdict,) = ask(asked, facts, **how)
    return said(verdict)


def table(text: str) -> list[tuple[str, ...]]:
    """Read a table: a heading, a line of dashes, then rows of cells between bars."""
    _, _, *rows = text.strip().splitlines()
    return [tuple(cell.strip() for cell in row.split("|")) for row in rows if row.strip()]
