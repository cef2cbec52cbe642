"""Sites and teams of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from maillage.apps.accounts import models
from maillage.apps.accounts.permissions import PERMISSIONS
from maillage.apps.accounts.use_cases.invitations import UNKNOWN_SITE, relation_to
from maillage.apps.audit.use_cases import record_event
from maillage.domain.accounts import SITE_PARENTS, Actor, SiteLevel
from maillage.domain.permissions import Sentence, impossible, require


@dataclass(frozen=True, slots=True)
class SiteDescription:
    """What an administrator writes of a site; see ``domain.accounts.Site`` for each field."""

    name: str
    level: SiteLevel
    parent: UUID | None = None
    safir: str = ""
    siret: str = ""
    municipality: str = ""
    access_point: str = ""
    outreach_days: tuple[int, ...] = ()
    telephone: str = ""


def open_site(*, by: Actor, description: SiteDescription, at: datetime) -> UUID:
    """Open a site of one's organisation; gives its id.

    Raises:
        NotPermitted: the actor is no administrator; the name or the SAFIR code is taken; the parent cannot hold it.
    """
    require(PERMISSIONS, "open_site", by, relation_to(by, by.organisation))
    with transaction.atomic():
        _check(by.organisation, description, itself=None)
        row = models.Site(organisation=by.organisation)
        _write(row, description)
        record_event(
            by=by,
            what="open_site",
            subject=f"site:{row.pk}",
            at=at,
            details={"name": description.name, "level": description.level.value},
        )
    return row.pk


def change_site(*, by: Actor, site: UUID, description: SiteDescription, at: datetime) -> bool:
    """Correct what is said of a site; ``False`` when there is no such site in the organisation."""
    require(PERMISSIONS, "change_site", by, relation_to(by, by.organisation))
    with transaction.atomic():
        row = _find(by, site)
        if row is None:
            return False
        _check(by.organisation, description, itself=site)
        _write(row, description)
        record_event(by=by, what="change_site", subject=f"site:{site}", at=at)
    return True


def close_site(*, by: Actor, site: UUID, at: datetime) -> bool:
    """Close a site; ``False`` when there is no such site in the organisation.

    Raises:
        NotPermitted: somebody still works there, or another open site stands under it.
    """
    require(PERMISSIONS, "close_site", by, relation_to(by, by.organisation))
    with transaction.atomic():
        row = _find(by, site)
        if row is None:
            return False
        if row.memberships.filter(ended_at__isnull=True).exists() or row.children.filter(closed_at=None).exists():
            raise impossible(
                "close_site:in_use",
                Sentence(
                    "Quelqu’un travaille encore dans ce site, ou dans un site qui en dépend.",
                    "Somebody still works at this site, or at one under it.",
                ),
                Sentence("Placez d’abord ces personnes ailleurs.", "Place these people elsewhere first."),
            )
        row.teams.filter(closed_at__isnull=True).update(closed_at=at)
        row.closed_at = at
        row.save(update_fields=["closed_at"])
        record_event(by=by, what="close_site", subject=f"site:{site}", at=at)
    return True


def open_team(*, by: Actor, site: UUID, name: str, at: datetime) -> UUID | None:
    """Open a team, which shares an inbox; gives its id, ``None`` when there is no such site in the organisation.

    Raises:
        NotPermitted: the actor is no administrator, or the site already has a team of this name.
    """
    require(PERMISSIONS, "open_team", by, relation_to(by, by.organisation))
    with transaction.atomic():
        row = _find(by, site)
        if row is None:
            return None
        if row.teams.filter(name=name.strip()).exists():
            raise impossible(
                "open_team:name",
                Sentence("Ce site a ou a eu une équipe de ce nom.", "This site has or had a team of this name."),
                Sentence("Choisissez un autre nom.", "Choose another name."),
            )
        made = models.Team.objects.create(site=row, name=name.strip())
        record_event(by=by, what="open_team", subject=f"site:{site}", at=at, details={"team": made.name})
    return made.pk


def close_team(*, by: Actor, team: UUID, at: datetime) -> bool:
    """Close a team: its members stay at the site; ``False`` when there is no such team in the organisation."""
    require(PERMISSIONS, "close_team", by, relation_to(by, by.organisation))
    with transaction.atomic():
        rows = models.Team.objects.filter(pk=team, site__organisation=by.organisation, closed_at__isnull=True)
        if not rows.update(closed_at=at):
            return False
        record_event(by=by, what="close_team", subject=f"team:{team}", at=at)
    return True


def _find(by: Actor, site: UUID) -> models.Site | None:
    rows = models.Site.objects.select_for_update().filter(organisation=by.organisation, closed_at__isnull=True)
    return rows.filter(pk=site).first()


def _write(row: models.Site, description: SiteDescription) -> None:
    row.name = description.name.strip()
    row.level = description.level.value
    row.parent_id = description.parent
    row.safir = description.safir
    row.siret = description.siret
    row.municipality = description.municipality
    row.access_point = description.access_point
    row.outreach_days = sorted(set(description.outreach_days))
    row.telephone = description.telephone
    row.save()


def _check(organisation: str, description: SiteDescription, *, itself: UUID | None) -> None:
    others = models.Site.objects.exclude(pk=itself) if itself else models.Site.objects.all()
    if others.filter(organisation=organisation, name=description.name.strip()).exists():
        raise impossible(
            "open_site:name",
            Sentence("L’organisme a ou a eu un site de ce nom.", "The organisation has or had a site of this name."),
            Sentence("Choisissez un autre nom.", "Choose another name."),
        )
    if description.safir and others.filter(safir=description.safir).exists():
        raise impossible(
            "open_site:safir",
            Sentence("Ce code SAFIR est celui d’un autre site.", "This SAFIR code is that of another site."),
        )
    if description.parent is not None:
        _check_parent(organisation, description.parent, description.level, itself)


def _check_parent(organisation: str, parent: UUID, level: SiteLevel, itself: UUID | None) -> None:
    open_sites = models.Site.objects.filter(organisation=organisation, closed_at__isnull=True)
    found = open_sites.filter(pk=parent).first()
    if found is None or parent == itself:
        raise impossible("open_site:parent", UNKNOWN_SITE)
    if SiteLevel(found.level) not in SITE_PARENTS[level]:
        raise impossible(
            "open_site:level",
            Sentence(
                "Un site de ce niveau ne dépend pas d’un site de celui-là.",
                "A site of this level does not stand under one of that level.",
            ),
            Sentence("Changez le niveau, ou le site dont il dépend.", "Change the level, or the site it stands under."),
        )
