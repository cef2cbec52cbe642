"""What the list of agreements can be narrowed by."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 80


class SearchForm(forms.Form):
    """The search, in the address; every part may be left blank."""

    q = forms.CharField(
        label=_("Un mot du texte ou du titre"),
        max_length=LONGEST_TEXT,
        required=False,
        error_messages={"max_length": _("Écrivez quelques mots seulement.")},
    )
    territoire = forms.CharField(
        label=_("Une commune ou un territoire"),
        max_length=LONGEST_TEXT,
        required=False,
        error_messages={"max_length": _("Écrivez seulement un nom ou un code postal.")},
    )
    partie = forms.ChoiceField(
        label=_("Une partie"),
        required=False,
        error_messages={"invalid_choice": _("Choisissez une partie dans la liste.")},
    )
    le = forms.DateField(
        label=_("Le jour"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Écrivez le jour comme 2024-03-01.")},
    )
    vigueur = forms.BooleanField(label=_("Seulement ceux en vigueur ce jour-là"), required=False)

    def __init__(self, data: object, parties: tuple[tuple[str, str], ...]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        choice = self.fields["partie"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 (declared above)
        choice.choices = [("", _("Toutes")), *parties]
