"""The first screen of an adviser: what waits for me, the news, what partners have to do, my people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from maillage.apps.people.listing import PortfolioPage, names_followed, portfolio_page
from maillage.apps.referrals.outgoing import under_way
from maillage.apps.referrals.queries import UptakeSeen, awaited, news_for, walk_ins_to_confirm
from maillage.apps.referrals.wording import Told
from maillage.domain.accounts import Role
from maillage.domain.referrals import UptakeState
from maillage.web.accounts.own import organisation_name
from maillage.web.components.acting import people_page
from maillage.web.portfolio import wording
from maillage.web.portfolio.reviews import review_lines
from maillage.web.portfolio.volumes import attention_of

FOLLOWING = (Role.ADVISER, Role.PARTNER_ADVISER)
NEWS_FOR = timedelta(days=14)
NEWS_MOST = 60
NEWS_SHOWN = 4
"""The news of as many people are on the first screen; the others are folded."""
CAN_COME = frozenset({UptakeState.SENT, UptakeState.UNDER_STUDY, UptakeState.ACCEPTED, UptakeState.APPOINTED})
"""From these the adviser may learn first that the person came."""


@dataclass(frozen=True)
class Line:
    """One request as the adviser's lists show it."""

    id: UUID
    person: UUID
    name: str
    service: str
    partner: str
    state: str
    turn: str
    deadline: str
    is_late: bool
    can_come: bool


@dataclass(frozen=True)
class News:
    """What a partner recorded: « Elle est venue le 3 »."""

    name: str
    person: UUID
    sentence: str
    service: str
    partner: str


@dataclass(frozen=True)
class Pages:
    """Where one is in a list, and the addresses before and after."""

    number: int
    count: int
    before: str
    after: str


@people_page(*FOLLOWING)
@require_safe
def first_page(request: Any) -> HttpResponse:
    """Show the day of an adviser, and the people they follow."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    mine = awaited(actor, on=today)
    going_on = under_way(actor, on=today)
    news = news_for(actor, since=now - NEWS_FOR, on=today, limit=NEWS_MOST)
    concerned = {one.person for one in (*mine, *going_on.uptakes, *(uptake for uptake, _told in news))}
    names = names_followed(actor, concerned, at=now, why="first screen") if concerned else {}
    walk_ins = walk_ins_to_confirm(actor, on=today)
    search = request.GET.get("q", "")[:80]
    people = portfolio_page(actor, at=now, search=search, number=_number(request.GET.get("page", "")))
    news_told = news_lines(news, names, today)
    reviews = review_lines(actor, now)
    counts = {"mine": len(mine), "late": going_on.late_count, "walk_ins": len(walk_ins), "reviews": len(reviews)}
    context = {
        "sentence": wording.waiting(counts),
        "mine": lines_of(mine, names, today),
        "walk_ins": walk_ins,
        "reviews": reviews,
        "news": news_told[:NEWS_SHOWN],
        "more_news": news_told[NEWS_SHOWN:],
        "going_on": lines_of(going_on.uptakes, names, today),
        "going_on_count": going_on.count,
        "attention": attention_of(actor, now),
        "people": people,
        "count_said": said_of(people, search),
        "search": search,
        "pages": pages_of(people, search),
        "today": today,
        "done": request.session.pop("done", ""),
        "problem": request.session.pop("problem", ""),
    }
    return render(request, "portfolio/first.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def lines_of(uptakes: Iterable[UptakeSeen], names: Mapping[UUID, str], today: date) -> list[Line]:
    """Write requests as lines; organisations are named once each."""
    listed = list(uptakes)
    partners = {one: organisation_name(one, on=today) for one in {uptake.recipient_organisation for uptake in listed}}
    return [line_of(one, names.get(one.person, ""), partners[one.recipient_organisation]) for one in listed]


def line_of(uptake: UptakeSeen, name: str, partner: str) -> Line:
    """Write one request as a line."""
    return Line(
        id=uptake.id,
        person=uptake.person,
        name=name,
        service=uptake.service_name,
        partner=partner,
        state=wording.state_of(uptake),
        turn=wording.turn_of(uptake, partner),
        deadline=wording.deadline_of(uptake),
        is_late=uptake.is_late,
        can_come=uptake.state in CAN_COME,
    )


def news_lines(news: Iterable[tuple[UptakeSeen, Told]], names: Mapping[UUID, str], today: date) -> list[News]:
    """Write the news as one line for each request, the latest first; what implies another thing says it alone."""
    heard: dict[UUID, tuple[UptakeSeen, list[Told]]] = {}
    for uptake, told in news:
        heard.setdefault(uptake.id, (uptake, []))[1].append(told)
    return [
        News(
            names.get(uptake.person, ""),
            uptake.person,
            wording.news_of(said),
            uptake.service_name,
            organisation_name(uptake.recipient_organisation, on=today),
        )
        for uptake, said in heard.values()
    ]


def said_of(people: PortfolioPage, search: str) -> str:
    """Say how many people are listed."""
    if search:
        said = ngettext("%(count)s personne trouvée.", "%(count)s personnes trouvées.", people.count)
    else:
        said = ngettext("Vous suivez %(count)s personne.", "Vous suivez %(count)s personnes.", people.count)
    if not people.count:
        return _("Personne de ce nom parmi celles que vous suivez.") if search else ""
    return said % {"count": people.count}


def pages_of(people: PortfolioPage, search: str) -> Pages:
    """Give the addresses of the neighbouring pages of the list."""

    def address(number: int) -> str:
        if not 1 <= number <= people.pages:
            return ""
        asked = {"q": search} if search else {}
        return f"{reverse('portfolio:first')}?{urlencode({**asked, 'page': number})}#people"

    return Pages(people.number, people.pages, address(people.number - 1), address(people.number + 1))
