"""What « Adresser » shows before anything leaves: to whom, by virtue of what, each field with its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.people.mapping import PersonRecord
from maillage.apps.referrals.previewing import Preview
from maillage.apps.sharing.telling import labels_of, sheet_words
from maillage.domain.personal_data import HEALTH_BARRIERS, HEALTH_GROUPS
from maillage.domain.referrals.reasons import Channel
from maillage.domain.sharing import REACHING, Passing
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS, listed
from maillage.web.accounts.own import organisation_name
from maillage.web.components import days, needs, places
from maillage.web.components.acting import sentence_of
from maillage.web.components.citations import title_of
from maillage.web.components.languages import current_language
from maillage.web.portfolio import wording
from maillage.web.portfolio.person_form import LANGUAGES

WHY_MOST = 280
ARRIVES_BY = {
    Channel.INBOX: gettext_lazy("arrive dans sa boîte sur Maillage"),
    Channel.TELEPHONE: gettext_lazy("ce partenaire préfère un appel : téléphonez-lui aussi"),
    Channel.PAPER: gettext_lazy("ce partenaire attend la fiche de liaison : remettez-la à la personne"),
    Channel.EMAIL: gettext_lazy("un courriel le prévient, sans rien dire de la personne"),
    Channel.OWN_FORM: gettext_lazy("ce partenaire a son propre formulaire : remplissez-le aussi"),
}
NAMES = frozenset({"given_name", "family_name"})
"""Said together: « votre nom »."""


@dataclass(frozen=True)
class ConsentAsk:
    """A clause that waits for the person's yes, in words."""

    key: str
    article: str
    labels: tuple[str, ...]
    purpose: str


@dataclass(frozen=True)
class Leaving:
    """One service on the screen of « Adresser »."""

    service: str
    title: str
    partner: str
    organisation: str
    site: UUID | None
    ground: str
    agreement: str
    agreement_title: str
    channel: str
    fields: tuple[tuple[str, str], ...]
    aloud: str
    your_say: str
    content: Mapping[str, object]
    missing: tuple[tuple[str, str], ...]
    consents: tuple[ConsentAsk, ...]
    places: str
    is_delegation: bool
    refused: str


def leaving_of(preview: Preview, record: PersonRecord, sender: str, on: date) -> Leaving:
    """Put in words what sending to one service would do."""
    refused = sentence_of(preview.refused) if preview.refused else ""
    if preview.found is None or preview.basis is None or preview.shared is None:
        return blocked(preview.service, refused)
    partner = organisation_name(preview.found.organisation, on=on)
    words = sheet_words(preview.shared, receiver=partner, lead=sender, language=current_language())
    return Leaving(
        service=preview.service,
        title=preview.found.name,
        partner=partner,
        organisation=preview.found.organisation,
        site=preview.site,
        ground=ground_said(preview),
        agreement=preview.basis.ground.agreement,
        agreement_title=title_of(preview.basis.ground.agreement),
        channel=str(ARRIVES_BY[preview.channel]),
        fields=fields_said(preview.shared.fields, record),
        aloud=aloud(partner, preview.shared.fields),
        your_say=words.your_say,
        content=words.as_content(),
        missing=tuple(wording.facts_named(preview.missing)),
        consents=tuple(consent_ask(clause) for clause in preview.shared.awaiting),
        places=places_said(preview),
        is_delegation=preview.is_delegation,
        refused=refused,
    )


def blocked(service: str, refused: str) -> Leaving:
    """Say that a service cannot be sent to, and why; nothing of it is known."""
    return Leaving(
        service=service,
        title=service,
        partner="",
        organisation="",
        site=None,
        ground="",
        agreement="",
        agreement_title="",
        channel="",
        fields=(),
        aloud="",
        your_say="",
        content={},
        missing=(),
        consents=(),
        places="",
        is_delegation=False,
        refused=refused,
    )


def ground_said(preview: Preview) -> str:
    """Say by virtue of what: the article, the law, or the partner's own task."""
    assert preview.basis is not None  # noqa: S101 (asked by the caller)
    ground = preview.basis.ground
    if ground.agreement:
        return _("article %(number)s") % {"number": ground.article}
    return _("la mission du partenaire, sans accord particulier")


