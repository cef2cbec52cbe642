from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from maillage.apps.accounts import models, queries
from maillage.apps.accounts.use_cases import members, sites
from maillage.apps.accounts.use_cases.sites import SiteDescription
from maillage.apps.audit.models import AuditEvent
from maillage.domain.accounts import Role, SiteLevel
from maillage.domain.permissions import NotPermitted
from maillage.domain.shared import Period
from tests.apps.accounts.conftest import AT, FT, ML, TODAY, acting, give_role, open_account

WEEK = Period(date(2026, 12, 21), date(2026, 12, 28))


@pytest.fixture
def agency(gaelle):
    return sites.open_site(by=gaelle, description=SiteDescription("Agence du Blanc", SiteLevel.AGENCY), at=AT)


def test_a_member_is_placed_at_a_site_and_in_its_teams(gaelle, amel, agency):
    team = sites.open_team(by=gaelle, site=agency, name="Suivi", at=AT)

    assert members.place_member(by=gaelle, membership=amel.membership, site=agency, teams=[team], at=AT)

    placed = queries.actor_of(amel.account, amel.membership, TODAY)
    assert (placed.site, placed.teams) == (agency, {team})
    assert [one.name for one in queries.members_of(team=team, on=TODAY)] == ["Amel"]
    assert [one.name for one in queries.members_of(site=agency, on=TODAY)] == ["Amel"]
    assert queries.site_of(amel.membership).name == "Agence du Blanc"


def test_a_member_is_not_placed_in_a_team_of_another_site(gaelle, amel, agency):
    other = sites.open_site(by=gaelle, description=SiteDescription("Agence d’Issoudun", SiteLevel.AGENCY), at=AT)
    team = sites.open_team(by=gaelle, site=other, name="Suivi", at=AT)

    with pytest.raises(NotPermitted, match="Cette équipe n’est pas"):
        members.place_member(by=gaelle, membership=amel.membership, site=agency, teams=[team], at=AT)


def test_a_member_of_another_organisation_does_not_exist(gaelle, bruno, agency):
    place = {"by": gaelle, "membership": bruno.membership, "at": AT}

    assert not members.place_member(**place, site=agency, teams=[])
    assert not members.end_membership(**place)
    assert not members.freeze_member(**place, why="A doubt.")
    assert not members.unfreeze_member(**place)
    assert queries.find_member(bruno.membership, organisation=FT) is None


@pytest.mark.parametrize(
    "do",
    [
        lambda by, one: members.place_member(by=by, membership=one, site=None, teams=[], at=AT),
        lambda by, one: members.end_membership(by=by, membership=one, at=AT),
        lambda by, one: members.freeze_member(by=by, membership=one, why="", at=AT),
        lambda by, one: members.unfreeze_member(by=by, membership=one, at=AT),
    ],
)
def test_only_an_administrator_changes_members(amel, yann, do):
    with pytest.raises(NotPermitted, match="Seul un administrateur"):
        do(amel, yann.membership)


def test_an_ended_membership_opens_nothing_at_once(gaelle, amel):
    assert members.end_membership(by=gaelle, membership=amel.membership, at=AT)

    assert queries.actor_of(amel.account, amel.membership, TODAY) is None
    assert queries.memberships_of(amel.account, TODAY) == ()
    assert not members.end_membership(by=gaelle, membership=amel.membership, at=AT)
    assert list(AuditEvent.objects.values_list("what", flat=True)) == ["end_membership"]


def test_the_last_administrator_stays(gaelle):
    with pytest.raises(NotPermitted, match="dernier administrateur"):
        members.end_membership(by=gaelle, membership=gaelle.membership, at=AT)

    give_role(open_account("Zoe"), Role.ADMINISTRATOR, FT)
    assert members.end_membership(by=gaelle, membership=gaelle.membership, at=AT)


def test_a_frozen_account_acts_nowhere_until_given_back(gaelle, amel):
    before = models.Account.objects.get(pk=amel.account).get_session_auth_hash()

    assert members.freeze_member(by=gaelle, membership=amel.membership, why="Read 190 people.", at=AT)

    frozen = models.Account.objects.get(pk=amel.account)
    assert (frozen.frozen_why, frozen.is_active) == ("Read 190 people.", False)
    assert frozen.get_session_auth_hash() != before
    assert queries.actor_of(amel.account, amel.membership, TODAY) is None
    assert not members.freeze_account(by="watch", account=amel.account, why="again", at=AT)
    assert members.unfreeze_member(by=gaelle, membership=amel.membership, at=AT)
    assert queries.actor_of(amel.account, amel.membership, TODAY) == amel


def test_nobody_freezes_their_own_account(gaelle):
    with pytest.raises(NotPermitted, match="son propre compte"):
        members.freeze_member(by=gaelle, membership=gaelle.membership, why="", at=AT)


