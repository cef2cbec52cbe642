"""What a figure is asked with: a territory, the places that count, those to add, a distance and a day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.apps.territories.queries import geography, geography_version
from maillage.domain.coverage import PlaceChoice
from maillage.domain.shared import Point
from maillage.domain.territories import FRANCE, Municipality, TerritoryKind, TerritoryRef
from maillage.web.components.forms import MunicipalityForm
from maillage.web.components.languages import current_language
from maillage.web.components.places import plain as sort_key

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
KM_AT_MOST = 200
WHOLE_COUNTRY = 20
"""From so many departments loaded on, the first figure is that of the country."""
PLACES = (
    ("AGENCY", _("Agences France Travail")),
    ("FRANCE_SERVICES", _("France services")),
    ("FRANCE_SERVICES:la-poste", _("France services portées par La Poste")),
    ("POST_OFFICE", _("Bureaux et points de La Poste")),
    ("DIGITAL_POINT", _("Îlots numériques")),
    ("DIGITAL_STAGE", _("Étapes numériques")),
    ("DIGITAL_ADVISER", _("Conseillers numériques")),
    ("MISSION_LOCALE", _("Missions locales")),
    ("OUTREACH", _("Permanences")),
)
TERRITORIES = (
    (TerritoryKind.DEPARTMENT, _("Départements")),
    (TerritoryKind.LOCAL_COMMITTEE, _("Comités locaux pour l’emploi")),
    (TerritoryKind.REGION, _("Régions")),
)


class ImaginedPlaceForm(MunicipalityForm):
    """A question that may also say in which municipality one more place would open."""

    def _find_home(self, typed: str, code: str) -> None:
        if typed or code:
            super()._find_home(typed, code)
            if self.home is not None and self.home.point is None:
                self._refuse_place(gettext("Personne ne sait où est cette commune : choisissez-en une autre."))

    @property
    def imagined(self) -> Municipality | None:
        """The municipality where one more place would open."""
        return self.home

    @property
    def imagined_points(self) -> tuple[Point, ...]:
        """Where one more place would open."""
        return (self.home.point,) if self.home and self.home.point else ()


class FigureForm(ImaginedPlaceForm):
    """The question of the page; every field has an answer when nothing is typed."""

    territory = forms.ChoiceField(
        label=_("Territoire"),
        widget=forms.Select(attrs={"class": "field__input"}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choisissez un territoire de la liste.")),
    )
    kind = forms.MultipleChoiceField(
        label=_("Lieux comptés"),
        widget=forms.CheckboxSelectMultiple,
        choices=PLACES,
        error_messages={
            "required": _("Choisissez au moins une sorte de lieu."),
            "invalid_choice": _("Choisissez les lieux dans la liste."),
        },
    )
    plus = forms.MultipleChoiceField(
        label=_("Et en ajoutant"),
        widget=forms.CheckboxSelectMultiple,
        choices=PLACES,
        required=False,
        error_messages={"invalid_choice": _("Choisissez les lieux à ajouter dans la liste.")},
    )
    km = forms.IntegerField(
        label=_("À plus de"),
        min_value=1,
        max_value=KM_AT_MOST,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("Écrivez un nombre entier de kilomètres, de 1 à 200."),
        ),
    )
    on = forms.DateField(
        label=_("Lieux ouverts le"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Écrivez un jour, par exemple 2026-11-22."), "required": _("Écrivez un jour.")},
    )

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked, auto_id="%s")
        self.fields["place"].label = gettext("Et en ouvrant un lieu à")
        choices = territory_choices(geography_version(), current_language())
        self.fields["territory"].choices = choices  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Écrivez un jour entre 2000 et 2100."))
        return day

    @property
    def asked_about(self) -> TerritoryRef:
        return TerritoryRef.parse(self.cleaned_data["territory"])

    @property
    def before(self) -> tuple[PlaceChoice, ...]:
        return tuple(map(PlaceChoice.parse, self.cleaned_data["kind"]))

    @property
    def added(self) -> tuple[PlaceChoice, ...]:
        chosen = [code for code in self.cleaned_data["plus"] if code not in self.cleaned_data["kind"]]
        return tuple(map(PlaceChoice.parse, chosen))


@lru_cache(maxsize=4)
def territory_choices(_version: str, _language: str) -> list[tuple[Any, Any]]:
    """List the territories that a figure can be asked for, by name, grouped by kind; kept for a state of the tables."""
    known = geography()
    groups: list[tuple[Any, Any]] = [("france", "France")]
    for kind, label in TERRITORIES:
        refs = [TerritoryRef.parse(one) for one in known.known_territories if one.startswith(f"{kind.value}:")]
        named = sorted((sort_key(known.name_of(ref)), known.name_of(ref), str(ref)) for ref in refs)
        if named:
            groups.append((str(label), [(notation, name) for _key, name, notation in named]))
    return groups


def first_question(*, today: date) -> dict[str, Any]:
    """Give the figure shown to whoever asks for none: agencies, then with post offices, fifteen kilometres away."""
    return {
        "territory": first_territory(geography_version()),
        "kind": ["AGENCY"],
        "plus": ["POST_OFFICE"],
        "km": 15,
        "on": today.isoformat(),
    }


@lru_cache(maxsize=2)
def first_territory(_version: str) -> str:
    """Choose the country where most of it is loaded, else the department of which most is."""
    counts = Counter(one.department for one in geography().municipalities.values() if one.department)
    if len(counts) >= WHOLE_COUNTRY or not counts:
        return str(FRANCE)
    largest = min(counts, key=lambda code: (-counts[code], code))
    return str(TerritoryRef(TerritoryKind.DEPARTMENT, largest))
