"""One agreement as its page and its document show it: sentences only, nothing left to decide in a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from data_inclusion.schema.v1 import ReseauPorteur
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.agreements.queries import LoadedAgreements
from maillage.apps.eligibility.queries import offered_on
from maillage.domain.agreements import Agreement, Amendment, Article, Clause, Delegates, Opens, consolidated, version_of
from maillage.domain.organisations import FileInCharge
from maillage.engine.checking import Remark, check
from maillage.engine.comparing import days_of_change
from maillage.engine.offer import Offer
from maillage.engine.telling import Teller
from maillage.engine.wording import territory_in_words
from maillage.web.agreements import wording
from maillage.web.components import needs
from maillage.web.components.citations import anchor_of
from maillage.web.components.languages import current_language
from maillage.web.components.sentences import unbroken

NETWORK_NAMES: Mapping[str, str] = {one.value: one.label for one in ReseauPorteur}


@dataclass(frozen=True)
class EffectView:
    """What one clause does: a word, a sentence, how many services it concerns, what should be read again."""

    word: str
    sentence: str
    concerned: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ArticleView:
    """An article: its passage, its number, its title, and what it does."""

    anchor: str
    number: str
    title: str
    text: str
    validity: str
    effects: tuple[EffectView, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class PartyView:
    """A party: who signed, whether a sponsor, who is in charge of which file."""

    name: str
    is_sponsor: bool
    signatories: tuple[tuple[str, str], ...]
    files: tuple[FileInCharge, ...]


@dataclass(frozen=True)
class AmendmentView:
    """An amendment; ``is_signed`` is false while it is in preparation and changes nothing."""

    id: str
    why: str
    signature: str
    effect: str
    is_signed: bool
    day: str


@dataclass(frozen=True)
class TextView:
    """An agreement as it stands on a day, in words; its clauses meet the catalogue of ``today``."""

    loaded: LoadedAgreements
    agreement: Agreement
    on: date
    today: date

    @cached_property
    def offer(self) -> Offer:
        """The offer that names the parties and services and counts what each clause concerns."""
        return offered_on(self.today, loaded=self.loaded).offer

    @cached_property
    def current(self) -> Agreement:
        """The text as it stands on the day."""
        return consolidated(self.agreement, on=self.on)

    @cached_property
    def teller(self) -> Teller:
        """Who says the clauses."""
        names = {**NETWORK_NAMES, **_names_used(self.agreement, self.offer)}
        return Teller(self.current, self.offer.geography, self.offer.directory, names, current_language())

    @property
    def kind(self) -> str:
        return wording.kind_words(self.agreement)

    @property
    def territory(self) -> str:
        return territory_in_words(self.agreement.territory, self.offer.geography, current_language())

    @property
    def force(self) -> str:
        return wording.force_words(self.agreement, self.loaded.agreements, on=self.on)[0]

    @property
    def force_icon(self) -> str:
        return wording.force_words(self.agreement, self.loaded.agreements, on=self.on)[1]

    @property
    def term(self) -> str:
        return wording.term_words(self.current)

    @property
    def signature(self) -> str:
        return wording.signature_words(self.agreement)

    @property
    def version(self) -> str:
        return version_of(self.agreement, on=self.on)

    @property
    def day(self) -> str:
        return wording.day_words(self.on)

    @property
    def source_address(self) -> str:
        """Where the source can be read, when it is an address that a browser should follow."""
        address = self.agreement.source_url
        return address if address.startswith(("https://", "http://")) else ""

    @cached_property
    def parties(self) -> tuple[PartyView, ...]:
        return tuple(
            PartyView(
                self.teller.party(party.id),
                party.is_sponsor,
                tuple((one.name, one.function) for one in party.signatories),
                tuple(file.for_public() for file in found.in_charge) if found else (),
            )
            for party in self.current.parties
            for found in [self.offer.directory.find(party.organisation)]
        )

    @cached_property
    def articles(self) -> tuple[ArticleView, ...]:
        return tuple(self._article(article) for article in self.current.articles)

    @cached_property
    def _remarks(self) -> tuple[Remark, ...]:
        found = check(self.loaded.agreements, on=self.on)
        return tuple(one for one in found if one.agreement == self.agreement.id)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What concerns the whole text."""
        return self._remarks_on("", "")

    @cached_property
    def contents(self) -> tuple[tuple[str, tuple[ArticleView, ...]], ...]:
        """What the text does, by kind, with the articles that do it."""
        words = dict.fromkeys(effect.word for article in self.articles for effect in article.effects)
        return tuple(
            (word, tuple(one for one in self.articles if word in {effect.word for effect in one.effects}))
            for word in words
        )

    @cached_property
    def amendments(self) -> tuple[AmendmentView, ...]:
        ordered = sorted(self.agreement.amendments, key=lambda one: one.effective_from)
        return tuple(amendment_view(one) for one in ordered)

    @property
    def change_days(self) -> tuple[tuple[str, str], ...]:
        """The days on which the text changes, as an address and in words."""
        return tuple((day.isoformat(), wording.day_words(day)) for day in days_of_change(self.agreement))

    @property
    def framework(self) -> Agreement | None:
        return self.loaded.agreements.find(self.agreement.framework)

    @property
    def locals(self) -> tuple[Agreement, ...]:
        return tuple(one for one in self.loaded.agreements if one.framework == self.agreement.id)

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """The other texts that it names and that are not recorded: how it stands to them, and their titles."""
        absent = [one for one in self.agreement.references if not self.loaded.agreements.find(one.agreement)]
        return tuple((wording.relation_words(one.relation), one.title) for one in absent)

    def _article(self, article: Article) -> ArticleView:
        return ArticleView(
            anchor=anchor_of(article.number),
            number=wording.number_words(article),
            title=article.title,
            text=article.text,
            validity=wording.validity_words(article.valid, on=self.on),
            effects=tuple(self._effect(article, clause) for clause in article.clauses),
            remarks=self._remarks_on(article.number, ""),
        )

    def _effect(self, article: Article, clause: Clause) -> EffectView:
        return EffectView(
            wording.effect_words(clause.kind),
            unbroken(self.teller.tell(clause)),
            self._concerned(article, clause),
            self._remarks_on(article.number, clause.id),
        )

    def _remarks_on(self, article: str, clause: str) -> tuple[str, ...]:
        kinds = [one.kind for one in self._remarks if (one.article, one.clause) == (article, clause)]
        return tuple(dict.fromkeys(wording.remark_words(kind) for kind in kinds))

    def _concerned(self, article: Article, clause: Clause) -> str:
        """Say how many services of the catalogue a clause that opens concerns; nothing for the others."""
        if not isinstance(clause.body, Opens | Delegates):
            return ""
        readings = {
            position: one
            for position, one in enumerate(self.offer.clauses)
            if (one.agreement, one.article, one.clause) == (self.agreement.id, article.number, clause.id)
        }
        standing = [position for position, one in readings.items() if self.on in one.standing]
        count = max((self.offer.concerned_count.get(position, 0) for position in standing or readings), default=0)
        if not count:
            return _("Aucun service du catalogue d’aujourd’hui.")
        said = ngettext(
            "%(count)s service du catalogue d’aujourd’hui.", "%(count)s services du catalogue d’aujourd’hui.", count
        )
        return said % {"count": count}


def amendment_view(amendment: Amendment) -> AmendmentView:
    """Put an amendment in words."""
    signed = amendment.signed_on
    return AmendmentView(
        id=amendment.id,
        why=amendment.why,
        signature=_("Signé le %(day)s") % {"day": wording.day_words(signed)}
        if signed
        else _("En préparation, pas signé"),
        effect=_("effet le %(day)s") % {"day": wording.day_words(amendment.effective_from)},
        is_signed=signed is not None,
        day=amendment.effective_from.isoformat(),
    )


def _names_used(agreement: Agreement, offer: Offer) -> dict[str, str]:
    """Name the services and themes that a text mentions, in any of its states; others keep their code."""
    names: dict[str, str] = {}
    for clause in _clauses(agreement):
        if isinstance(clause.body, Opens | Delegates):
            known = {one: offer.by_id[one].name for one in clause.body.services.ids if one in offer.by_id}
            names.update(known)
            names.update({one: needs.label_of(one) for one in clause.body.services.themes})
    return names


def _clauses(agreement: Agreement) -> Iterator[Clause]:
    brought = [one.article for change in agreement.amendments for one in change.instructions]
    for article in (*agreement.articles, *brought):
        if article is not None:
            yield from article.clauses
