"""What changed in a text between two days: articles added, removed, changed, word by word, and what they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import Enum

from maillage.domain.agreements import Agreement, Amendment, Article, Clause

_WORDS = re.compile(r"\S+\s*")


class ChangeKind(Enum):
    """What became of a piece of text."""

    SAME = "SAME"
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Run:
    """A run of words that stayed, came or went."""

    kind: ChangeKind
    text: str


@dataclass(frozen=True)
class ClauseChange:
    """A clause that came (nothing before), went (nothing after) or does something else."""

    before: Clause | None
    after: Clause | None


@dataclass(frozen=True)
class ArticleChange:
    """What became of an article; ``article`` is its newer text."""

    kind: ChangeKind
    article: Article
    title: tuple[Run, ...]
    text: tuple[Run, ...]
    clauses: tuple[ClauseChange, ...]


def changes_between(before: Agreement, after: Agreement) -> tuple[ArticleChange, ...]:
    """Give what changed between two states of a text, in the order of the newer one, what went last."""
    return tuple(_changes(before.articles, after.articles))


def amendments_between(agreement: Agreement, *, first: date, last: date) -> tuple[Amendment, ...]:
    """Give the signed amendments that take effect after the first day, up to the last one, in their order."""
    found = [
        amendment
        for amendment in agreement.amendments
        if amendment.signed_on is not None and first < amendment.effective_from <= last
    ]
    return tuple(sorted(found, key=lambda one: (one.effective_from, one.signed_on or date.min)))


def days_of_change(agreement: Agreement) -> tuple[date, ...]:
    """Give the days on which the text changes, in order."""
    days = {one.effective_from for one in agreement.amendments if one.signed_on is not None}
    return tuple(sorted(days))


def _changes(before: Sequence[Article], after: Sequence[Article]) -> Iterator[ArticleChange]:
    old = {article.number: article for article in before}
    for article in after:
        earlier = old.pop(article.number, None)
        if earlier is None:
            yield _whole(ChangeKind.ADDED, article)
        elif earlier != article:
            yield ArticleChange(
                ChangeKind.CHANGED,
                article,
                word_runs(earlier.title, article.title),
                word_runs(earlier.text, article.text),
                _clause_changes(earlier.clauses, article.clauses),
            )
    for article in old.values():
        yield _whole(ChangeKind.REMOVED, article)


def _whole(kind: ChangeKind, article: Article) -> ArticleChange:
    came = kind is ChangeKind.ADDED
    clauses = tuple(ClauseChange(None if came else one, one if came else None) for one in article.clauses)
    return ArticleChange(kind, article, (Run(kind, article.title),), (Run(kind, article.text),), clauses)


def _clause_changes(before: Sequence[Clause], after: Sequence[Clause]) -> tuple[ClauseChange, ...]:
    old, new = ({clause.id: clause for clause in clauses} for clauses in (before, after))
    return tuple(ClauseChange(old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key))


def word_runs(before: str, after: str) -> tuple[Run, ...]:
    """Compare two texts word by word; spaces alone change nothing."""
    old, new = ([" ".join(word.split()) for word in _WORDS.findall(text)] for text in (before, after))
    runs: list[Run] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run(ChangeKind.SAME, " ".join(new[new_start:new_end])))
            continue
        if end > start:
            runs.append(Run(ChangeKind.REMOVED, " ".join(old[start:end])))
        if new_end > new_start:
            runs.append(Run(ChangeKind.ADDED, " ".join(new[new_start:new_end])))
    return tuple(runs)
