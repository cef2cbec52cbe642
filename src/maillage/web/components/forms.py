"""The field in which a municipality is written, by name or postcode, or chosen among those that a text may mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.domain.territories import Municipality
from maillage.web.components import places


class MunicipalityForm(forms.Form):
    """A form that begins with a municipality; ``home`` is the one found, ``choices`` those it could be."""

    use_required_attribute = False
    nothing_written: Any = _("Écrivez une commune : son nom ou son code postal, par exemple 36300.")

    place = forms.CharField(
        label=_("Où ?"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": _("Écrivez seulement le nom de la commune ou son code postal.")},
    )
    municipality = forms.CharField(required=False, max_length=5)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choices: tuple[Municipality, ...] = ()
        self.home: Municipality | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "place" in cleaned and "municipality" in cleaned:
            self._find_home(cleaned["place"], cleaned["municipality"])
        elif "municipality" not in cleaned:
            self._refuse_place(gettext("Ce code de commune est trop long. Écrivez un nom ou un code postal."))
        return cleaned

    def _refuse_place(self, sentence: str) -> None:
        if "place" not in self.errors:
            self.add_error("place", sentence)
        self.errors.pop("municipality", None)

    def _find_home(self, typed: str, code: str) -> None:
        if not typed and not code:
            self._refuse_place(
                gettext("Écrivez la commune où habite la personne : son nom ou son code postal, par exemple 36300.")
            )
            return
        found = places.resolve(typed, code)
        self.home, self.choices = found.municipality, found.choices
        if self.home is None and self.choices:
            self._refuse_place(gettext("Plusieurs communes peuvent convenir : choisissez la bonne ci-dessous."))
        elif self.home is None:
            self._refuse_place(
                gettext(
                    "Nous ne trouvons pas « %(typed)s ». Écrivez le nom d’une commune ou son code postal, "
                    "par exemple Le Blanc ou 36300."
                )
                % {"typed": typed or code}
            )
