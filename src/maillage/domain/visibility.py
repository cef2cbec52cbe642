"""Who sees what of a person: one rule as data, compiled elsewhere to a filter and to a policy, and said again in plain code.

The lead side (the organisation that follows the person) sees through the adviser or the team it names, and what is
given to nobody yet at the site. The partner side sees while a link is open: not closed, not objected to, and not past
the day on which its agreement lets links fall. Roles that receive nobody see nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import UUID

from maillage.domain.accounts import Actor, Role
from maillage.domain.agreements import Agreement, AgreementSet, Declines, Survival, consolidated, term_of

FOLLOWING_ROLES = frozenset({Role.ADVISER, Role.PARTNER_ADVISER})
"""The roles that may be in charge of a person, in whichever organisation leads the support."""
RECEIVING_ROLES = FOLLOWING_ROLES | {Role.ACCESS_POINT_STAFF}
"""The roles that may receive somebody through a link."""
OVERSEEING_ROLES = frozenset({Role.OFFICER})
"""The roles that see what their organisation sends and receives, without the file of the person."""


class Scope(Enum):
    """What of an actor a rule compares a row with; the value names the setting of the database that carries it.

    ``FOLLOWS``, ``RECEIVES`` and ``OVERSEES`` are the organisation for which the actor's role does so, or nothing.
    """

    ORGANISATION = "organisation"
    SITE = "site"
    MEMBERSHIPS = "memberships"
    TEAMS = "teams"
    DAY = "day"
    FOLLOWS = "follows"
    RECEIVES = "receives"
    OVERSEES = "oversees"


# The rule as data


@dataclass(frozen=True)
class Same:
    """The column equals the actor's value; never true when either is empty."""

    column: str
    scope: Scope


@dataclass(frozen=True)
class Among:
    """The column is one of the actor's values; never true when it is empty."""

    column: str
    scope: Scope


@dataclass(frozen=True)
class Absent:
    """The column is empty."""

    column: str


@dataclass(frozen=True)
class Marked:
    """The column is true."""

    column: str


@dataclass(frozen=True)
class Later:
    """The column is a day after the actor's day; never true when it is empty."""

    column: str
    scope: Scope = Scope.DAY