def aloud(partner: str, fields: frozenset[str]) -> str:
    """Give the sentence to say to the person, before anything leaves; the list above it has every field."""
    said = [
        _("votre nom") if fields & NAMES else "",
        *labels_of(fields - NAMES - REACHING, current_language()),
        _("comment vous joindre") if fields & REACHING else "",
    ]
    return _(
        "« Je vais dire à %(partner)s que vous viendrez. Je leur donne %(what)s, et rien d’autre. "
        "Vous pouvez dire non, cela ne change rien à vos droits. »"
    ) % {"partner": partner, "what": listed([one for one in said if one], current_language(), "and")}


def consent_ask(clause: Passing) -> ConsentAsk:
    """Put in words what the person is asked to agree to."""
    key = f"{clause.agreement}#{clause.clause}"
    return ConsentAsk(key, clause.article, labels_of(clause.fields, current_language()), clause.purpose)


def places_said(preview: Preview) -> str:
    """Say what is left of the volume, or that the person would wait."""
    places_left = preview.places
    if places_left is None or places_left.limit is None:
        return ""
    if places_left.is_spent:
        return _("Les %(limit)s places sont prises : la demande part, et la personne attend son tour.") % {
            "limit": places_left.limit
        }
    return _("%(left)s places libres sur %(limit)s.") % {"left": places_left.left, "limit": places_left.limit}


def fields_said(fields: frozenset[str], record: PersonRecord) -> tuple[tuple[str, str], ...]:
    """List exactly what would leave: each field as it is told to the person, with its value."""
    values = values_of(record)
    return tuple(
        (label, values.get(name, "") or _("pas renseigné"))
        for name in labelled(fields)
        for label in labels_of([name], current_language())
    )


def labelled(fields: frozenset[str]) -> list[str]:
    """Put some fields in the order in which they are told."""
    order = ("given_name", "family_name", "birth_date", "municipality", "telephone", "email")
    return [one for one in order if one in fields] + sorted(fields - set(order))


def values_of(record: PersonRecord) -> dict[str, str]:
    """Say the value of each stored field."""
    language = current_language()
    home = places.find(record.municipality)
    groups, barriers = GROUP_LABELS[language], BARRIER_LABELS[language]
    later = _("quand on le saura")
    said: dict[str, Any] = {name: getattr(record, name) for name in ("given_name", "family_name", "telephone", "email")}
    said |= {name: getattr(record, name) for name in ("external_id", "qualification", "occupation")}
    said |= {name: _truth(getattr(record, name)) for name in _TRUTHS}
    said["no_voicemail"] = _truth(not record.no_voicemail)  # it is told as « si l’on peut laisser un message »
    return said | {
        "birth_date": days.day(record.birth_date),
        "registered_since": days.day(record.registered_since),
        "municipality": home.name if home else record.municipality,
        "language": str(dict(LANGUAGES).get(record.language, record.language)),
        "target_groups": _named(record.target_groups, groups, without=HEALTH_GROUPS),
        "health_groups": _named(record.target_groups, groups, only=HEALTH_GROUPS),
        "barriers": _named(record.barriers, barriers, without=HEALTH_BARRIERS),
        "health_barriers": _named(record.barriers, barriers, only=HEALTH_BARRIERS),
        "themes": ", ".join(needs.label_of(code) for code in record.themes),
        "attendance": later,
        "appointment": later,
        "outcome": later,
    }


_TRUTHS = (
    "registered",
    "prefers_to_be_called",
    "no_voicemail",
    "needs_interpreter",
    "minimum_income",
    "priority_neighbourhood",
    "boe",
)


def _truth(value: bool | None) -> str:  # noqa: FBT001 (a value to be said)
    return "" if value is None else (_("oui") if value else _("non"))


def _named(
    codes: tuple[str, ...] | None,
    labels: Mapping[str, str],
    *,
    without: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
) -> str:
    if codes is None:
        return ""
    kept = [code for code in codes if code not in without and (only is None or code in only)]
    return ", ".join(labels.get(code, code) for code in kept) or _("rien de tout cela")


def why_written(leaving: list[Leaving], preview: list[Preview]) -> str:
    """Write the reason beforehand: the need that the service meets and the text that opens it; the adviser corrects it."""
    first = next((one for one in preview if one.found is not None), None)
    if first is None or first.found is None:
        return ""
    families = needs.families_of(first.found.themes)
    need = ", ".join(needs.label_of(one) for one in families[:2])
    named = leaving[preview.index(first)]
    said = _("Pour : %(need)s.") % {"need": need} if need else _("Pour : %(service)s.") % {"service": named.title}
    ground = _(" Prévu par l’%(ground)s de l’accord.") % {"ground": named.ground} if named.agreement else ""
    return f"{said}{ground}"[:WHY_MOST]
