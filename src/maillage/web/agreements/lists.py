"""The list of the agreements: searched, filtered, and hung under one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.agreements.queries import LoadedAgreements
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.territories import queries as territories
from maillage.apps.territories.mapping import sort_key_of
from maillage.domain.agreements import Agreement, Force, Relation, consolidated, force_of
from maillage.domain.organisations import Directory
from maillage.domain.territories import Geography, Municipality, TerritoryNotation, TerritoryRef
from maillage.engine.wording import territory_in_words
from maillage.web.agreements import wording
from maillage.web.components.languages import current_language

UNDER = frozenset({Relation.STANDS_UNDER, Relation.RUNS_UNDER})


@dataclass(frozen=True)
class Row:
    """An agreement in a list."""

    id: str
    title: str
    kind: str
    territory: str
    parties: tuple[str, ...]
    force: str
    force_icon: str
    term: str


@dataclass(frozen=True)
class Branch:
    """An agreement in the tree, with those that depend on it; ``above`` names frameworks that are not recorded."""

    row: Row
    above: tuple[str, ...]
    below: tuple[Branch, ...]


@dataclass(frozen=True)
class Search:
    """What the list is narrowed by; empty parts narrow nothing."""

    text: str = ""
    territory: str = ""
    party: str = ""
    on: date = date.min
    only_in_force: bool = False


@dataclass(frozen=True)
class Agreements:
    """The agreements that are applied, with what names their parties and territories."""

    loaded: LoadedAgreements
    directory: Directory
    geography: Geography
    on: date

    def party_names(self, agreement: Agreement) -> tuple[str, ...]:
        """Name the parties."""
        return tuple(self.directory.name_of(party.organisation) for party in agreement.parties)

    def territory_name(self, agreement: Agreement) -> str:
        """Name the territory."""
        return territory_in_words(agreement.territory, self.geography, current_language())

    def row(self, agreement: Agreement) -> Row:
        """Put an agreement in words."""
        force, icon = wording.force_words(agreement, self.loaded.agreements, on=self.on)
        return Row(
            agreement.id,
            agreement.title,
            wording.kind_words(agreement),
            self.territory_name(agreement),
            self.party_names(agreement),
            force,
            icon,
            wording.term_words(consolidated(agreement, on=self.on)),
        )

    def parties(self) -> tuple[tuple[str, str], ...]:
        """List the parties of all agreements, code and name, in the order of their names."""
        codes = {party.organisation for agreement in self.loaded.agreements for party in agreement.parties}
        named = ((code, self.directory.name_of(code)) for code in codes)
        return tuple(sorted(named, key=lambda one: (sort_key_of(one[1]), one[0])))

    def found(self, search: Search) -> tuple[Agreement, ...]:
        """Give the agreements that a search finds, those in force first, then by title."""
        known = self.loaded.agreements
        inside = members_named(search.territory, self.geography) if search.territory else None
        kept = [
            one
            for one in known
            if self._says(one, search.text)
            and (not search.party or search.party in {party.organisation for party in one.parties})
            and (inside is None or self._covers(one, inside))
            and (not search.only_in_force or force_of(one, known, on=search.on) is Force.IN_FORCE)
        ]
        in_force = {one.id for one in kept if force_of(one, known, on=self.on) is Force.IN_FORCE}
        return tuple(sorted(kept, key=lambda one: (one.id not in in_force, sort_key_of(one.title), one.id)))

    def _says(self, agreement: Agreement, text: str) -> bool:
        """Tell whether all words of a text are said by the title, the parties, the territory or the articles."""
        words = sort_key_of(text).split()
        if not words:
            return True
        articles = consolidated(agreement, on=self.on).articles
        said = [agreement.title, self.territory_name(agreement), *self.party_names(agreement)]
        said += [f"{article.title} {article.text}" for article in articles]
        key = sort_key_of(" ".join(said))
        return all(word in key for word in words)

    def _covers(self, agreement: Agreement, municipalities: Iterable[Municipality]) -> bool:
        return any(self.geography.covers(agreement.territory, one) for one in municipalities)

    def tree(self) -> tuple[Branch, ...]:
        """Hang every agreement under its framework; what has no recorded framework is a root."""
        known = self.loaded.agreements
        roots = [one for one in known if known.find(one.framework) is None]
        seen: set[str] = set()
        branches = [self._branch(one, seen) for one in roots]
        circular = [one for one in known if one.id not in seen]
        return tuple(branches + [Branch(self.row(one), (), ()) for one in circular])

    def _branch(self, agreement: Agreement, seen: set[str]) -> Branch:
        seen.add(agreement.id)
        known = self.loaded.agreements
        absent = [one.title for one in agreement.references if one.relation in UNDER and not known.find(one.agreement)]
        below = [one for one in known if one.framework == agreement.id and one.id not in seen]
        return Branch(self.row(agreement), tuple(absent), tuple(self._branch(one, seen) for one in below))


def all_agreements(loaded: LoadedAgreements, *, on: date, today: date) -> Agreements:
    """Gather the agreements with the names of their parties as they are known today."""
    offer = offered_on(today, loaded=loaded).offer
    return Agreements(loaded, offer.directory, offer.geography, on)


def members_named(text: str, geography: Geography) -> tuple[Municipality, ...]:
    """Give the municipalities of a territory said by its notation, its name, a postcode; none when nobody knows it."""
    try:
        notation = TerritoryRef.read(text.strip())
    except TerritoryNotation:
        notation = None
    if notation is not None and geography.knows(notation):
        return geography.members(notation)
    wanted = sort_key_of(text)
    named = (key for key, name in sorted(geography.names.items()) if wanted and sort_key_of(name) == wanted)
    for key in named:
        return geography.members(TerritoryRef.parse(key))
    return territories.search_municipalities(text, limit=1)


def headline(count: int, total: int) -> str:
    """Say how many agreements were found."""
    if not count:
        return _("Aucun accord ne répond à cette recherche.")
    if count == total:
        return ngettext("%(count)s accord enregistré", "%(count)s accords enregistrés", count) % {"count": count}
    said = ngettext("%(count)s accord trouvé sur %(total)s", "%(count)s accords trouvés sur %(total)s", count)
    return said % {"count": count, "total": total}
