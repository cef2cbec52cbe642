"""The offer as a map against a plain count, service by service."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Article,
    Clause,
    ClauseKind,
    Force,
    Opens,
    Party,
    ServiceSelection,
)
from maillage.domain.catalogue import Catalogue
from maillage.domain.complementarity import (
    ANYBODY,
    GROUPS,
    NEW_PARTNER,
    ComplementarityImpossible,
    ComplementarityQuestion,
    ImaginedChange,
    OfferClass,
    PartnerChoice,
    differing,
)
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.people import EVERYBODY
from maillage.domain.services import Service
from maillage.domain.shared import Point, distance_km
from maillage.domain.territories import FRANCE
from maillage.engine import complementarity
from maillage.engine.columnar import Index
from maillage.engine.complementarity import FAMILIES, Columns, OfferMap
from maillage.engine.offer import offer_of
from maillage.engine.partners import known_networks, named, partners_in
from maillage.engine.reference import reach_of
from tests.engine.worlds import ASKED_THEMES, FIRST_DAY, SOMEWHERE, days, geography, offers, points, ref

NETWORKS = PartnerChoice(networks=("face", "la-poste"))
NO_TEXT = AgreementSet()
CHOICES = st.sampled_from([PartnerChoice(), NETWORKS])
CHANGES = st.builds(
    ImaginedChange,
    st.lists(points, max_size=2).map(tuple),
    st.sampled_from(["", "face", "org-b", "nobody"]),
    st.sampled_from([NEW_PARTNER, "face"]),
)
QUESTIONS = st.builds(
    ComplementarityQuestion,
    st.sampled_from([FRANCE, *map(ref, ("departement:36", "commune:36999", "commune:98004", "departement:99"))]),
    st.sampled_from(ASKED_THEMES),
    st.sampled_from([0.0, 10.0, 25.0, 60.0, 200.0]),
    days,
    st.sampled_from([ANYBODY, EVERYBODY, "actifs", "etudiants", "LONG_TERM", "VERY_LONG_TERM"]),
    CHOICES,
)


def plain_partners(offer, service, choice):
    if choice.networks:
        names = offer.directory.lineage_of(service.organisation) | service.networks
        return {one for one in choice.networks if one in names}
    networks = set(service.networks) | ({"face"} if service.organisation == "org-a" else set())
    head = "parent" if service.organisation == "org-a" else service.organisation
    return {"+".join(sorted(networks)) or head}


def is_open(offer, service, home, question):
    held = {question.group} | ({"LONG_TERM"} if question.group == "VERY_LONG_TERM" else set())
    if service.publics and question.group != ANYBODY and not service.publics & held:
        return False
    if service.zone is not None and not any(offer.geography.covers(one, home) for one in service.zone):
        return False
    if service.id not in offer.reserved:
        return True
    force, silent = offer.force_on(question.on), offer.silent_on(question.on)
    return any(
        position not in silent
        and force[clause.agreement] is Force.IN_FORCE
        and question.on in clause.standing
        and offer.geography.covers(clause.territory, home)
        for position in offer.opened_by.get(service.id, ())
        for clause in [offer.clauses[position]]
    )


def plain_row(offer, home, theme, question, change):
    """Count for one municipality the long way round: services near, at a distance, and the partners near."""
    near, far, whose = 0, 0, set()
    for service in offer.services:
        partners = plain_partners(offer, service, question.partners) - {change.lost}
        if not (partners and service.serves(theme) and question.on in service.valid):
            continue
        if not is_open(offer, service, home, question):
            continue
        limit = min(question.km, reach_of(service, offer.settings.default_reach_km))
        if service.is_placed and distance_km(home.point, service.point) <= limit:
            near, whose = near + 1, whose | partners
        elif service.remote or not service.is_placed:
            far += 1
    if theme in {question.theme, question.theme.partition("--")[0]}:
        opened = [point for point in change.points if distance_km(home.point, point) <= question.km]
        near, whose = near + len(opened), whose | ({change.partner} if opened else set())
    return near, far, tuple(sorted(whose))


@given(offers(), QUESTIONS, CHANGES)
def test_a_map_is_a_plain_count(offer, question, change):
    found = OfferMap(Index.of(offer)).answer(question, change, {})

    members = [one for one in offer.geography.members(question.territory) if one.point]
    expected = {one.code: plain_row(offer, one, question.theme, question, change) for one in members}
    assert {
        row.municipality.code: (row.service_count, row.remote_count, row.partners) for row in found.rows
    } == expected
    assert all(row.partner_count == len(row.partners) for row in found.rows)
    for line in found.themes:
        rows = [plain_row(offer, one, line.theme, question, change)[2] for one in members]
        keys = sorted({key for row in rows for key in row})
        assert dict(line.reached) == {key: 1000 * sum(key in row for row in rows) for key in keys}
        assert line.white_people == 1000 * sum(not row for row in rows)
    assert [line.theme for line in found.themes] == list(dict.fromkeys((question.theme, *FAMILIES)))
    counted = OfferMap(Index.of(offer)).answer(question, change, {}, is_named=False)
    assert counted.rows == tuple(row._replace(partners=()) for row in found.rows)
    assert counted.themes == found.themes


@given(offers(), st.lists(st.sampled_from(GROUPS), min_size=1, max_size=4, unique=True), CHOICES, days)
def test_all_columns_at_once_say_the_same_as_one_at_a_time(offer, groups, choice, on):
    reader = OfferMap(Index.of(offer))
    homes = np.arange(4)

    whole = reader.cells(homes, Columns(ASKED_THEMES, tuple(groups), 60.0, on), choice)

    for at, theme in enumerate(ASKED_THEMES):
        for place, group in enumerate(groups):
            alone = reader.cells(homes, Columns((theme,), (group,), 60.0, on), choice)
            for kind in ("near", "far", "partners"):
                assert (getattr(whole, kind)[:, at, place] == getattr(alone, kind)[:, 0, 0]).all()


def service(number, point, **facts):
    return replace(
        Service(f"s{number}", "Service", "org-a", SOMEWHERE, point=point, themes=frozenset({ASKED_THEMES[0]})), **facts
    )


def offer_with(*services, texts=NO_TEXT):
    directory = Directory({"org-a": Organisation("org-a", "Organisation A", SOMEWHERE)})
    return offer_of(Catalogue(services, {}, directory, "c1"), texts, geography())


def text(territory, parties=("org-a", "x")):
    opened = Clause("c1", ClauseKind.OPENS, Opens(provider="org-a", services=ServiceSelection()))
    return Agreement(
        id="convention",
        title="Convention",
        level=AgreementLevel.LOCAL,
        kind=AgreementKind.AGREEMENT,
        territory=ref(territory),
        parties=tuple(Party(f"p{place}", one) for place, one in enumerate(parties)),
        articles=(Article("1", "Titre", "texte", (opened,)),),
        digest="0" * 64,
        signed_on=FIRST_DAY,
    )


def asked(**changes):
    return replace(ComplementarityQuestion(FRANCE, "numerique", 20.0, FIRST_DAY), **changes)


def test_the_radius_is_inclusive_to_the_millimetre():
    here, there = geography().municipalities["36001"].point, Point(46.9, 1.5)
    far = distance_km(here, there)
    reader = OfferMap(Index.of(offer_with(service(1, there))))

    counts = [
        reader.answer(asked(territory=ref("commune:36001"), km=km), ImaginedChange(), {}).rows[0].service_count
        for km in (far - 1e-6, far + 1e-9, far + 1e-6)
    ]

    assert counts == [0, 1, 1]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (1, 0)),
        ({"zone": (ref("commune:36001"),)}, (1, 0)),
        ({"zone": (ref("commune:67003"),)}, (0, 0)),
        ({"reserved_by": "un texte"}, (1, 0)),
        ({"in_person": False, "remote": True}, (0, 1)),
        ({"in_person": False, "remote": True, "zone": (ref("commune:36001"),)}, (0, 1)),
        ({"remote": True}, (1, 0)),
        ({"remote": True, "reach_km": 0.0}, (0, 1)),
        ({"publics": frozenset({"unheard-of"})}, (1, 0)),
        ({"themes": frozenset()}, (0, 0)),
    ],
)
def test_a_service_counts_once_for_those_it_is_open_to(facts, expected):
    offer = offer_with(
        service(1, Point(46.81, 1.6), **facts), texts=AgreementSet({"convention": text("commune:36001")})
    )

    row = OfferMap(Index.of(offer)).answer(asked(territory=ref("commune:36001")), ImaginedChange(), {}).rows[0]

    assert (row.service_count, row.remote_count) == expected


def test_a_reserved_service_is_white_where_no_agreement_opens_it():
    offer = offer_with(
        service(1, Point(46.81, 1.6), reserved_by="un texte"), texts=AgreementSet({"convention": text("commune:67003")})
    )

    found = OfferMap(Index.of(offer)).answer(asked(territory=ref("commune:36001")), ImaginedChange(), {})

    assert found.rows[0].offer_class is OfferClass.WHITE


def test_the_parties_of_an_agreement_are_partners_and_nobody_else():
    texts = AgreementSet({"convention": text("france")})
    offer = offer_with(
        *(service(n, Point(46.8, 1.6), organisation=one) for n, one in enumerate(("org-a", "x", "y"))), texts=texts
    )

    found = OfferMap(Index.of(offer)).answer(asked(partners=PartnerChoice("convention")), ImaginedChange(), {})

    assert found.rows[0].partners == ("org-a", "x")
    assert found.rows[0].service_count == 2


def test_a_partner_is_met_once_by_each_group():
    here = Point(46.8, 1.6)
    offer = offer_with(service(1, here, publics=frozenset({"actifs"})), service(2, here), service(3, here))
    groups = (ANYBODY, EVERYBODY, "actifs", "etudiants")

    cells = OfferMap(Index.of(offer)).cells(
        np.array([0]), Columns(("numerique",), groups, 5.0, FIRST_DAY), PartnerChoice()
    )

    assert cells.near[0, 0].tolist() == [3, 2, 3, 2]
    assert cells.partners[0, 0].tolist() == [1, 1, 1, 1]


def test_two_services_of_one_partner_stay_one_partner():
    here = Point(46.8, 1.6)

    found = OfferMap(Index.of(offer_with(service(1, here), service(2, here)))).answer(asked(), ImaginedChange(), {})

    assert (found.rows[0].service_count, found.rows[0].partners) == (2, ("org-a",))


def test_a_partner_with_services_for_another_need_is_not_one_for_this_need():
    here = Point(46.8, 1.6)
    other = service(2, here, organisation="x", themes=frozenset({"mobilite--preparer-un-permis"}))

    found = OfferMap(Index.of(offer_with(service(1, here), other))).answer(asked(), ImaginedChange(), {})

    assert found.rows[0].partners == ("org-a",)
    assert {line.theme: line.reached for line in found.themes if line.reached} == {
        "numerique": (("org-a", 1000),),
        "mobilite": (("x", 1000),),
    }


def test_a_partner_that_leaves_leaves_a_white_zone():
    reader = OfferMap(Index.of(offer_with(service(1, Point(46.8, 1.6)), service(2, Point(46.6, 1.9)))))
    question = asked(territory=ref("commune:36001"))

    before, after = (reader.answer(question, ImaginedChange(lost=lost), {}) for lost in ("", "org-a"))

    assert [one.offer_class.name for one, _ in differing(before, after)] == ["COMPLEMENTARY"]
    assert [one.offer_class.name for _, one in differing(before, after)] == ["WHITE"]


def test_a_remote_service_that_a_text_reserves_does_not_count_without_one():
    offer = offer_with(service(1, None, in_person=False, remote=True, reserved_by="un texte"))

    assert [row.remote_count for row in OfferMap(Index.of(offer)).answer(asked(), ImaginedChange(), {}).rows] == [
        0,
        0,
        0,
    ]


def test_a_municipality_without_a_point_is_left_out():
    found = OfferMap(Index.of(offer_with(service(1, Point(46.8, 1.6))))).answer(
        asked(territory=ref("commune:98004")), ImaginedChange(), {}
    )

    assert (found.rows, found.left_out, found.people) == ((), 1, 0)


def test_a_place_far_west_of_every_service_has_none():
    offer = offer_with(service(1, Point(46.8, 1.6), reach_km=5.0))
    reader = OfferMap(Index.of(offer))

    found = reader.answer(asked(km=20.0), ImaginedChange(), {})

    assert [row.service_count for row in found.rows] == [1, 0, 0]


def test_many_municipalities_are_shared_between_threads(monkeypatch):
    offer = offer_with(service(1, Point(46.8, 1.6)), service(2, Point(46.6, 1.9)))
    alone = OfferMap(Index.of(offer)).answer(asked(), ImaginedChange(), {})
    monkeypatch.setattr(complementarity, "HOMES_ALONE", 1)

    together = OfferMap(Index.of(offer)).answer(asked(), ImaginedChange(), {})

    assert together == alone


def test_partners_are_named():
    found = OfferMap(Index.of(offer_with(service(1, Point(46.8, 1.6)), service(2, Point(46.8, 1.6), organisation="x"))))

    answer = found.answer(asked(), ImaginedChange(points=(Point(46.8, 1.6),)), {NEW_PARTNER: "un nouveau partenaire"})

    assert answer.partner_names == ((NEW_PARTNER, "un nouveau partenaire"), ("org-a", "Organisation A"), ("x", "x"))
    assert answer.left_out == 1


def test_networks_that_carry_a_service_together_are_one_partner():
    both = service(1, None, networks=frozenset({"la-poste", "face"}))
    offer = offer_with(both, service(2, None, organisation="x"))

    assert partners_in(offer, offer.services, PartnerChoice()).keys == ("face+la-poste", "x")
    assert named("face+la-poste", offer.directory, {"face": "FACE"}) == "FACE + la-poste"
    assert known_networks(offer.services, offer.directory) == {"face", "la-poste"}


@given(offers())
def test_the_parties_of_an_agreement_are_its_partners(offer):
    for key, agreement in offer.agreements.agreements.items():
        assert len(agreement.parties) == 1
        with pytest.raises(ComplementarityImpossible, match="less than two parties"):
            partners_in(offer, offer.services, PartnerChoice(agreement=key))
    with pytest.raises(ComplementarityImpossible, match="No agreement"):
        partners_in(offer, offer.services, PartnerChoice(agreement="absent"))
