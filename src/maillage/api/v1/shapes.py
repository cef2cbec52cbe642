"""What the API answers, shape by shape."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, Literal, TypeVar

from ninja import Schema

from maillage.api.v1.problems import Problem

ERRORS: dict[Any, Any] = dict.fromkeys((400, 404, 405, 413, 422, 429, 500), Problem)
KEYED_ERRORS: dict[Any, Any] = {**ERRORS, **dict.fromkeys((401, 403, 503), Problem)}
WRITING_ERRORS: dict[Any, Any] = {**KEYED_ERRORS, **dict.fromkeys((409, 412, 428), Problem)}
Item = TypeVar("Item")
FindingCode = Literal["OPEN", "UNKNOWN", "CLOSED"]


class Reason(Schema):
    """Why a door is open, closed or uncertain, and the text it rests on."""

    basis: str
    source: str
    sentence: str
    agreement: str | None = None
    article: str | None = None
    version: str | None = None
    quote: str | None = None
    change: str | None = None


class Opening(Schema):
    """One service, and whether it is open to the person."""

    finding: FindingCode
    service: str
    service_name: str
    organisation: str
    location: str | None
    distance_km: float | None
    theme: str | None
    reasons: list[Reason]
    missing: list[str]
    priority_groups: list[str]
    answer: str


class Answer(Schema):
    """The openings of one person on a day; ``answer`` is what replays it."""

    answer: str
    on: date
    items: list[Opening]


class Answers(Schema):
    """The openings of several people, in the order they were asked about."""

    answers: list[Answer]


class Listed(Schema, Generic[Item]):
    """A page of a list; beyond the last page it is empty."""

    items: list[Item]
    total: int
    page: int
    size: int
    pages: int


class Point(Schema):
    """WGS 84, in degrees."""

    latitude: float
    longitude: float


class Source(Schema):
    """Where a record comes from, and how old it is."""

    source: str
    dated_on: date | None
    url: str
    licence: str
    is_demonstration: bool


class Organisation(Schema):
    """A body that offers services or signs agreements."""

    id: str
    name: str
    level: str
    networks: list[str]
    parent: str | None
    siret: str
    telephone: str
    email: str
    website: str
    catchment_area: list[str] | None
    provenance: Source


class AccessPoint(Schema):
    """A place where people are received; ``hours`` in the OSM notation."""

    id: str
    name: str
    kinds: list[str]
    organisation: str
    networks: list[str]
    municipality: str
    point: Point | None
    address: str
    postcode: str
    town: str
    telephone: str
    email: str
    website: str
    hours: str
    hours_note: str
    by_appointment: bool | None
    equipment: list[str]
    helpers: list[str]
    provenance: Source


class Service(Schema):
    """A service at a location, with its own conditions."""

    id: str
    name: str
    organisation: str
    location: str | None
    municipality: str
    point: Point | None
    description: str
    kind: str
    place_kinds: list[str]
    networks: list[str]
    themes: list[str]
    publics: list[str]
    age_from: int | None
    age_until: int | None
    zone: list[str] | None
    in_person: bool
    remote: bool
    for_employers: bool
    reserved_by: str
    conditions_known: bool
    conditions_note: str
    fees: str
    required_documents: list[str]
    telephone: str
    email: str
    website: str
    hours: str
    provenance: Source


class Territory(Schema):
    """A territory: a set of municipalities under an official code."""

    territory: str
    kind: str
    code: str
    name: str


class TerritoryInFull(Territory):
    """A territory with its people; ``within`` are the territories a municipality belongs to."""

    vintage: str
    municipality_count: int
    population: int | None
    postcodes: list[str]
    point: Point | None
    within: list[Territory]


class AgreementLine(Schema):
    """An agreement in a list, with its state on the day asked about."""

    id: str
    title: str
    level: str
    kind: str
    territory: str
    framework: str | None
    signed_on: date | None
    effective_from: date | None
    effective_until: date | None
    in_force: bool
    state: str
    version: str


class Signatory(Schema):
    """Who signed for a party."""

    name: str
    function: str


class Party(Schema):
    """A party of an agreement."""

    id: str
    organisation: str
    is_sponsor: bool
    signatories: list[Signatory]


class Selection(Schema):
    """Which services a clause is about; everything empty is all those of the provider."""

    ids: list[str]
    themes: list[str]
    place_kinds: list[str]
    networks: list[str]


class Clause(Schema):
    """One thing an article does; what a kind of clause does not have is null."""

    id: str
    kind: str
    provider: str | None = None
    to_party: str | None = None
    services: Selection | None = None
    territory: str | None = None
    priority: list[str] | None = None
    reserves: bool | None = None


class Article(Schema):
    """An article, or a passage that we number when the source does not."""

    number: str
    is_numbered_by_source: bool
    title: str
    text: str
    clauses: list[Clause]


class AgreementText(AgreementLine):
    """An agreement as it stands on a day: amendments replayed."""

    on: date
    source: str
    source_url: str
    parties: list[Party]
    amendments: list[str]
    articles: list[Article]


class Figures(Schema):
    """How far the people of a territory live; null where nobody counts, or no place is known."""

    territory: str
    name: str
    people: int
    excluded: int
    share_beyond: float | None
    mean_km: float | None


class CoverageFigures(Figures):
    """The figures of a territory, with what was counted, and those of its divisions."""

    km: float
    on: date
    vintage: str
    places: int
    places_without_point: int
    rows: list[Figures]


class Codes(Schema):
    """A list of codes, each with its French label."""

    name: str
    codes: dict[str, str]
