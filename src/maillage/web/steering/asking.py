"""What rates are asked for: weeks that have ended, cut by what, narrowed to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from maillage.apps.referrals.rates import Cohort, Cut

WEEKS = ((13, _("Treize semaines")), (26, _("Vingt-six semaines")), (52, _("Un an")))
CUTS = (
    (Cut.AGREEMENT, _("Par accord")),
    (Cut.TERRITORY, _("Par département")),
    (Cut.TARGET_GROUP, _("Par public")),
    (Cut.RECIPIENT, _("Par partenaire")),
    (Cut.ACCESS_POINT, _("Par lieu d’accueil")),
)
NARROWED = {
    Cut.AGREEMENT: "agreement",
    Cut.TERRITORY: "department",
    Cut.TARGET_GROUP: "group",
    Cut.RECIPIENT: "recipient",
}
"""What a line of each table narrows the page to."""
NAME_MOST = 200


class AskingForm(forms.Form):
    """The period and the cut, chosen in lists."""

    weeks = forms.ChoiceField(
        label=_("Période"), choices=WEEKS, widget=forms.Select(attrs={"class": "field__input"}), required=False
    )
    by = forms.ChoiceField(
        label=_("Tableau"),
        choices=[(cut.name, words) for cut, words in CUTS],
        widget=forms.Select(attrs={"class": "field__input"}),
        required=False,
    )


@dataclass(frozen=True)
class Asked:
    """The question of the page; an address that says nothing, or what is no choice, asks the first one."""

    weeks: int
    cut: Cut
    narrowed: tuple[tuple[str, str], ...] = ()

    def cohort(self, *, today: date) -> Cohort:
        """Give the cohort: whole weeks, of which the last ended on the Sunday before today.

        The days cannot be chosen one by one: two neighbouring cohorts would tell what became of one person.
        """
        end = today - timedelta(days=today.weekday())
        return Cohort(end - timedelta(weeks=self.weeks), end, **dict(self.narrowed))

    def address(self, **changed: str) -> str:
        """Give the question as the end of an address, with something else asked; an empty text asks it no more."""
        asked = {"weeks": str(self.weeks), "by": self.cut.name, **dict(self.narrowed), **changed}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def asked_in(typed: QueryDict) -> Asked:
    """Read the question of an address."""
    weeks = {str(number): number for number, _words in WEEKS}.get(typed.get("weeks", ""), WEEKS[0][0])
    cut = {one.name: one for one, _words in CUTS}.get(typed.get("by", ""), Cut.AGREEMENT)
    narrowed = tuple((name, str(typed[name])[:NAME_MOST]) for name in NARROWED.values() if typed.get(name))
    return Asked(weeks, cut, narrowed)