@dataclass(frozen=True)
class Every:
    """All the parts hold."""

    parts: tuple[RowRule, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds."""

    parts: tuple[RowRule, ...]


@dataclass(frozen=True)
class Through:
    """Some row of ``table`` whose ``their_column`` is this row's ``column`` holds the inner rule.

    Without an inner rule, some row of that table that the actor sees.
    """

    table: str
    their_column: str
    column: str
    inner: RowRule | None = None


RowRule = Same | Among | Absent | Marked | Later | Every | Either | Through


@dataclass(frozen=True)
class SideColumns:
    """The columns that place a row in an organisation: whose, at which site, in which team, in whose hands."""

    organisation: str
    site: str
    team: str
    membership: str


@dataclass(frozen=True)
class OpenColumns:
    """The columns that end a link: closed, objected to, and the first day on which it no longer shows."""

    closed: str
    objected: str | None = None
    until: str | None = None


LEAD = SideColumns("lead_organisation", "lead_site", "lead_team", "lead_adviser")
PARTNER = SideColumns("organisation", "site", "team", "holder")
LINK_ENDS = OpenColumns("closed_at", "objected_at", "until")


def lead_rule(columns: SideColumns = LEAD) -> RowRule:
    """Give the rule of the side that follows: the adviser named, else the team, else whoever works at the site."""
    unassigned = Every((Absent(columns.membership), Absent(columns.team), _at_the_site(columns)))
    given = Either((Among(columns.membership, Scope.MEMBERSHIPS), Among(columns.team, Scope.TEAMS), unassigned))
    return Every((Same(columns.organisation, Scope.FOLLOWS), given))


def partner_rule(columns: SideColumns = PARTNER, ends: OpenColumns = LINK_ENDS) -> RowRule:
    """Give the rule of the side that receives: who holds it, its team, or the whole site where there is no team."""
    at_the_inbox = Every((Absent(columns.team), _at_the_site(columns)))
    given = Either((Among(columns.membership, Scope.MEMBERSHIPS), Among(columns.team, Scope.TEAMS), at_the_inbox))
    return Every((Same(columns.organisation, Scope.RECEIVES), given, *_still_open(ends)))


def oversight_rule(sender: str, recipient: str, ends: OpenColumns) -> RowRule:
    """Give the rule of the officers: of who sends, all of it; of who receives, what its colleagues may see."""
    received = Every((Same(recipient, Scope.OVERSEES), *_still_open(ends)))
    return Either((Same(sender, Scope.OVERSEES), received))


def _at_the_site(columns: SideColumns) -> RowRule:
    return Either((Absent(columns.site), Same(columns.site, Scope.SITE)))


def _still_open(ends: OpenColumns) -> tuple[RowRule, ...]:
    open_yet: tuple[RowRule, ...] = (Absent(ends.closed),)
    if ends.objected is not None:
        open_yet += (Absent(ends.objected),)
    if ends.until is not None:
        open_yet += (Either((Absent(ends.until), Later(ends.until))),)
    return open_yet


LINK_RULE: RowRule = Either((lead_rule(), partner_rule()))
PERSON_RULE: RowRule = Either((lead_rule(), Through("people_link", "person_id", "id", partner_rule())))
HEALTH_RULE: RowRule = Either(
    (
        Through("people_person", "id", "person_id", lead_rule()),
        Through("people_link", "person_id", "person_id", Every((partner_rule(), Marked("passes_health")))),
    )
)
"""Health data pass to a partner only by a link whose ``shares`` clause names them."""
LEAD_ONLY_RULE: RowRule = Through("people_person", "id", "person_id", lead_rule())
"""What only the side that follows keeps about a person: objections, private links, what the person was told."""
OF_A_PERSON_SEEN: RowRule = Through("people_person", "id", "person_id")


# The same rule in plain code: what the two others are compared with


@dataclass(frozen=True, slots=True)
class LeadSide:
    """Who follows: the organisation, its site, and the team or adviser it names."""

    organisation: str
    site: UUID | None = None
    team: UUID | None = None
    adviser: UUID | None = None


@dataclass(frozen=True, slots=True)
class PartnerSide:
    """Who receives, and whether the link still shows; ``until`` is the first day on which it no longer does."""

    organisation: str
    site: UUID | None = None
    team: UUID | None = None
    holder: UUID | None = None
    is_closed: bool = False
    is_objected: bool = False
    until: date | None = None
    passes_health: bool = False


def follows(actor: Actor, lead: LeadSide) -> bool:
    """Tell whether the actor is in charge of what this side holds."""
    if actor.role not in FOLLOWING_ROLES or actor.organisation != lead.organisation:
        return False
    if lead.adviser in actor.memberships or lead.team in actor.teams:
        return True
    if lead.adviser is not None or lead.team is not None:
        return False
    return lead.site is None or lead.site == actor.site


def receives(actor: Actor, link: PartnerSide, *, on: date) -> bool:
    """Tell whether an open link shows its person to the actor on a day."""
    if actor.role not in RECEIVING_ROLES or not _reaches(actor, link, on):
        return False
    if link.holder in actor.memberships or link.team in actor.teams:
        return True
    return link.team is None and (link.site is None or link.site == actor.site)


def _reaches(actor: Actor, link: PartnerSide, on: date) -> bool:
    is_past = link.until is not None and link.until <= on
    return actor.organisation == link.organisation and not (link.is_closed or link.is_objected or is_past)


def may_see_person(actor: Actor, lead: LeadSide, links: Iterable[PartnerSide], *, on: date) -> bool:
    """Tell whether the actor sees a person on a day."""
    return follows(actor, lead) or any(receives(actor, link, on=on) for link in links)


def may_see_health(actor: Actor, lead: LeadSide, links: Iterable[PartnerSide], *, on: date) -> bool:
    """Tell whether the actor sees the health data of a person on a day."""
    return follows(actor, lead) or any(link.passes_health and receives(actor, link, on=on) for link in links)


def may_see_link(actor: Actor, lead: LeadSide, link: PartnerSide, *, on: date) -> bool:
    """Tell whether the actor sees that a partner receives a person."""
    return follows(actor, lead) or receives(actor, link, on=on)


def may_see_uptake(
    actor: Actor, sender: LeadSide, recipient: PartnerSide, *, on: date, lead: LeadSide | None = None
) -> bool:
    """Tell whether the actor sees what was sent: who sent it, who follows the person today, who receives, the officers.

    ``lead`` is ``None`` when the person's file has left.
    """
    if actor.role in OVERSEEING_ROLES:
        return actor.organisation == sender.organisation or _reaches(actor, recipient, on)
    is_followed = lead is not None and follows(actor, lead)
    return is_followed or follows(actor, sender) or receives(actor, recipient, on=on)


def visible_until(agreement: Agreement, known: AgreementSet, *, on: date) -> date | None:
    """Give the first day on which a link opened under an agreement no longer shows; ``None``: until it is closed.

    By default what is under way runs on after the end of the text. Where a framework says that nothing survives it,
    the links of the agreements under it fall with the first of the two ends.
    """
    framework = known.find(agreement.framework)
    texts = [agreement] if framework is None else [agreement, framework]
    if not any(_lets_nothing_survive(text, on=on) for text in texts):
        return None
    ends = [term_of(consolidated(text, on=on)).end for text in texts]
    return min((end for end in ends if end is not None), default=None)


def _lets_nothing_survive(agreement: Agreement, *, on: date) -> bool:
    return any(
        isinstance(clause.body, Declines) and clause.body.survival is Survival.NOTHING
        for article in consolidated(agreement, on=on).articles
        for clause in article.clauses
    )
