"""What an article does, said in one sentence: any clause of any kind, any condition, in French and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from maillage.domain.agreements import Agreement, Clause, Declines, Delegates, Opens, ServiceSelection, Statement
from maillage.domain.organisations import Directory
from maillage.domain.rules import All, Any, Condition, Not
from maillage.domain.shared import Period
from maillage.domain.territories import FRANCE, Geography, TerritoryNotation, TerritoryRef
from maillage.engine.telling_words import CODES, DETAILS, LEADS, NOTHING_SAID, PLACES, SENTENCES
from maillage.engine.wording import (
    FACT_LABELS,
    GROUP_LABELS,
    Language,
    day_in_words,
    groups_in_words,
    listed,
    of_place,
    said_test,
    territory_in_words,
)

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PARTIES = frozenset({"owner", "by", "to", "from", "members", "proposed_by", "approved_by"})
"""The fields of a statement that name parties."""


def needs_in_words(condition: Condition, geography: Geography, language: Language, *, holds: bool = True) -> str:
    """Say what a condition asks for as an infinitive; simple tests first, then the choices; empty when it asks nothing.

    A denial is carried down to the tests: "neither a nor b" is said as "not a and not b".
    """
    if isinstance(condition, Not):
        return needs_in_words(condition.part, geography, language, holds=not holds)
    if not isinstance(condition, All | Any):
        return said_test(condition, geography, language, holds=holds)
    alike = [inner for part in condition.parts for inner in (part.parts if type(part) is type(condition) else (part,))]
    ordered = sorted(alike, key=_is_choice)
    parts = [needs_in_words(part, geography, language, holds=holds) for part in ordered]
    said = [part for part in parts if part]
    return listed(said, language, "and") if isinstance(condition, All) is holds else _choice(said, language)


def _is_choice(part: Condition) -> bool:
    """Tell whether a part is made of others, under any denial: it is said last, so that its "or" ends the sentence."""
    return _is_choice(part.part) if isinstance(part, Not) else isinstance(part, All | Any)


def _choice(said: Sequence[str], language: Language) -> str:
    if len(said) < 2:
        return "".join(said)
    if language == "fr":
        return ", ".join(f"soit {part}" for part in said)
    return f"either {listed(said, language)}"


@dataclass(frozen=True)
class Teller:
    """Says the clauses of one agreement.

    ``names`` gives the name of a service, a theme or a network by its code, in the language; a code without a name is
    said as it is. What a text says in its own words is never translated: English puts it between quotation marks.
    """

    agreement: Agreement
    geography: Geography
    directory: Directory = field(default_factory=Directory)
    names: Mapping[str, str] = field(default_factory=dict)
    language: Language = "fr"

    def tell(self, clause: Clause) -> str:
        """Say what a clause does."""
        match clause.body:
            case Opens():
                return self._opens(clause.body)
            case Delegates():
                return self._delegates(clause.body)
            case Declines():
                return self._declines(clause.body)
            case _:
                return self._statement(clause.body)

    def party(self, name: str) -> str:
        """Name a party by its id in the text, or an organisation by its own."""
        found = self.agreement.party(name)
        return self.directory.name_of(found.organisation if found else name)

    def services(self, selection: ServiceSelection, provider: str) -> str:
        """Say which services of a provider a clause is about."""
        of = self._of(provider)
        if selection.is_everything:
            return self._say("every service", of=of)
        order = [kind for kind in PLACES[self.language] if kind in {one.value for one in selection.place_kinds}]
        parts = [PLACES[self.language][kind] for kind in order]
        if selection.ids:
            parts.append(self._counted("named", sorted(selection.ids)))
        if selection.themes:
            parts.append(self._counted("themed", sorted(selection.themes)))
        if selection.networks:
            parts.append(self._counted("carried", sorted(selection.networks)))
        return self._say("some services", services=listed(parts, self.language, "and"), of=of)

    def residents(self, territory: TerritoryRef | None) -> str:
        """Say of which people: « habitants de la région Centre-Val de Loire »."""
        where = territory or self.agreement.territory
        if where.kind is FRANCE.kind:
            return self._say("everybody")
        return self._say("residents", of=self._of(territory_in_words(where, self.geography, self.language)))

    def period(self, period: Period) -> str:
        """Say on which days, after a comma; nothing when always."""
        start = day_in_words(period.start, self.language) if period.start else ""
        end = day_in_words(period.last_day, self.language) if period.last_day else ""
        key = "between" if start and end else "from" if start else "until" if end else "always"
        key = "one day" if start and start == end else key
        return self._say(key, start=start, end=end)

    def _say(self, key: str, **values: object) -> str:
        return SENTENCES[self.language][key].format(**values)

    def _counted(self, key: str, codes: Sequence[str]) -> str:
        names = [self._say("quoted", text=self.names.get(code, code)) for code in codes]
        return self._say(key if len(codes) == 1 else f"{key} several", names=listed(names, self.language, "and"))

    def _of(self, name: str) -> str:
        """Put « de » before a name: du Bas-Rhin, de la région, d’Alliance villes emploi."""
        if self.language == "en":
            return name
        for article, of in (("le ", "du "), ("les ", "des ")):
            if name.startswith(article):
                return of + name.removeprefix(article)
        of, rest = ("de ", name) if name.startswith(("l’", "la ")) else of_place(name)
        return of + rest

    def _opens(self, body: Opens) -> str:
        services = self.services(body.services, self.party(body.provider))
        to = self._say("to everybody" if (body.territory or self.agreement.territory) == FRANCE else "to residents")
        said = [
            self._say("opens", services=services, to=to, whom=self.residents(body.territory))
            + self.period(body.period),
            self._needs(body.condition),
            self._priority(body.priority),
            self._say("documents", what=listed(body.required_documents, self.language, "and"))
            if body.required_documents
            else "",
            self._say("answer", count=body.answer_within_days) if body.answer_within_days is not None else "",
            self._say("reserves") if body.reserves else "",
        ]
        return _joined(said)

    def _delegates(self, body: Delegates) -> str:
        parties = {"giver": self.party(body.from_party), "taker": self.party(body.to_party)}
        said = [
            self._say("delegates", **parties, whom=self._people(body.territory)) + self.period(body.period),
            self._say("delegated services", services=self._selected(body)) if not body.services.is_everything else "",
            self._needs(body.condition),
            self._priority(body.priority),
            self._volume(body),
            self._say("hand back", how=body.hand_back) if body.hand_back else "",
        ]
        return _joined(said)

    def _people(self, territory: TerritoryRef | None) -> str:
        whom = self.residents(territory)
        is_everywhere = (territory or self.agreement.territory) == FRANCE
        return self._say("of everybody" if is_everywhere else "of residents", whom=whom)

    def _selected(self, body: Delegates) -> str:
        return self.services(body.services, self.party(body.to_party))

    def _volume(self, body: Delegates) -> str:
        if body.volume is None:
            return ""
        volume, per = body.volume, CODES[self.language].get(body.volume.per, body.volume.per)
        return self._say(f"volume {volume.counts}", count=volume.count, per=per)

    def _needs(self, condition: Condition) -> str:
        needs = needs_in_words(condition, self.geography, self.language)
        return self._say("needs", needs=needs) if needs else ""

    def _priority(self, groups: Sequence[str]) -> str:
        return self._say("priority", groups=groups_in_words(groups, self.language)) if groups else ""

    def _declines(self, body: Declines) -> str:
        codes = CODES[self.language]
        said = [
            self._say("declines", levels=listed([codes[level.value] for level in body.levels], self.language)),
            self._say("must contain", what=self._value("", list(body.must_contain))) if body.must_contain else "",
            self._say(f"falls {body.survival.value}") if body.only_while_in_force else "",
        ]
        return _joined(said)

    def _statement(self, body: Statement) -> str:
        """Say the lead of the kind with the fields it needs, then every other field with its label."""
        kind = body.kind.value
        lead_fields = LEADS[kind]
        missing = NOTHING_SAID[self.language]
        values = {
            name: self._value(name, value) if (value := body.value_of(name)) is not None else missing[name]
            for name in lead_fields
        }
        first = body.value_of(lead_fields[0])
        is_plural = isinstance(first, list) and len(first) > 1
        lead = self._say(
            f"{kind} several" if is_plural else kind, **{f"{name}_": said for name, said in values.items()}
        )
        rest = [
            self._say(
                "detail", label=DETAILS[self.language].get(name, name.replace("_", " ")), value=self._value(name, value)
            )
            for name, value in body.fields
            if name not in lead_fields and value is not None
        ]
        return _joined([_capital(f"{lead}."), *rest])

    def _value(self, name: str, value: object) -> str:
        """Say a value of any shape: a party, a day, a code of ours, a number, or the words of the text."""
        if isinstance(value, list | tuple):
            return listed([self._value(name, one) for one in value], self.language, "and")
        if isinstance(value, Mapping) and {"name"} <= value.keys() <= {"name", "unit"}:
            unit = f" ({value['unit']})" if "unit" in value else ""
            return self._say("own words", text=f"{value['name']}{unit}")
        if isinstance(value, Mapping):
            return ", ".join(
                self._say("pair", label=self._key(str(key)), value=self._value(str(key), one))
                for key, one in value.items()
            )
        if isinstance(value, bool):
            return self._say("yes" if value else "no")
        return self._words(name, value)

    def _words(self, name: str, value: object) -> str:
        text = str(value)
        if name in _PARTIES and self.agreement.party(text):
            return self.party(text)
        if isinstance(value, int | float):
            return text
        day = _day_of(text)
        if day is not None:
            return day_in_words(day, self.language)
        known = {**CODES[self.language], **GROUP_LABELS[self.language], **FACT_LABELS[self.language]}
        if text in known:
            return known[text]
        try:
            return territory_in_words(TerritoryRef.parse(text), self.geography, self.language)
        except TerritoryNotation:
            return self._say("own words", text=text)

    def _key(self, key: str) -> str:
        places = {kind: name.partition(" ")[2] for kind, name in PLACES[self.language].items()}
        known = {**DETAILS[self.language], **CODES[self.language], **places}
        return known.get(key, key.replace("_", " "))


def _day_of(text: str) -> date | None:
    """Read a civil day; what only looks like one is the words of the text."""
    try:
        return date.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        return None


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
