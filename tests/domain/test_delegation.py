"""Delegation: where it can go, the period of a volume, the order of the waiting list, what survives, the review."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Article,
    Clause,
    ClauseKind,
    Declines,
    Survival,
    Volume,
)
from maillage.domain.delegation import (
    AT_ONE_TIME,
    DELEGATION_TRANSITIONS,
    DelegationState,
    Places,
    Waiting,
    goes_on,
    in_order,
    period_of,
    refusal_of_change,
    review_due_on,
    survival_of,
    term_on,
    upper_age_of,
)
from maillage.domain.rules import All, Always, Between, Equals
from maillage.domain.shared import ALWAYS, Period
from maillage.domain.territories import TerritoryKind, TerritoryRef

FRANCE = TerritoryRef(TerritoryKind.FRANCE, "")
DAY = date(2026, 11, 22)


def agreement(name: str, *, until: date | None = None, framework: str = "", survival: Survival | None = None, **more):
    clauses = ()
    if survival is not None:
        body = Declines((AgreementLevel.LOCAL,), only_while_in_force=True, survival=survival)
        clauses = (Article("1", "", "", (Clause("declines", ClauseKind.DECLINES, body),)),)
    signed = {"signed_on": date(2020, 1, 1), **more}
    return Agreement(
        name,
        name,
        AgreementLevel.LOCAL,
        AgreementKind.AGREEMENT,
        FRANCE,
        (),
        clauses,
        "0" * 64,
        framework=framework,
        effective_until=until,
        **signed,
    )


def known(*texts: Agreement) -> AgreementSet:
    return AgreementSet({text.id: text for text in texts})


@pytest.mark.parametrize("state", DelegationState)
@pytest.mark.parametrize("to", DelegationState)
def test_a_delegation_goes_where_it_can_or_says_where(state, to) -> None:
    refused = refusal_of_change(state, to)

    assert (refused is None) == (to in DELEGATION_TRANSITIONS[state])
    if refused is not None:
        ended = not DELEGATION_TRANSITIONS[state]
        assert ("proposez-en une nouvelle" in refused.sentence_fr) == ended
        assert ("propose a new one" in refused.sentence_en) == ended


@pytest.mark.parametrize(
    ("per", "on", "start", "end"),
    [
        ("YEAR", DAY, date(2026, 1, 1), date(2027, 1, 1)),
        ("HALF_YEAR", DAY, date(2026, 7, 1), date(2027, 1, 1)),
        ("HALF_YEAR", date(2026, 6, 30), date(2026, 1, 1), date(2026, 7, 1)),
        ("QUARTER", DAY, date(2026, 10, 1), date(2027, 1, 1)),
        ("QUARTER", date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1)),
        ("MONTH", DAY, date(2026, 11, 1), date(2026, 12, 1)),
        ("MONTH", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        ("TERM", DAY, date(2024, 5, 1), date(2028, 5, 1)),
    ],
)
def test_the_period_of_a_volume(per, on, start, end) -> None:
    term = Period(date(2024, 5, 1), date(2028, 5, 1))

    assert period_of(Volume(10, per), on=on, term=term) == Period(start, end)


def test_a_term_without_beginning_has_one_period() -> None:
    assert period_of(Volume(10, "TERM"), on=DAY, term=ALWAYS).start == AT_ONE_TIME.start


def test_people_at_one_time_are_not_counted_by_period() -> None:
    assert period_of(Volume(10, "YEAR", "PEOPLE"), on=DAY, term=ALWAYS) == AT_ONE_TIME


@pytest.mark.parametrize(
    ("limit", "used", "left", "spent"),
    [(None, 7, None, False), (10, 7, 3, False), (10, 10, 0, True), (10, 12, 0, True)],
)
def test_what_is_left_of_a_volume(limit, used, left, spent) -> None:
    places = Places(limit, used, ALWAYS)

    assert (places.left, places.is_spent) == (left, spent)


def test_the_groups_the_article_names_come_first_then_who_has_waited_longest() -> None:
    names = [UUID(int=number) for number in range(4)]
    waiting = [
        Waiting(names[0], is_priority=False, since=date(2026, 1, 1)),
        Waiting(names[1], is_priority=True, since=date(2026, 3, 1)),
        Waiting(names[2], is_priority=True, since=date(2026, 2, 1)),
        Waiting(names[3], is_priority=False, since=date(2025, 1, 1)),
    ]

    assert [one.id.int for one in in_order(waiting)] == [2, 1, 3, 0]


LAPSED = {"until": date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([agreement("a")], True),
        ([agreement("a", signed_on=None)], False),
        ([agreement("a", effective_from=date(2030, 1, 1))], False),
        ([agreement("a", **LAPSED)], True),
        ([agreement("a", **LAPSED, framework="f"), agreement("f")], True),
        ([agreement("a", framework="f"), agreement("f", **LAPSED, survival=Survival.OPEN_REFERRALS)], True),
        ([agreement("a", framework="f"), agreement("f", **LAPSED, survival=Survival.NOTHING)], False),
        ([agreement("a", framework="f"), agreement("f", **LAPSED, survival=Survival.WHOLE)], True),
    ],
)
def test_what_was_delegated_runs_on_as_the_survival_clause_says(texts, expected) -> None:
    assert goes_on(texts[0], known(*texts), on=DAY) is expected


def test_without_a_word_what_is_under_way_survives() -> None:
    text = agreement("a", framework="f")

    assert survival_of(text, known(text, agreement("f")), on=DAY) is Survival.OPEN_REFERRALS


def test_the_term_of_a_text() -> None:
    assert term_on(agreement("a", **LAPSED), on=DAY) == Period(date(2020, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("condition", "upper"),
    [
        (Always(), None),
        (All((Equals("registered", value=True), Between("age", 16, 25))), 25),
        (Between("age", 16, None), None),
        (Between("registered_for_months", 0, 12), None),
    ],
)
def test_the_upper_age_of_a_condition(condition, upper) -> None:
    assert upper_age_of(condition) == upper


@pytest.mark.parametrize(
    ("born", "review"),
    [
        (date(2005, 3, 14), date(2031, 3, 14)),
        (date(2004, 2, 29), date(2030, 3, 1)),
        (date(2006, 2, 28), date(2032, 2, 28)),
        (None, None),
    ],
)
def test_the_26th_birthday_opens_a_review(born, review) -> None:
    assert review_due_on(born, Between("age", 16, 25)) == review


def test_a_leap_birthday_falls_on_itself_in_a_leap_year() -> None:
    assert review_due_on(date(2004, 2, 29), Between("age", 16, 23)) == date(2028, 2, 29)


def test_without_an_upper_age_no_review_is_due() -> None:
    assert review_due_on(date(2005, 3, 14), Always()) is None
