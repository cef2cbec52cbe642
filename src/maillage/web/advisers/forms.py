"""The question an adviser asks: five fields, the day, and the few facts that a follow-up question may add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from maillage.domain.eligibility import Question
from maillage.domain.people import BARRIERS, HIGHEST_AGE, PersonFacts
from maillage.domain.shared import Point, distance_km
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS
from maillage.web.components import needs
from maillage.web.components.forms import MunicipalityForm
from maillage.web.components.languages import current_language

NONE = "none"
UNKNOWN = "unknown"
JOBSEEKERS = "demandeurs-emploi"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
FARTHEST_POINT_KM = 40.0
LONGEST_SAID = 40
YES_NO = (("yes", _("Oui")), ("no", _("Non")), (UNKNOWN, _("Je ne sais pas")))
TRUTHS = {"yes": True, "no": False}
GROUPS_IN_ORDER = (
    "jeunes",
    JOBSEEKERS,
    "LONG_TERM",
    "VERY_LONG_TERM",
    "beneficiaires-des-minimas-sociaux",
    "RQTH",
    "personnes-en-situation-de-handicap",
    "residents-qpv-frr",
    "familles",
    "femmes",
    "etudiants",
    "actifs",
    "seniors",
    "personnes-exilees",
    "personnes-en-situation-durgence",
    "personnes-en-situation-juridique-specifique",
)
"""All target groups, those met most often first."""
GROUPS_SHOWN = 8
NOTHING = {"group": gettext_noop("Aucune de ces situations"), "barrier": gettext_noop("Rien de tout cela")}
ADDED = ("months", "boe", "minimum_income", "priority_neighbourhood", "qualification", "occupation")
STATUSES = ("registered", "boe", "minimum_income", "priority_neighbourhood")


class CodesField(forms.MultipleChoiceField):
    """Several codes of a closed list, in the order given, each once."""

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(code for code in super().to_python(value) if code))

    def validate(self, value: list[str]) -> None:
        strangers = [code for code in value if not self.valid_value(code)]
        if strangers:
            said = strangers[0][:LONGEST_SAID]
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": said})


class ThemesField(CodesField):
    """Needs: families are offered; a whole theme named by an address is taken too."""

    def valid_value(self, value: Any) -> bool:
        return needs.is_theme(str(value))


class WholeNumberField(forms.IntegerField):
    """A whole number, said the same way whatever is wrong with it."""

    def __init__(self, *, highest: int, message: Any, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "field__input--short"})
        errors = dict.fromkeys(("invalid", "min_value", "max_value"), message)
        super().__init__(
            required=False, min_value=0, max_value=highest, widget=widget, error_messages=errors, **options
        )

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if len(text) > 4:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


def status_field(label: Any) -> forms.ChoiceField:
    """Make a question answered by yes, no or « je ne sais pas »."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choisissez oui, non ou « je ne sais pas ».")},
    )


