"""What the top of every page says of who is signed in, and where their role leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts import queries
from maillage.apps.notifications.queries import unread_count
from maillage.domain.accounts import Actor, Role
from maillage.domain.visibility import OVERSEEING_ROLES
from maillage.web.accounts.own import organisation_name
from maillage.web.accounts.portfolio import FOLLOWERS, FOR_OTHERS
from maillage.web.accounts.wording import ROLES
from maillage.web.components.links import Link

NAVIGATION: tuple[tuple[str, Any, frozenset[Role]], ...] = (
    ("portfolio:first", _("Mes personnes"), FOLLOWERS),
    (
        "partners:inbox",
        _("Demandes reçues"),
        frozenset({Role.ADVISER, Role.PARTNER_ADVISER, Role.ACCESS_POINT_STAFF}),
    ),
    (
        "steering:rates",
        _("Ce que deviennent les demandes"),
        frozenset({Role.OFFICER, Role.COMMITTEE_MEMBER, Role.ADMINISTRATOR}),
    ),
    ("steering:requests", _("Demandes de l’organisme"), OVERSEEING_ROLES),
    ("own-forms:form", _("Notre formulaire"), frozenset({Role.PARTNER_ADVISER, Role.ADMINISTRATOR})),
    ("accounts:members", _("Membres"), frozenset({Role.ADMINISTRATOR})),
    ("accounts:sites", _("Sites et équipes"), frozenset({Role.ADMINISTRATOR})),
    ("accounts:transfer", _("Transmettre"), FOLLOWERS | FOR_OTHERS),
    ("accounts:stand-ins", _("Absences"), frozenset(Role)),
)
"""Where each role is led: the name of the address, its words, whose it is. A page that arrives adds its line."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, as the header says it; ``role`` is empty for who has not chosen a membership."""

    name: str
    role: str = ""
    organisation: str = ""
    links: tuple[Link, ...] = ()


def signed_in(request: HttpRequest) -> dict[str, object]:
    """Give every template who is signed in; ``None`` for visitors, and where the middleware did not run."""
    account = getattr(request, "account_id", None)
    if account is None:
        return {"signed_in": None}
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        card = queries.find_account(account)
        return {"signed_in": SignedIn(card.name if card else "")}
    links = [Link(str(words), reverse(name)) for name, words, roles in NAVIGATION if actor.role in roles]
    count = unread_count(actor)
    links.append(
        Link(gettext("Avis (%(count)s)") % {"count": count} if count else gettext("Avis"), reverse("accounts:notices"))
    )
    return {
        "signed_in": SignedIn(
            name=actor.name,
            role=str(ROLES[actor.role]),
            organisation=organisation_name(actor.organisation, on=timezone.localdate()),
            links=tuple(Link(link.words, link.address, request.path.startswith(link.address)) for link in links),
        )
    }