@pytest.mark.parametrize(
    ("day", "stands_in"),
    [
        (date(2026, 12, 20), False),
        (date(2026, 12, 21), True),
        (date(2026, 12, 27), True),
        (date(2026, 12, 28), False),
    ],
)
def test_a_stand_in_holds_the_work_on_its_days_only(amel, yann, day, stands_in):
    members.name_stand_in(by=amel, absent=amel.membership, stand_in=yann.membership, days=WEEK, at=AT)

    held = queries.actor_of(yann.account, yann.membership, day).memberships

    assert held == ({yann.membership, amel.membership} if stands_in else {yann.membership})


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (Period(date(2026, 11, 1), date(2026, 11, 22)), "absence à venir"),
        (Period(date(2026, 12, 2), date(2026, 12, 2)), "absence à venir"),
        (Period(date(2026, 12, 2), None), "absence à venir"),
        (Period(date(2026, 12, 1), date(2027, 12, 3)), "un an au plus"),
    ],
)
def test_a_stand_in_is_for_days_to_come_a_year_at_most(amel, yann, days, sentence):
    with pytest.raises(NotPermitted, match=sentence):
        members.name_stand_in(by=amel, absent=amel.membership, stand_in=yann.membership, days=days, at=AT)


def test_a_stand_in_gains_no_right_and_stands_in_once(gaelle, amel, yann, bruno):
    def name(by, absent, stand_in):
        return members.name_stand_in(by=by, absent=absent, stand_in=stand_in, days=WEEK, at=AT)

    assert name(gaelle, amel.membership, yann.membership)
    with pytest.raises(NotPermitted, match="même fonction"):
        name(gaelle, gaelle.membership, amel.membership)
    with pytest.raises(NotPermitted, match="même fonction"):
        name(amel, amel.membership, amel.membership)
    with pytest.raises(NotPermitted, match="remplace déjà"):
        name(amel, amel.membership, yann.membership)
    with pytest.raises(NotPermitted, match="Chacun nomme"):
        name(yann, amel.membership, yann.membership)
    assert name(amel, amel.membership, bruno.membership) is None


def test_a_stand_in_is_withdrawn_by_the_absent_or_an_administrator(gaelle, amel, yann, hugo):
    made = members.name_stand_in(by=amel, absent=amel.membership, stand_in=yann.membership, days=WEEK, at=AT)

    with pytest.raises(NotPermitted):
        members.withdraw_stand_in(by=yann, stand_in=made, at=AT)
    assert not members.withdraw_stand_in(by=hugo, stand_in=made, at=AT)
    assert members.withdraw_stand_in(by=gaelle, stand_in=made, at=AT)
    assert not members.withdraw_stand_in(by=gaelle, stand_in=made, at=AT)
    assert queries.stand_ins_of(FT, on=TODAY) == ()


def test_the_stand_ins_of_who_leaves_end_with_them(gaelle, amel, yann):
    members.name_stand_in(by=amel, absent=amel.membership, stand_in=yann.membership, days=WEEK, at=AT)
    assert [(one.absent.name, one.by.name) for one in queries.stand_ins_of(FT, on=TODAY)] == [("Amel", "Yann")]

    members.end_membership(by=gaelle, membership=amel.membership, at=AT)

    assert queries.actor_of(yann.account, yann.membership, date(2026, 12, 22)).stands_in_for == frozenset()


def test_an_actor_is_of_its_account_and_day(amel, yann):
    assert queries.actor_of(yann.account, amel.membership, TODAY) is None
    assert queries.actor_of(amel.account, uuid4(), TODAY) is None
    assert queries.actor_of(amel.account, amel.membership, date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("siret", "organisations"),
    [
        (None, {FT, ML}),
        ("13000548100010", {FT}),
        ("13000548199999", {FT}),
        ("77700000000011", set()),
        ("", set()),
        ("1300", set()),
    ],
)
def test_a_provider_opens_only_the_organisations_of_the_legal_unit_it_vouches_for(amel, siret, organisations):
    give_role(models.Account.objects.get(pk=amel.account), Role.PARTNER_ADVISER, ML)
    models.Site.objects.create(organisation=FT, name="Siège", level="NATIONAL", siret="13000548100010")
    models.Site.objects.create(organisation=ML, name="Siège", level="SEAT")

    found = queries.memberships_of(amel.account, TODAY, siret=siret)

    assert {one.organisation for one in found} == organisations


def test_former_members_are_listed_without_a_day(gaelle, amel):
    members.end_membership(by=gaelle, membership=amel.membership, at=AT + timedelta(days=1))

    assert [one.name for one in queries.members_of(organisation=FT)] == ["Amel", "Gaelle"]
    assert [one.name for one in queries.members_of(organisation=FT, on=TODAY)] == ["Gaelle"]
    assert acting(gaelle.membership) == gaelle