class QuestionForm(MunicipalityForm):
    """What is asked. Every field but the municipality may be left blank: blank is unknown."""

    nothing_written = _("Écrivez la commune où habite la personne : son nom ou son code postal, par exemple 36300.")

    point = forms.CharField(required=False, max_length=40)
    age = WholeNumberField(
        label=_("Quel âge a-t-elle ?"),
        highest=HIGHEST_AGE,
        message=_("Écrivez l’âge en chiffres, entre 0 et 120, par exemple 24. Si vous ne le savez pas, laissez vide."),
    )
    registered = status_field(_("Est-elle inscrite à France Travail ?"))
    group = CodesField(
        label=_("Est-elle dans l’une de ces situations ?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("« %(value)s » n’est pas une situation connue : choisissez dans la liste.")
        },
    )
    barrier = CodesField(
        label=_("Qu’est-ce qui lui complique la vie ?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("« %(value)s » n’est pas dans la liste : choisissez dans la liste.")},
    )
    theme = ThemesField(
        label=_("De quoi a-t-elle besoin ?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("« %(value)s » n’est pas un besoin connu : choisissez dans la liste.")},
    )
    on = forms.DateField(
        label=_("Jour de la question"),
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "field__input--day"}),
        error_messages={"invalid": _("Ce jour n’existe pas. Écrivez par exemple 15/10/2024.")},
    )
    months = WholeNumberField(
        label=_("Depuis combien de mois est-elle inscrite ?"),
        highest=12 * HIGHEST_AGE,
        message=_("Écrivez le nombre de mois en chiffres, par exemple 14."),
    )
    boe = status_field(_("Relève-t-elle de l’obligation d’emploi des travailleurs handicapés ?"))
    minimum_income = status_field(_("Touche-t-elle un revenu minimum (RSA, ASS, AAH) ?"))
    priority_neighbourhood = status_field(_("Habite-t-elle un quartier prioritaire ?"))
    qualification = forms.CharField(required=False, max_length=20, label=_("Quel est son niveau de qualification ?"))
    occupation = forms.CharField(required=False, max_length=20, label=_("Quel métier cherche-t-elle (code ROME) ?"))

    def __init__(self, typed: QueryDict | None = None, *, offered: QueryDict | None = None, **options: Any) -> None:
        super().__init__(typed, **options)
        named = typed or offered
        language = current_language()
        self.fields["place"].label = _("Où habite la personne ?")
        self._offer("group", GROUP_LABELS[language], GROUPS_IN_ORDER)
        self._offer("barrier", BARRIER_LABELS[language], BARRIERS)
        whole = [code for code in (named.getlist("theme") if named else []) if code in needs.theme_labels()]
        families = [(code, str(label)) for code, label in needs.FAMILIES.items()]
        self._field("theme").choices = families + [(code, needs.label_of(code)) for code in dict.fromkeys(whole)]

    def has_rarer_group(self) -> bool:
        """Tell whether a situation that the page folds away is ticked, so that it is shown."""
        return any(code in GROUPS_IN_ORDER[GROUPS_SHOWN:] for code in self["group"].value() or ())

    def more_fields(self) -> list[forms.BoundField]:
        """List the facts that a follow-up question added: they are shown again only when the address holds them."""
        return [self[name] for name in ADDED if self[name].value() or self[name].errors]

    def _field(self, name: str) -> CodesField:
        field = self.fields[name]
        assert isinstance(field, CodesField)  # noqa: S101 (declared above)
        return field

    def _offer(self, name: str, labels: Mapping[str, str], codes: Iterable[str]) -> None:
        offered = [(code, labels[code]) for code in codes]
        self._field(name).choices = [*offered, (NONE, gettext(self._nothing(name)))]

    def _nothing(self, name: str) -> str:
        return NOTHING[name]

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(gettext("Choisissez un jour entre 2000 et 2100."))
        return day

    def clean_group(self) -> list[str]:
        return self._without_contradiction("group")

    def clean_barrier(self) -> list[str]:
        return self._without_contradiction("barrier")

    def _without_contradiction(self, name: str) -> list[str]:
        codes: list[str] = self.cleaned_data[name]
        if NONE in codes and len(codes) > 1:
            nothing = gettext(self._nothing(name))
            raise forms.ValidationError(
                gettext("Gardez « %(nothing)s » ou bien les autres réponses, pas les deux."),
                params={"nothing": nothing},
            )
        return codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["point"] = self._read_point(cleaned.get("point", ""))
        return cleaned

    def _read_point(self, text: str) -> Point | None:
        if not text:
            return None
        try:
            latitude, longitude = (float(part) for part in text.split(","))
            point = Point(latitude, longitude)
        except ValueError:
            self.add_error("point", gettext("Ce point de la carte ne se lit pas : choisissez-le de nouveau."))
            return None
        middle = self.home.point if self.home else None
        if middle is not None and distance_km(point, middle) > FARTHEST_POINT_KM:
            self.add_error("point", gettext("Ce point est loin de la commune écrite : choisissez-le de nouveau."))
        return point

    def question(self, *, today: date) -> Question:
        """Make the question of the domain out of a valid form; the day is today unless another was asked about."""
        assert self.home is not None  # noqa: S101 (a valid form has one)
        facts = self.cleaned_data
        statuses = {name: TRUTHS.get(facts[name]) for name in STATUSES}
        groups = known_codes(facts["group"])
        if groups is not None and statuses["registered"]:
            groups |= {JOBSEEKERS}
        person = PersonFacts(
            municipality=self.home.code,
            point=facts["point"],
            age=facts["age"],
            registered_for_months=facts["months"],
            target_groups=groups,
            barriers=known_codes(facts["barrier"]),
            qualification=facts["qualification"] or None,
            occupation=facts["occupation"] or None,
            **statuses,
        )
        return Question(person=person, on=facts["on"] or today, themes=tuple(facts["theme"]))


def known_codes(codes: list[str]) -> frozenset[str] | None:
    """Read ticked codes: nothing ticked is unknown, « aucune » is a known nothing."""
    return frozenset(codes) - {NONE} if codes else None
