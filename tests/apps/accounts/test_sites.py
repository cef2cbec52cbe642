from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from maillage.apps.accounts import demonstration, models, queries
from maillage.apps.accounts.use_cases import members, sites
from maillage.apps.accounts.use_cases.sites import SiteDescription
from maillage.domain.accounts import Role, SiteLevel
from maillage.domain.permissions import NotPermitted
from tests.apps.accounts.conftest import AT, FT, ML, TODAY, open_account

SEAT = SiteDescription("Siège", SiteLevel.SEAT, municipality="67180", siret="13000548100010")


def test_a_mission_locale_has_a_seat_branches_and_outreach_days(hugo):
    seat = sites.open_site(by=hugo, description=SEAT, at=AT)
    branch = SiteDescription("Antenne", SiteLevel.BRANCH, parent=seat)
    outreach = SiteDescription("Permanence", SiteLevel.OUTREACH, parent=seat, outreach_days=(4, 2, 4))

    for description in (branch, outreach):
        sites.open_site(by=hugo, description=description, at=AT)

    found = {site.name: site for site in queries.sites_of(ML)}
    assert found["Permanence"].outreach_days == (2, 4)
    assert found["Antenne"].parent == seat == found["Siège"].id


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        (SEAT, "un site de ce nom"),
        (SiteDescription("Autre", SiteLevel.AGENCY, safir="36001"), "SAFIR"),
        (SiteDescription("Autre", SiteLevel.BRANCH, parent=uuid4()), "Ce site n’est pas"),
    ],
)
def test_a_site_that_cannot_be_is_refused_with_a_sentence(gaelle, description, sentence):
    sites.open_site(by=gaelle, description=SEAT, at=AT)
    sites.open_site(by=gaelle, description=SiteDescription("Le Blanc", SiteLevel.AGENCY, safir="36001"), at=AT)

    with pytest.raises(NotPermitted, match=sentence):
        sites.open_site(by=gaelle, description=description, at=AT)


def test_an_agency_does_not_stand_under_a_branch(hugo):
    branch = sites.open_site(by=hugo, description=SiteDescription("Antenne", SiteLevel.BRANCH), at=AT)

    with pytest.raises(NotPermitted, match="niveau"):
        sites.open_site(by=hugo, description=SiteDescription("Agence", SiteLevel.AGENCY, parent=branch), at=AT)


def test_a_site_is_changed_and_closed_when_nobody_works_there(gaelle, amel):
    site = sites.open_site(by=gaelle, description=SEAT, at=AT)
    members.place_member(by=gaelle, membership=amel.membership, site=site, teams=[], at=AT)
    assert sites.change_site(by=gaelle, site=site, description=replace(SEAT, telephone="0388000000"), at=AT)
    assert queries.find_site(site).telephone == "0388000000"

    with pytest.raises(NotPermitted, match="travaille encore"):
        sites.close_site(by=gaelle, site=site, at=AT)
    members.place_member(by=gaelle, membership=amel.membership, site=None, teams=[], at=AT)
    assert sites.close_site(by=gaelle, site=site, at=AT)
    assert queries.find_site(site) is None


def test_a_site_is_not_its_own_parent(gaelle):
    site = sites.open_site(by=gaelle, description=SEAT, at=AT)

    with pytest.raises(NotPermitted):
        sites.change_site(by=gaelle, site=site, description=replace(SEAT, parent=site), at=AT)


def test_a_team_has_its_own_name_and_closes(gaelle):
    site = sites.open_site(by=gaelle, description=SEAT, at=AT)
    team = sites.open_team(by=gaelle, site=site, name="Accueil", at=AT)

    with pytest.raises(NotPermitted, match="une équipe de ce nom"):
        sites.open_team(by=gaelle, site=site, name=" Accueil ", at=AT)
    assert sites.close_team(by=gaelle, team=team, at=AT)
    assert queries.find_site(site).teams == ()


def test_the_sites_of_others_do_not_exist(gaelle, hugo):
    site = sites.open_site(by=gaelle, description=SEAT, at=AT)
    team = sites.open_team(by=gaelle, site=site, name="Accueil", at=AT)

    assert not sites.change_site(by=hugo, site=site, description=SEAT, at=AT)
    assert not sites.close_site(by=hugo, site=site, at=AT)
    assert sites.open_team(by=hugo, site=site, name="Suivi", at=AT) is None
    assert not sites.close_team(by=hugo, team=team, at=AT)
    assert queries.find_site(site, organisation=ML) is None
    with pytest.raises(NotPermitted):
        sites.open_site(by=hugo, description=replace(SEAT, parent=site), at=AT)


def test_only_an_administrator_opens_sites(amel):
    with pytest.raises(NotPermitted, match="Seul un administrateur"):
        sites.open_site(by=amel, description=SEAT, at=AT)


def test_the_demonstration_has_every_role_and_changes_nothing_the_second_time(db):
    first, second = (demonstration.load(by="demonstration", at=AT) for _ in range(2))

    held = {role for one in first for role, *_ in one.memberships}
    assert held == set(Role)
    assert first == second
    assert models.Account.objects.count() == len(first)
    assert {site.level for site in queries.sites_of(FT)} >= {SiteLevel.AGENCY, SiteLevel.REGIONAL_DIRECTORATE}
    for one in first:
        account = models.Account.objects.get(email=one.email)
        assert account.check_password(demonstration.passphrase())
        assert len(queries.memberships_of(account.pk, TODAY)) == len(one.memberships)


def test_the_demonstration_never_enters_the_database_of_an_operator(db):
    account = open_account("Amel")

    assert demonstration.load(by="demonstration", at=AT) == ()
    assert models.Account.objects.count() == 1
    assert demonstration.code_for(account.pk, at=AT) == ""
    assert not demonstration.is_loaded()


def test_two_installations_share_no_demonstration_secret(settings):
    before = (demonstration.passphrase(), demonstration.secret_of("amel@demonstration.invalid"))
    settings.SECRET_KEY = "another key, of forty characters or more."

    assert not set(before) & {demonstration.passphrase(), demonstration.secret_of("amel@demonstration.invalid")}
