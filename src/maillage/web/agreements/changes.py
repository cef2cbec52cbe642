"""What changed in an agreement between two days, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.engine.comparing import ArticleChange, ChangeKind, Run, amendments_between, changes_between
from maillage.web.agreements import wording
from maillage.web.agreements.texts import AmendmentView, TextView, amendment_view
from maillage.web.components.sentences import unbroken


@dataclass(frozen=True)
class ChangeView:
    """What became of one article: a word, its title and text with what came and went, what it now does."""

    word: str
    number: str
    title: tuple[Run, ...]
    text: tuple[Run, ...]
    did: tuple[str, ...]
    does: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The same agreement on two days, the earlier one first."""

    before: TextView
    after: TextView

    @property
    def amendments(self) -> tuple[AmendmentView, ...]:
        """The amendments that took effect between the two days."""
        found = amendments_between(self.after.agreement, first=self.before.on, last=self.after.on)
        return tuple(amendment_view(one) for one in found)

    @property
    def changes(self) -> tuple[ChangeView, ...]:
        """The articles that changed."""
        return tuple(self._view(one) for one in changes_between(self.before.current, self.after.current))

    @property
    def term_changed(self) -> bool:
        """Tell whether the term is another."""
        return self.before.current.effective_until != self.after.current.effective_until

    @property
    def headline(self) -> str:
        """Say how much changed."""
        count = len(self.changes)
        days = {"first": self.before.day, "last": self.after.day}
        if not count and not self.term_changed:
            return _("Rien n’a changé entre le %(first)s et le %(last)s.") % days
        said = ngettext(
            "%(count)s article changé entre le %(first)s et le %(last)s.",
            "%(count)s articles changés entre le %(first)s et le %(last)s.",
            count,
        )
        return said % {"count": count, **days}

    def _view(self, change: ArticleChange) -> ChangeView:
        word = {
            ChangeKind.ADDED: _("Ajouté"),
            ChangeKind.REMOVED: _("Supprimé"),
            ChangeKind.CHANGED: _("Changé"),
        }[change.kind]
        return ChangeView(
            word,
            wording.number_words(change.article),
            change.title,
            change.text,
            tuple(unbroken(self.before.teller.tell(one.before)) for one in change.clauses if one.before),
            tuple(unbroken(self.after.teller.tell(one.after)) for one in change.clauses if one.after),
        )
