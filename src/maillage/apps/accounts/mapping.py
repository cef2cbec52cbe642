"""From what is kept to what the domain knows: members, sites, teams."""

from __future__ import annotations

from maillage.apps.accounts import models
from maillage.domain.accounts import Member, Role, Site, SiteLevel, StandIn, Team
from maillage.domain.shared import Period


def member_of(row: models.Membership) -> Member:
    """Give a member; the account, the site and the teams must be loaded with the row."""
    return Member(
        membership=row.id,
        account=row.account_id,
        name=row.account.name,
        email=row.account.email,
        role=Role(row.role),
        organisation=row.organisation,
        valid_from=row.valid_from,
        site=row.site_id,
        site_name=row.site.name if row.site else "",
        teams=frozenset(team.id for team in row.teams.all()),
        ended_at=row.ended_at,
        is_frozen=row.account.frozen_at is not None,
    )


def team_of(row: models.Team) -> Team:
    """Give a team."""
    return Team(id=row.id, name=row.name, site=row.site_id)


def site_from(row: models.Site) -> Site:
    """Give a site with its open teams; they must be loaded with the row."""
    teams = sorted((team for team in row.teams.all() if team.closed_at is None), key=lambda team: team.name)
    return Site(
        id=row.id,
        organisation=row.organisation,
        level=SiteLevel(row.level),
        name=row.name,
        parent=row.parent_id,
        safir=row.safir,
        siret=row.siret,
        municipality=row.municipality,
        access_point=row.access_point,
        outreach_days=tuple(row.outreach_days),
        telephone=row.telephone,
        teams=tuple(team_of(team) for team in teams),
    )


def stand_in_of(row: models.StandIn) -> StandIn:
    """Give a stand-in with both members; they must be loaded with the row."""
    return StandIn(row.id, member_of(row.absent), member_of(row.by), Period(row.starts_on, row.ends_on))
