"""Small invented worlds for the engines: places, services, agreements and people, built by Hypothesis."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Amendment,
    Article,
    Clause,
    ClauseKind,
    Declines,
    Delegates,
    Instruction,
    InstructionKind,
    Opens,
    Party,
    ServiceSelection,
)
from maillage.domain.catalogue import Catalogue
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.people import BARRIERS, TARGET_GROUPS, PersonFacts
from maillage.domain.rules import (
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
)
from maillage.domain.services import OwnBasis, Service
from maillage.domain.shared import ALWAYS, Period, Point, Provenance
from maillage.domain.territories import FRANCE, Geography, Municipality, TerritoryRef
from maillage.engine.offer import Offer, offer_of

FIRST_DAY = date(2022, 1, 1)
SOMEWHERE = Provenance("test")
THEMES = (
    "numerique--acceder-a-des-services-en-ligne",
    "numerique--utiliser-le-numerique",
    "mobilite--preparer-un-permis",
)
ASKED_THEMES = (*THEMES, "numerique", "mobilite", "logement-hebergement")
CODES = ("36001", "36002", "67003", "98004")


def ref(text: str) -> TerritoryRef:
    return TerritoryRef.parse(text)


def geography() -> Geography:
    """Four municipalities about 30 km apart, the last without a point, and an old code carried to the first."""
    places = {
        "36001": (Point(46.8, 1.6), "36", "24"),
        "36002": (Point(46.6, 1.9), "36", "24"),
        "67003": (Point(46.9, 1.2), "67", "44"),
        "98004": (None, "", ""),
    }
    municipalities = {
        code: Municipality(
            code, f"Ville {code}", point, 1000, epci=f"20000000{code[-1]}", department=department, region=region
        )
        for code, (point, department, region) in places.items()
    }
    return Geography("test", municipalities, passage={"36999": "36001"})


days = st.integers(0, 40).map(lambda number: FIRST_DAY + timedelta(days=number))
periods = st.one_of(
    st.just(ALWAYS), st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair) + timedelta(days=1)))
)
territories = st.sampled_from(
    [
        FRANCE,
        *map(ref, ("departement:36", "region:24", "commune:36001", "commune:36999", "commune:67003", "epci:200000002")),
    ]
)
numbers = st.integers(14, 30)
points = st.builds(Point, st.floats(46.3, 47.3), st.floats(0.8, 2.4))


def conditions() -> st.SearchStrategy[Condition]:
    """Every kind of condition, nested."""
    bounds = st.one_of(st.none(), numbers)
    tests = st.one_of(
        st.just(Always()),
        st.just(LivesInCatchmentArea()),
        st.builds(
            Equals, st.sampled_from(["registered", "boe", "minimum_income", "priority_neighbourhood"]), st.booleans()
        ),
        st.builds(Between, st.sampled_from(["age", "registered_for_months"]), bounds, bounds),
        st.builds(
            Among, st.just("target_group"), st.frozensets(st.sampled_from(TARGET_GROUPS), min_size=1, max_size=3)
        ),
        st.builds(Among, st.just("barrier"), st.frozensets(st.sampled_from(BARRIERS), min_size=1, max_size=3)),
        st.builds(Among, st.just("qualification"), st.frozensets(st.sampled_from("345"), min_size=1, max_size=2)),
        st.builds(Among, st.just("occupation"), st.frozensets(st.sampled_from(["A1101", "K2503"]), min_size=1)),
        st.builds(LivesIn, st.frozensets(territories, min_size=1, max_size=2)),
    )
    return st.recursive(
        tests,
        lambda inner: st.one_of(
            st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(Any, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(Not, inner),
        ),
        max_leaves=6,
    )


@st.composite
def services(draw: st.DrawFn, number: int) -> Service:
    modes = draw(st.sampled_from([(True, False), (True, False), (False, True), (True, True)]))
    return Service(
        id=f"service-{number:02}",
        name=f"Service {number}",
        organisation=draw(st.sampled_from(["org-a", "org-b", "org-c"])),
        provenance=SOMEWHERE,
        location=draw(st.sampled_from([None, "place-a"])),
        point=draw(st.one_of(st.none(), points, points)),
        municipality=draw(st.sampled_from(["", *CODES])),
        place_kinds=draw(st.frozensets(st.sampled_from([PlaceKind.AGENCY, PlaceKind.DIGITAL_POINT]), max_size=1)),
        networks=draw(st.frozensets(st.sampled_from(["la-poste", "face"]), max_size=1)),
        themes=draw(st.frozensets(st.sampled_from(THEMES), max_size=2)),
        publics=draw(st.frozensets(st.sampled_from([*TARGET_GROUPS[:4], "unheard-of"]), max_size=2)),
        age_from=draw(st.one_of(st.none(), numbers)),
        age_until=draw(st.one_of(st.none(), numbers)),
        zone=draw(st.one_of(st.none(), st.lists(territories, max_size=2).map(tuple))),
        in_person=modes[0],
        remote=modes[1],
        reach_km=draw(st.sampled_from([None, None, 5.0, 25.0, 300.0])),
        own_basis=draw(st.sampled_from(OwnBasis)),
        reserved_by=draw(st.sampled_from(["", "", "un texte"])),
        conditions_known=draw(st.sampled_from([True, True, True, False])),
        valid=draw(periods),
    )


selections = st.one_of(
    st.just(ServiceSelection()),
    st.builds(
        ServiceSelection,
        ids=st.frozensets(st.integers(0, 7).map(lambda number: f"service-{number:02}"), max_size=2),
        themes=st.frozensets(st.sampled_from(["numerique", THEMES[2]]), max_size=1),
        place_kinds=st.frozensets(st.sampled_from([PlaceKind.AGENCY]), max_size=1),
        networks=st.frozensets(st.sampled_from(["la-poste"]), max_size=1),
    ),
)
priorities = st.lists(st.sampled_from(TARGET_GROUPS), max_size=2, unique=True).map(tuple)


@st.composite
def clauses(draw: st.DrawFn, name: str) -> Clause:
    shared = {
        "services": draw(selections),
        "condition": draw(conditions()),
        "territory": draw(st.one_of(st.none(), territories)),
        "period": draw(periods),
        "priority": draw(priorities),
    }
    organisation = draw(st.sampled_from(["org-a", "org-b", "la-poste", "parent"]))
    if draw(st.booleans()):
        return Clause(name, ClauseKind.OPENS, Opens(provider=organisation, reserves=draw(st.booleans()), **shared))
    return Clause(name, ClauseKind.DELEGATES, Delegates(from_party="org-a", to_party=organisation, **shared))


@st.composite
def articles(draw: st.DrawFn, number: str) -> Article:
    found = [draw(clauses(f"c{number}-{place}")) for place in range(draw(st.integers(0, 2)))]
    return Article(number, "Titre", "« texte »", tuple(found), valid=draw(periods))


@st.composite
def amendments(draw: st.DrawFn, name: str) -> Amendment:
    new = draw(st.one_of(st.none(), articles("2")))
    kind = InstructionKind.REPEAL if new is None else InstructionKind.REPLACE
    return Amendment(
        id=name,
        signed_on=draw(st.one_of(st.none(), days)),
        effective_from=draw(days),
        why="pour voir",
        instructions=(Instruction(kind, "2", new),),
        changes_term=draw(st.booleans()),
        new_until=draw(st.one_of(st.none(), days)),
    )


@st.composite
def agreements(draw: st.DrawFn, name: str, framework: str = "") -> Agreement:
    text = [draw(articles(str(number))) for number in range(1, draw(st.integers(2, 4)))]
    if draw(st.booleans()):
        local = (AgreementLevel.LOCAL,)
        declines = Declines(local, only_while_in_force=draw(st.booleans()))
        text.append(Article("9", "Titre", "« texte »", (Clause(f"{name}-d", ClauseKind.DECLINES, declines),)))
    return Agreement(
        id=name,
        title=f"Convention {name}",
        level=draw(st.sampled_from(AgreementLevel)),
        kind=AgreementKind.AGREEMENT,
        territory=draw(territories),
        parties=(Party("a", "org-a"),),
        articles=tuple(text),
        digest="0" * 64,
        framework=framework,
        signed_on=draw(st.one_of(st.just(FIRST_DAY), days, st.none())),
        effective_until=draw(st.one_of(st.none(), days)),
        requires_framework_in_force=draw(st.booleans()),
        amendments=tuple(draw(amendments(f"avenant-{number}")) for number in range(draw(st.integers(0, 2)))),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Services and the organisations and place that they name."""
    area = draw(areas)
    organisations = {
        key: Organisation(key, key, SOMEWHERE, parent=parent, catchment_area=area, networks=networks)
        for key, parent, networks in (
            ("parent", "", frozenset()),
            ("org-a", "parent", frozenset({"face"})),
            ("org-b", "", frozenset()),
        )
    }
    place = AccessPoint(
        "place-a",
        "Lieu",
        frozenset({PlaceKind.AGENCY}),
        "org-b",
        "36001",
        draw(st.one_of(st.none(), points)),
        SOMEWHERE,
    )
    places = {one.id: one for one in draw(st.sampled_from([(), (place,), (place, place)]))}
    found = tuple(draw(services(number)) for number in range(draw(st.integers(0, 8))))
    return Catalogue(found, places, Directory(organisations), "c1")


