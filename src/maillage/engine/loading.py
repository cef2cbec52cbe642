"""From ``agreement.yaml`` to domain objects, refusing any rule without its article and any word without a meaning."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Amendment,
    Article,
    Instruction,
    InstructionKind,
    Party,
    Reference,
    Relation,
    Signatory,
    articles_after,
)
from maillage.domain.shared import MaillageError, Period
from maillage.domain.territories import TerritoryNotation, TerritoryRef
from maillage.engine.clauses import clause_of
from maillage.engine.reading import AgreementMistakes, Document, JsonPath, Mistake, read_document, schema_mistakes
from maillage.engine.shorthands import in_full

OUR_NUMBER = re.compile(r"^P\d+$")


class NoAgreement(MaillageError):
    """A folder holds no agreement."""


def agreement_files(folder: Path) -> list[Path]:
    """List the files of agreements in a folder: one a sub-folder, or lying in it."""
    return sorted({*folder.glob("*/agreement.yaml"), *folder.glob("*.yaml"), *folder.glob("*.yml")})


def load_folder(folder: Path, *, known: Mapping[str, Agreement] | None = None) -> AgreementSet:
    """Load every ``*/agreement.yaml`` of a folder (or ``*.yaml`` files lying in it).

    ``known``: agreements already loaded, by digest; a file that is one of them is not read through again.

    Raises:
        AgreementMistakes: at least one file cannot be applied; all mistakes of all files are told together.
        NoAgreement: the folder holds none, or does not exist.
    """
    paths = agreement_files(folder)
    if not paths:
        raise NoAgreement(f"{folder} holds no agreement: expected a folder each, with its agreement.yaml.")
    agreements: list[Agreement] = []
    mistakes: list[Mistake] = []
    for path in paths:
        content = path.read_bytes()
        read_before = (known or {}).get(hashlib.sha256(content).hexdigest())
        try:
            agreements.append(read_before or load_text(content, file=str(path.relative_to(folder))))
        except AgreementMistakes as refused:
            mistakes.extend(refused.mistakes)
    twice = [key for key, count in Counter(agreement.id for agreement in agreements).items() if count > 1]
    mistakes.extend(Mistake(str(folder), 1, "id", f"« {key} » twice", "each id once in a folder") for key in twice)
    if mistakes:
        raise AgreementMistakes(mistakes)
    return AgreementSet({agreement.id: agreement for agreement in agreements})


def load_text(content: bytes, *, file: str = "agreement.yaml") -> Agreement:
    """Load one agreement; its digest is the SHA-256 of these very bytes.

    Raises:
        AgreementMistakes: the text cannot be applied, with every line, what was found and what was expected.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise AgreementMistakes([Mistake(file, line, "the file", "bytes that are not text", "UTF-8")]) from error
    document = read_document(text, file=file)
    document = replace(document, content=in_full(document.content))
    mistakes = [*document.mistakes, *schema_mistakes(document)]
    if mistakes:
        raise AgreementMistakes(mistakes)
    return _Builder(document).agreement(hashlib.sha256(content).hexdigest())


def _reference(found: Mapping[str, Any]) -> Reference:
    return Reference(found["title"], Relation(found.get("relation", "MENTIONS")), found.get("agreement", ""))


def day_of(value: str | None) -> date | None:
    """Read a civil day that the schema let through; ``None`` stays ``None``.

    Raises:
        ValueError: no such day (30 February).
    """
    return None if value is None else date.fromisoformat(value)


