"""What a map of the offer is asked with: where, which theme, for whom, how far, between whom, and what would change."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from data_inclusion.schema.v1 import Thematique
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.observatory.complementarity import known_on, network_labels
from maillage.apps.territories.queries import geography_version
from maillage.domain.complementarity import ANYBODY, ComplementarityQuestion, ImaginedChange, PartnerChoice
from maillage.domain.people import EVERYBODY, TARGET_GROUPS
from maillage.domain.territories import TerritoryRef
from maillage.engine.wording import GROUP_LABELS
from maillage.web.components import places
from maillage.web.components.languages import current_language
from maillage.web.components.needs import FAMILIES
from maillage.web.figures.forms import (
    FIRST_DAY,
    KM_AT_MOST,
    LAST_DAY,
    ImaginedPlaceForm,
    first_territory,
    territory_choices,
)

SELECT = {"class": "field__input"}
PARTIES_AT_LEAST = 2


def _select(label: Any, sentence: Any, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=required,
        widget=forms.Select(attrs=SELECT),
        error_messages=dict.fromkeys(("required", "invalid_choice"), sentence),
    )


class OfferForm(ImaginedPlaceForm):
    """The question of the page; the municipality is where one more service would open, and may be left out."""

    territory = _select(gettext_lazy("Territoire"), gettext_lazy("Choisissez un territoire de la liste."))
    theme = _select(gettext_lazy("Pour quel besoin"), gettext_lazy("Choisissez un besoin de la liste."))
    group = _select(gettext_lazy("Pour qui"), gettext_lazy("Choisissez un public de la liste."), required=False)
    km = forms.IntegerField(
        label=gettext_lazy("Au plus à"),
        min_value=1,
        max_value=KM_AT_MOST,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("Écrivez un nombre entier de kilomètres, de 1 à 200."),
        ),
    )
    agreement = _select(
        gettext_lazy("Entre les parties d’un accord"),
        gettext_lazy("Choisissez un accord de la liste."),
        required=False,
    )
    first = _select(
        gettext_lazy("Ou entre un réseau"), gettext_lazy("Choisissez un réseau de la liste."), required=False
    )
    second = _select(
        gettext_lazy("et un autre réseau"), gettext_lazy("Choisissez un réseau de la liste."), required=False
    )
    on = forms.DateField(
        label=gettext_lazy("Services ouverts le"),
        input_formats=["%Y-%m-%d"],
        error_messages=dict.fromkeys(("invalid", "required"), gettext_lazy("Écrivez un jour, par exemple 2026-11-22.")),
    )
    lost = forms.CharField(
        label=gettext_lazy("Si ce partenaire partait"),
        required=False,
        max_length=300,
        error_messages={"max_length": gettext_lazy("Choisissez un partenaire de la liste.")},
    )

    def __init__(self, asked: QueryDict, *, today: date) -> None:
        super().__init__(asked, auto_id="%s")
        self.fields["place"].label = _("Si un service ouvrait à")
        chosen = {
            "territory": territory_choices(geography_version(), current_language()),
            "theme": theme_choices(current_language()),
            "group": group_choices(current_language()),
            "agreement": agreement_choices(),
            "first": network_choices(today, asked.get("first", "")),
            "second": network_choices(today, asked.get("second", "")),
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Écrivez un jour entre 2000 et 2100."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        networks = {cleaned.get("first"), cleaned.get("second")} - {"", None}
        if cleaned.get("agreement") and networks:
            self.add_error("agreement", _("Choisissez un accord, ou deux réseaux, mais pas les deux à la fois."))
        elif len(networks) == 1 and not {"first", "second"} & self.errors.keys():
            self.add_error("second", _("Choisissez deux réseaux différents, ou aucun."))
        return cleaned

    @property
    def selects(self) -> tuple[forms.BoundField, ...]:
        return tuple(self[name] for name in ("territory", "theme", "group", "agreement", "first", "second"))

    @property
    def question(self) -> ComplementarityQuestion:
        asked = self.cleaned_data
        networks = tuple(one for one in (asked["first"], asked["second"]) if one)
        return ComplementarityQuestion(
            territory=TerritoryRef.parse(asked["territory"]),
            theme=asked["theme"],
            km=float(asked["km"]),
            on=asked["on"],
            group=asked["group"],
            partners=PartnerChoice(asked["agreement"], networks),
        )

    @property
    def change(self) -> ImaginedChange:
        return ImaginedChange(points=self.imagined_points, lost=self.cleaned_data["lost"])


@lru_cache(maxsize=4)
def theme_choices(_language: str) -> list[tuple[Any, Any]]:
    """List the needs: each family, then its themes."""
    return [
        (
            str(words),
            [(family, _("%(family)s, tout") % {"family": words})]
            + [(one.value, one.label) for one in Thematique if one.value.partition("--")[0] == family],
        )
        for family, words in FAMILIES.items()
    ]


@lru_cache(maxsize=4)
def group_choices(_language: str) -> list[tuple[str, str]]:
    """List for whom services can be counted."""
    labels = GROUP_LABELS[current_language()]
    return [
        (ANYBODY, _("Quel que soit le public")),
        (EVERYBODY, _("Tout le monde, sans condition de public")),
        *((code, labels[code][:1].upper() + labels[code][1:]) for code in TARGET_GROUPS),
    ]


def agreement_choices() -> list[tuple[str, str]]:
    """List the agreements of which two parties at least could offer services."""
    found = [
        (one.id, one.title)
        for one in agreements_in().agreements
        if len({party.organisation for party in one.parties if not party.is_sponsor}) >= PARTIES_AT_LEAST
    ]
    return [("", _("Tous les partenaires")), *sorted(found, key=lambda pair: places.plain(pair[1]))]


def network_choices(today: date, asked: str) -> list[tuple[str, str]]:
    """List the networks that carry services, and the one asked about if it exists at all."""
    labels = network_labels()
    codes = {*known_on(today).networks, *({asked} & labels.keys())}
    return [("", _("aucun")), *sorted(((code, labels[code]) for code in codes), key=lambda pair: places.plain(pair[1]))]


def first_offer_question(*, today: date) -> dict[str, str]:
    """Give the map shown to whoever asks for none: help with internet, whoever it is for, fifteen kilometres away."""
    return {
        "territory": first_territory(geography_version()),
        "theme": "numerique",
        "group": ANYBODY,
        "km": "15",
        "on": today.isoformat(),
    }
