"""What the officer reads: rates over the sent of a cohort, small cells hidden, what fell, who is late, visits counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from maillage.apps.catalogue.use_cases import keep_records
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.models import AccessPointVisit
from maillage.apps.referrals.rates import Cohort, Cut, Rates, fallen, former, late, rates, suppress, visits
from maillage.apps.referrals.use_cases.receptions import HelpGiven, count_visits, set_reception
from maillage.domain.access_points import AccessPoint
from maillage.domain.accounts import Role
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import Channel, OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AT, HERE, MISSION, ON, POINT, POST, member, moved, person, sent, service

pytestmark = pytest.mark.django_db
COHORT = Cohort(ON, ON + timedelta(days=30))


def cell(name: str = "", sent_count: int = 20, **counts) -> Rates:
    known = dict.fromkeys(
        (
            "answered",
            "accepted",
            "accepted_never_received",
            "received",
            "closed_loop",
            "outcome_known",
            "outcome_positive",
            "still_open",
        ),
        10,
    )
    return Rates(name, sent_count, **{**known, **counts})


@pytest.fixture
def twenty(amel, bruno, chloe):
    """Twenty sent: five accepted and ended unmet, five received of whom all found work, five refused, five open."""
    uptakes = [sent(amel, person(amel, f"P{number}")).uptakes[0].uptake for number in range(20)]
    found = OutcomeSaid(OutcomeKind.JOB_SHORT, ON, OutcomeSource.PARTNER)
    for number, uptake in enumerate(uptakes):
        if number < 5:
            moved(bruno, uptake, Move.ACCEPT)
            moved(bruno, uptake, Move.FAIL, reason="UNREACHABLE")
        elif number < 10:
            moved(bruno, uptake, Move.RECEIVE, days=number)
            moved(bruno, uptake, Move.COMPLETE, days=number, outcome=found)
        elif number < 15:
            moved(bruno, uptake, Move.REFUSE, reason="NO_PLACE")
    return uptakes


def test_the_rates_of_what_was_sent(chloe, twenty):
    (whole,) = rates(chloe, COHORT, Cut.NOTHING)

    assert whole == Rates(
        "",
        20,
        answered=15,
        accepted=10,
        accepted_never_received=5,
        received=5,
        closed_loop=15,
        outcome_known=5,
        outcome_positive=5,
        still_open=5,
        median_days=7.0,
    )
    assert whole.share("received") == 0.25


@pytest.mark.parametrize(
    ("cut", "names"),
    [
        (Cut.AGREEMENT, ["essai"]),
        (Cut.TERRITORY, ["36"]),
        (Cut.TARGET_GROUP, ["jeunes"]),
        (Cut.RECIPIENT, [MISSION]),
    ],
)
def test_rates_are_cut(chloe, twenty, cut, names):
    whole, *cells = rates(chloe, COHORT, cut)

    assert [one.name for one in cells] == names
    assert all(one.sent == whole.sent for one in cells)


@pytest.mark.parametrize(
    "narrowed",
    [{"agreement": "autre"}, {"department": "67"}, {"group": "seniors"}, {"recipient": POST}, {"start": ON, "end": ON}],
)
def test_an_empty_cohort_shows_nothing(chloe, twenty, narrowed):
    (whole,) = rates(chloe, replace(COHORT, **narrowed), Cut.NOTHING)

    assert whole == Rates("", None, is_suppressed=True)


def test_health_is_in_no_rate(amel, chloe):
    for number in range(5):
        sent(amel, person(amel, f"P{number}", target_groups=("jeunes", "RQTH"), boe=True))

    assert [one.name for one in rates(chloe, COHORT, Cut.TARGET_GROUP)[1:]] == ["jeunes"]


def test_only_who_steers_reads_rates(amel, bruno):
    with pytest.raises(NotPermitted):
        rates(amel, COHORT, Cut.NOTHING)
    with pytest.raises(NotPermitted):
        late(bruno, on=ON)


def test_another_organisation_counts_its_own_alone(twenty):
    elsewhere = member("Zoé", Role.OFFICER, "ailleurs")

    assert rates(elsewhere, COHORT, Cut.NOTHING) == (Rates("", None, is_suppressed=True),)


def test_counts_that_tell_of_a_few_are_hidden():
    shown = suppress([cell("a", answered=3, accepted=17, received=2, median_days=4.0), cell("b")])[0]

    assert (shown.answered, shown.accepted, shown.received, shown.median_days) == (None, None, None, None)
    assert shown.outcome_known == 10
    assert shown.is_suppressed
    assert suppress([cell("a", answered=1)])[0].median_days == cell("a").median_days


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 20, "b": 30}, {"a", "b"}),
        ({"a": 4, "b": 30, "c": 20}, {"b"}),
        ({"a": 4, "b": 3, "c": 20}, {"c"}),
        ({"a": 4}, set()),
    ],
)
def test_a_total_does_not_tell_the_only_cell_hidden(sizes, shown):
    told = suppress([cell(name, size) for name, size in sizes.items()])

    assert {one.name for one in told if one.sent is not None} == shown


def test_what_fell_from_one_cohort_to_the_next():
    before = [cell("a", received=16), cell("b"), cell("gone")]
    now = [cell("a", received=8), cell("b"), cell("new")]

    (fall,) = fallen(before, now)
    assert (fall.name, fall.count, fall.before, fall.now) == ("a", "received", 0.8, 0.4)
    assert former(COHORT) == Cohort(date(2026, 10, 3), ON)


def test_who_is_late(chloe, twenty):
    assert late(chloe, on=ON) == ()
    (found,) = late(chloe, on=date(2026, 11, 25))

    assert (found.organisation, found.count, found.oldest_due_on) == (MISSION, 5, date(2026, 11, 24))


@pytest.fixture
def host(offer):
    return member("Léa", Role.ACCESS_POINT_STAFF, POST)


def test_visits_are_counted_with_the_help_given_and_nobody_is_named(host):
    count_visits(actor=host, access_point="poste-1", help_given=HelpGiven.EQUIPMENT, at=AT, count=6)
    total = count_visits(actor=host, access_point="poste-1", help_given=HelpGiven.EQUIPMENT, at=AT)
    count_visits(actor=host, access_point="poste-1", help_given=HelpGiven.ACCOUNT, at=AT, count=8)
    count_visits(actor=host, access_point="poste-1", help_given=HelpGiven.OTHER, at=AT, count=2)
    count_visits(actor=host, access_point="poste-2", help_given=HelpGiven.GUIDANCE, at=AT, count=2)

    one, other = visits(start=ON, end=ON + timedelta(days=1))
    assert total == 7
    # One help is rare: another is hidden with it, or the total would tell it.
    assert (one.total, one.by_help) == (17, {"ACCOUNT": 8, "EQUIPMENT": None, "OTHER": None})
    assert (other.total, other.by_help) == (None, {"GUIDANCE": None})
    assert visits(start=ON, end=ON + timedelta(days=1), access_points=["poste-2"]) == (other,)
    assert {field.name for field in AccessPointVisit._meta.fields} == {
        "id",
        "access_point",
        "on",
        "help_given",
        "count",
    }


@pytest.mark.parametrize(("count", "days"), [(0, 0), (501, 0), (1, 1)])
def test_a_count_that_cannot_be_is_refused(host, count, days):
    with pytest.raises(SendingRefused):
        count_visits(
            actor=host,
            access_point="poste-1",
            help_given=HelpGiven.OTHER,
            at=AT,
            count=count,
            on=ON + timedelta(days=days),
        )


@pytest.fixture
def digital_point(offer):
    """A place with computers, where the service of the offer is given."""
    place = AccessPoint("poste-1", "Poste du Blanc", frozenset(), POST, "36018", POINT, HERE)
    keep_records((place, service("ordinateurs", POST, location="poste-1")), format_name="test", at=AT)


def test_whether_a_person_sent_to_a_digital_point_went(amel, chloe, host, digital_point):
    going = [sent(amel, person(amel, f"Personne {number}"), "ordinateurs").uptakes[0].uptake for number in range(10)]
    for uptake in going[:5]:
        moved(host, uptake, Move.RECEIVE, days=2)

    _whole, point = rates(chloe, COHORT, Cut.ACCESS_POINT)

    assert (point.name, point.sent, point.received, point.median_days) == ("poste-1", 10, 5, 2.0)


def test_the_days_of_a_reception_are_in_order(bruno):
    with pytest.raises(SendingRefused):
        set_reception(actor=bruno, site=None, channel=Channel.INBOX, closed_until=ON, at=AT)


def test_a_count_hidden_alone_in_its_column_takes_another_along():
    """12 came in all, 9 in one cell: the 3 of the other would be told by difference."""
    first, second = suppress([cell("a", 30, received=9, median_days=4.0), cell("b", 30, received=3)])

    assert (first.received, second.received, first.median_days) == (None, None, None)
    assert (first.answered, second.answered) == (10, 10)


def test_what_has_no_name_in_a_cut_is_hidden_among_the_others():
    shown = suppress([cell("", 3), cell("a", 30), cell("b", 40)])

    assert [one.sent for one in shown] == [None, None, 40]