class _Builder:
    """Builds one agreement and gathers the mistakes that a schema cannot see."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.mistakes: list[Mistake] = []

    def agreement(self, digest: str) -> Agreement:
        content = self.document.content
        parties = tuple(self._party(found) for found in content["parties"])
        articles = tuple(self._article(found, ("articles", n)) for n, found in enumerate(content["articles"]))
        amendments = tuple(
            self._amendment(found, ("amendments", n)) for n, found in enumerate(content.get("amendments", []))
        )
        term = self._period(content, (), "effective_from", "effective_until")
        built = Agreement(
            id=content["id"],
            title=content["title"],
            level=AgreementLevel(content["level"]),
            kind=AgreementKind(content["kind"]),
            territory=self.territory(content["territory"], ("territory",)),
            parties=parties,
            articles=articles,
            digest=digest,
            framework=content.get("framework") or "",
            signed_on=self._day(content, (), "signed_on"),
            signed_at=content.get("signed_at", ""),
            effective_from=term.start,
            effective_until=term.end,
            requires_framework_in_force=content.get("requires_framework_in_force", False),
            source=content.get("source", ""),
            source_url=content.get("source_url", ""),
            amendments=amendments,
            preamble=content.get("preamble", "").strip(),
            references=tuple(_reference(found) for found in content.get("references", [])),
        )
        self._refuse_twins(built)
        self._refuse_orphan_instructions(built)
        if self.mistakes:
            raise AgreementMistakes(self.mistakes)
        return built

    def refuse(self, path: JsonPath, found: object, expected: str) -> None:
        """Note a mistake and go on, so that all are told at once."""
        self.mistakes.append(self.document.mistake(path, found, expected))

    def territory(self, text: str, path: JsonPath) -> TerritoryRef:
        """Read a territory, by its notation or its bare official code."""
        try:
            return TerritoryRef.read(str(text))
        except TerritoryNotation:
            self.refuse(path, text, "france, or a notation such as departement:36, clpe:CLPE67001, commune:36018")
            return TerritoryRef.parse("france")

    def period(self, found: Mapping[str, Any] | None, path: JsonPath) -> Period:
        """Read a ``{from, until}`` period; absent is always."""
        return self._period(found or {}, path, "from", "until")

    def _day(self, content: Mapping[str, Any], path: JsonPath, key: str) -> date | None:
        try:
            return day_of(content.get(key))
        except ValueError:
            self.refuse((*path, key), content[key], "a day that exists, YYYY-MM-DD")
            return None

    def _period(self, content: Mapping[str, Any], path: JsonPath, start: str, end: str) -> Period:
        period = Period(self._day(content, path, start), self._day(content, path, end))
        if period.is_empty:
            self.refuse((*path, end), content[end], f"a day after {start} ({content[start]})")
        return period

    def _party(self, found: Mapping[str, Any]) -> Party:
        named = [{"name": one} if isinstance(one, str) else one for one in found.get("signatories", [])]
        signatories = tuple(Signatory(one["name"], one.get("function", "")) for one in named)
        return Party(found["id"], found["organisation"], signatories, is_sponsor=found.get("sponsor", False))

    def _article(self, found: Mapping[str, Any], path: JsonPath) -> Article:
        number = str(found["number"])
        clauses = tuple(
            clause_of(self, clause, (*path, "clauses", n)) for n, clause in enumerate(found.get("clauses", []))
        )
        if clauses and not found["text"].strip():
            self.refuse((*path, "text"), "no passage", "the sentence of the source that gives the rule")
        return Article(
            number=number,
            title=found["title"],
            text=found["text"].strip(),
            clauses=clauses,
            valid=self._period(found, path, "valid_from", "valid_until"),
            is_numbered_by_source=found.get("numbered_by_source", not OUR_NUMBER.match(number)),
        )

    def _amendment(self, found: Mapping[str, Any], path: JsonPath) -> Amendment:
        instructions = tuple(
            self._instruction(one, (*path, "instructions", n)) for n, one in enumerate(found.get("instructions", []))
        )
        effective_from = self._day(found, path, "effective_from")
        return Amendment(
            id=found["id"],
            signed_on=self._day(found, path, "signed_on"),
            effective_from=effective_from or date.max,
            why=found["why"],
            instructions=instructions,
            changes_term="effective_until" in found,
            new_until=self._day(found, path, "effective_until"),
            is_clerical=found.get("clerical", False),
        )

    def _instruction(self, found: Mapping[str, Any], path: JsonPath) -> Instruction:
        ((key, value),) = found.items()
        kind = InstructionKind(key)
        if kind is InstructionKind.REPEAL:
            return Instruction(kind, str(value), None)
        article = self._article(value, (*path, key))
        return Instruction(kind, article.number, article)

    def _refuse_twins(self, built: Agreement) -> None:
        self._refuse_twice("parties", [party.id for party in built.parties])
        self._refuse_twice("articles", [article.number for article in built.articles])
        self._refuse_clause_twins(built.articles)

    def _refuse_clause_twins(self, articles: Iterable[Article]) -> None:
        lines: dict[str, list[int]] = {}
        for article in articles:
            for clause in article.clauses:
                lines.setdefault(clause.id, []).append(clause.line)
        for key, found in lines.items():
            if len(found) > 1:
                twin = Mistake(self.document.file, max(found), "id", f"« {key} » twice", "each clause id once")
                self.mistakes.extend([twin] if twin not in self.mistakes else [])

    def _refuse_twice(self, key: str, names: Iterable[str]) -> None:
        for name, count in Counter(names).items():
            if count > 1:
                self.refuse((key,), f"« {name} » twice", "each once")

    def _refuse_orphan_instructions(self, built: Agreement) -> None:
        """Refuse instructions about articles that do not stand; an unsigned amendment changes nothing for the others."""
        standing = built.articles
        ordered = sorted(
            enumerate(built.amendments), key=lambda found: (found[1].effective_from, found[1].signed_on or date.max)
        )
        for position, amendment in ordered:
            after = self._articles_after(standing, amendment, ("amendments", position, "instructions"))
            self._refuse_clause_twins(after)
            standing = after if amendment.signed_on else standing

    def _articles_after(
        self, standing: tuple[Article, ...], amendment: Amendment, path: JsonPath
    ) -> tuple[Article, ...]:
        for n, instruction in enumerate(amendment.instructions):
            numbers = {article.number for article in standing}
            inserts = instruction.kind is InstructionKind.INSERT
            if inserts == (instruction.number in numbers):
                wanted = "a number that does not stand yet" if inserts else f"one of {', '.join(sorted(numbers))}"
                self.refuse((*path, n), f"article {instruction.number}", wanted)
            standing = articles_after(standing, [instruction])
        return standing
