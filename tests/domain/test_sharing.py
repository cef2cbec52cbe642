from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    Article,
    Clause,
    ClauseKind,
    Party,
    Statement,
)
from maillage.domain.shared import Period
from maillage.domain.sharing import (
    ATTENDANCE,
    IDENTITY,
    MINIMUM,
    ConsentGiven,
    WhatPasses,
    fields_named,
    is_discreet,
    passings,
    plain_word,
    shared_fields,
)
from maillage.domain.territories import TerritoryKind, TerritoryRef

DAY = date(2026, 3, 2)
AGENCY, MISSION = "agence", "mission-locale-indre"


def clause(name: str, /, **fields) -> Clause:
    told = {"from": "sends", "to": "receives", **{key.rstrip("_"): value for key, value in fields.items()}}
    return Clause(name, ClauseKind.SHARES, Statement(ClauseKind.SHARES, tuple(told.items())))


def agreement(*clauses: Clause) -> Agreement:
    return Agreement(
        id="2026-fictional",
        title="Fictional",
        level=AgreementLevel.LOCAL,
        kind=AgreementKind.AGREEMENT,
        territory=TerritoryRef(TerritoryKind.DEPARTMENT, "36"),
        parties=(Party("sends", AGENCY), Party("receives", MISSION), Party("network", "mission-locale")),
        articles=(Article("4", "Sharing", "…", clauses),),
        digest="0" * 64,
    )


def between(*clauses: Clause, sender=AGENCY, receiver=MISSION, on=DAY):
    return passings(agreement(*clauses), sender={sender}, receiver={receiver, "mission-locale"}, on=on)


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("identité", IDENTITY),
        ("Date d’inscription", {"registered", "registered_since"}),
        ("registered", {"registered", "registered_since"}),
        ("  Présence ", {"attendance"}),
        ("RQTH", {"boe", "health_groups"}),
        ("given_name", {"given_name"}),
        ("études réalisées par FACE", set()),
        ("attentes du groupe La Poste en recrutement", set()),
    ],
)
def test_the_words_of_agreements_name_stored_fields(word, fields):
    assert fields_named(word) == fields


def test_a_word_is_read_without_accents_nor_typography():
    assert plain_word("  Fin de   l’Accompagnement ") == "fin de l'accompagnement"


def test_a_clause_passes_what_it_lists_in_its_direction_only():
    shares = clause("c", fields=("identité", "humeur"), purpose="Recevoir", legal_basis="Loi", retention="Un an")

    (found,) = between(shares)

    assert (found.article, found.clause, found.fields, found.unknown) == ("4", "c", IDENTITY, ("humeur",))
    assert (found.purpose, found.legal_basis, found.retention) == ("Recevoir", "Loi", "Un an")
    assert found.needs_consent is False
    assert between(shares, sender=MISSION, receiver=AGENCY) == ()


def test_a_party_may_be_a_network_and_there_may_be_several():
    assert len(between(clause("c", fields=("nom",), to=["network", "other"]))) == 1


def test_an_article_that_no_longer_applies_passes_nothing():
    text = agreement(clause("c", fields=("nom",)))
    (article,) = text.articles
    text = replace(text, articles=(replace(article, valid=Period(None, DAY)),))

    assert passings(text, sender={AGENCY}, receiver={MISSION}, on=DAY) == ()
    assert len(passings(text, sender={AGENCY}, receiver={MISSION}, on=DAY - timedelta(days=1))) == 1


def test_other_clauses_share_nothing():
    promise = Clause("p", ClauseKind.COMMITS, Statement(ClauseKind.COMMITS, (("fields", ("nom",)),)))

    assert between(promise) == ()


def test_what_passes_is_the_fields_listed_and_nothing_else():
    shared = shared_fields(
        between(clause("a", fields=("nom",)), clause("b", fields=("commune",))), (), receiver=MISSION, on=DAY
    )

    assert (shared.fields, shared.awaiting, shared.is_minimum) == ({"family_name", "municipality"}, (), False)


@pytest.mark.parametrize(
    "clauses",
    [(), (clause("studies", fields=("études réalisées",)),), (clause("unsaid"),)],
    ids=["none", "studies", "unsaid"],
)
def test_without_facts_named_what_it_takes_to_receive_somebody_passes(clauses):
    shared = shared_fields(between(*clauses), (), receiver=MISSION, on=DAY)

    assert (shared.fields, shared.is_minimum) == (MINIMUM, True)


CONSENT = ConsentGiven(uuid4(), MISSION, "2026-fictional", "c", frozenset({"family_name", "boe"}), DAY)


@pytest.mark.parametrize(
    ("consent", "passed"),
    [
        (None, set()),
        (CONSENT, {"family_name"}),
        (replace(CONSENT, is_revoked=True), set()),
        (replace(CONSENT, given_on=DAY + timedelta(days=1)), set()),
        (replace(CONSENT, until=DAY), set()),
        (replace(CONSENT, until=DAY + timedelta(days=1)), {"family_name"}),
        (replace(CONSENT, organisation="another"), set()),
        (replace(CONSENT, clause="another"), set()),
    ],
)
def test_where_consent_is_asked_nothing_passes_without_one_that_holds(consent, passed):
    asked = between(clause("c", fields=("nom",), consent=True))

    shared = shared_fields(asked, [consent] if consent else [], receiver=MISSION, on=DAY)

    assert shared == WhatPasses(frozenset(passed), asked, () if passed else asked)


@pytest.mark.parametrize(("word", "passes"), [("présence", True), ("identité", False)])
def test_an_absence_is_told_only_where_a_clause_names_attendance(word, passes):
    shared = shared_fields(between(clause("c", fields=(word,))), [], receiver=MISSION, on=DAY)

    assert (ATTENDANCE in shared.fields) is passes


@pytest.mark.parametrize(
    ("networks", "marked", "discreet"),
    [((), (), False), (("csapa",), (), True), (("mission-locale",), (), False), ((), (MISSION,), True)],
)
def test_a_name_that_tells_a_condition_is_kept_from_the_others(networks, marked, discreet):
    assert is_discreet(MISSION, networks, marked) is discreet