areas = st.sampled_from([None, (), (ref("departement:36"),), (ref("commune:67003"),)])


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    """A whole world: its catalogue and its agreements brought together."""
    catalogue = draw(catalogues())
    texts = [draw(agreements("cadre")), draw(agreements("local", "cadre")), draw(agreements("orphelin", "absent"))]
    kept = texts[: draw(st.integers(0, 3))]
    return offer_of(catalogue, AgreementSet({text.id: text for text in kept}), geography())


people = st.builds(
    PersonFacts,
    municipality=st.sampled_from([*CODES, "36999"]),
    point=st.one_of(st.none(), st.none(), points),
    age=st.one_of(st.none(), numbers),
    registered=st.sampled_from([None, True, False]),
    registered_for_months=st.one_of(st.none(), numbers),
    target_groups=st.one_of(st.none(), st.frozensets(st.sampled_from(TARGET_GROUPS), max_size=3)),
    barriers=st.one_of(st.none(), st.frozensets(st.sampled_from(BARRIERS), max_size=3)),
    boe=st.sampled_from([None, True, False]),
    minimum_income=st.sampled_from([None, True, False]),
    priority_neighbourhood=st.sampled_from([None, True, False]),
    qualification=st.sampled_from([None, "3", "4", "9"]),
    occupation=st.sampled_from([None, "A1101", "Z9999"]),
)
themes = st.lists(st.sampled_from(ASKED_THEMES), max_size=3, unique=True).map(tuple)
