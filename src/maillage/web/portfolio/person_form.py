"""What is written of a person: few fields first, the others folded, and unknown is always an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.apps.people.drafts import PersonDraft, PersonRefused
from maillage.apps.people.mapping import PersonRecord, months_since
from maillage.domain.people import BARRIERS, HIGHEST_AGE
from maillage.domain.personal_data import add_months
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS
from maillage.web.advisers.forms import (
    GROUPS_IN_ORDER,
    NONE,
    NOTHING,
    TRUTHS,
    CodesField,
    ThemesField,
    WholeNumberField,
    status_field,
)
from maillage.web.components import needs, places
from maillage.web.components.forms import MunicipalityForm
from maillage.web.components.languages import current_language
from maillage.web.partners.forms import day_field

STATUSES = ("registered", "boe", "minimum_income", "priority_neighbourhood")
REFUSED = {
    "given_name": _("Écrivez le prénom, en 100 signes au plus."),
    "family_name": _("Écrivez le nom, en 100 signes au plus."),
    "external_id": _(
        "Écrivez l’identifiant de votre organisme, en 60 signes au plus ; jamais de numéro de sécurité sociale."
    ),
    "telephone": _("Écrivez les chiffres du numéro, comme 06 12 34 56 78, ou rien."),
    "email": _("Écrivez une adresse complète, comme prenom.nom@exemple.fr, ou rien."),
    "birth_date": _("Cette date de naissance ne peut pas être : vérifiez l’année."),
    "registered_since": _("Ce jour d’inscription n’est pas encore venu."),
    "municipality": _("Écrivez une commune : son nom ou son code postal."),
}
"""What to write instead, by field."""
UNREADABLE = _("Retirez ce qui ressemble à un numéro de sécurité sociale : il n’est jamais gardé ici.")
FIRST = ("given_name", "family_name", "birth_date", "telephone")
LANGUAGES = (
    ("fr", _("français")), ("ar", _("arabe")), ("de", _("allemand")), ("en", _("anglais")), ("es", _("espagnol")),
    ("fa", _("persan")), ("it", _("italien")), ("ps", _("pachto")), ("pt", _("portugais")), ("ro", _("roumain")),
    ("ru", _("russe")), ("tr", _("turc")), ("uk", _("ukrainien")), ("zh", _("chinois")), ("fsl", _("langue des signes")),
)  # fmt: skip


def text_field(label: Any, **options: Any) -> forms.CharField:
    """Make a field of one line."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "field__input"})
    return forms.CharField(label=label, widget=widget, **options)


class PersonForm(MunicipalityForm):
    """All that may be written of a person; only the names and the municipality are needed."""

    given_name = text_field(_("Prénom"), max_length=100)
    family_name = text_field(_("Nom"), max_length=100)
    birth_date = day_field(_("Date de naissance"), required=False)
    telephone = text_field(_("Téléphone"), required=False, max_length=30)
    registered = status_field(_("Est-elle inscrite à France Travail ?"))
    months = WholeNumberField(
        label=_("Depuis combien de mois ?"),
        highest=12 * HIGHEST_AGE,
        message=_("Écrivez le nombre de mois en chiffres, par exemple 14."),
    )
    barriers = CodesField(
        label=_("Qu’est-ce qui lui complique la vie ?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    target_groups = CodesField(
        label=_("Est-elle dans l’une de ces situations ?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = ThemesField(label=_("De quoi a-t-elle besoin ?"), required=False, widget=forms.CheckboxSelectMultiple)
    boe = status_field(_("Relève-t-elle de l’obligation d’emploi des travailleurs handicapés ?"))
    minimum_income = status_field(_("Touche-t-elle un revenu minimum (RSA, ASS, AAH) ?"))
    priority_neighbourhood = status_field(_("Habite-t-elle un quartier prioritaire ?"))
    email = text_field(_("Adresse électronique"), required=False, max_length=254)
    prefers_to_be_called = forms.BooleanField(label=_("Préfère être appelée"), required=False)
    no_voicemail = forms.BooleanField(label=_("Ne pas laisser de message"), required=False)
    language = forms.ChoiceField(label=_("Langue parlée"), choices=LANGUAGES, required=False)
    needs_interpreter = forms.BooleanField(label=_("A besoin d’un interprète"), required=False)
    qualification = text_field(_("Niveau de qualification"), required=False, max_length=60)
    occupation = text_field(_("Métier cherché (code ROME)"), required=False, max_length=60)
    external_id = text_field(
        _("Identifiant dans votre organisme"),
        required=False,
        max_length=60,
        help_text=_("Chiffré. Jamais de numéro de sécurité sociale."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", "label_suffix": "", **options})
        self.fields["months"].widget.attrs["class"] = "field__input field__input--short"
        self.fields["language"].widget.attrs["class"] = "field__input"
        language = current_language()
        self.fields["place"].label = _("Commune")
        for field in self.fields.values():
            field.error_messages["required"] = _("Remplissez ce champ.")
        self._offer("target_groups", GROUP_LABELS[language], GROUPS_IN_ORDER, NOTHING["group"])
        self._offer("barriers", BARRIER_LABELS[language], BARRIERS, NOTHING["barrier"])
        families = [(code, str(label)) for code, label in needs.FAMILIES.items()]
        chosen = [code for code in (self.initial.get("themes") or ()) if code not in needs.FAMILIES]
        self.fields["themes"].choices = families + [(code, needs.label_of(code)) for code in chosen]  # type: ignore[attr-defined]

    def _offer(self, name: str, labels: Mapping[str, str], codes: Any, nothing: str) -> None:
        field: Any = self.fields[name]
        field.choices = [*((code, labels[code]) for code in codes), (NONE, gettext(nothing))]

    def bound(self, *names: str) -> list[forms.BoundField]:
        """Give some fields, in this order."""
        return [self[name] for name in names]

    def first_fields(self) -> list[forms.BoundField]:
        """Give the fields of one line that are asked first."""
        return self.bound(*FIRST)

    def contact_fields(self) -> list[forms.BoundField]:
        """Give how the person wishes to be reached."""
        return self.bound("email", "language")

    def wishes(self) -> list[forms.BoundField]:
        """Give the boxes of how to reach the person."""
        return self.bound("prefers_to_be_called", "no_voicemail", "needs_interpreter")

    def status_fields(self) -> list[forms.BoundField]:
        """Give the questions answered by yes, no or « je ne sais pas » that come after the first."""
        return self.bound("boe", "minimum_income", "priority_neighbourhood")

    def last_fields(self) -> list[forms.BoundField]:
        """Give what is seldom asked."""
        return self.bound("qualification", "occupation", "external_id")

    def has_more(self) -> bool:
        """Tell whether something folded is wrong, so that it is shown."""
        first = {*FIRST, "place", "municipality", "registered", "months", "barriers"}
        return bool(set(self.errors) - first)

    def draft(self, *, today: date, former: PersonDraft | None = None) -> PersonDraft:
        """Make the draft out of a valid form; the day of registration stays when the months still say it."""
        assert self.home is not None  # noqa: S101 (a valid form has one)
        typed = self.cleaned_data
        statuses: dict[str, Any] = {name: TRUTHS.get(typed[name]) for name in STATUSES}
        return PersonDraft(
            municipality=self.home.code,
            registered_since=self._since(today, former),
            barriers=codes_kept(typed["barriers"]),
            target_groups=codes_kept(typed["target_groups"]),
            themes=tuple(typed["themes"]),
            language=typed["language"] or "fr",
            **{name: typed[name] for name in ("prefers_to_be_called", "no_voicemail", "needs_interpreter")},
            **{name: typed[name] for name in (*FIRST, "email", "qualification", "occupation", "external_id")},
            **statuses,
        )

    def _since(self, today: date, former: PersonDraft | None) -> date | None:
        months = self.cleaned_data["months"]
        if months is None:
            return None
        known = former.registered_since if former is not None else None
        return known if months_since(known, on=today) == months else add_months(today, -months)

    def refuse(self, refused: PersonRefused) -> None:
        """Say under each field what cannot be kept."""
        for name, said in refused.reasons.items():
            sentence = UNREADABLE if "national" in said else REFUSED.get(name, said)
            self.add_error(name if name in self.fields else None, str(sentence))


def codes_kept(codes: list[str]) -> tuple[str, ...] | None:
    """Read ticked codes: nothing ticked is unknown, « aucune » is a known nothing."""
    return tuple(code for code in codes if code != NONE) if codes else None


def draft_from(record: PersonRecord) -> PersonDraft:
    """Give the draft that would change nothing."""
    return PersonDraft(**{name: getattr(record, name) for name in PersonDraft.__dataclass_fields__})


def initial_from(draft: PersonDraft, *, today: date) -> dict[str, Any]:
    """Give what a form shows of a draft."""
    found = places.find(draft.municipality)
    shown: dict[str, Any] = {name: getattr(draft, name) for name in PersonDraft.__dataclass_fields__}
    for name in STATUSES:
        value = getattr(draft, name)
        shown[name] = "" if value is None else ("yes" if value else "no")
    for name in ("target_groups", "barriers"):
        codes = getattr(draft, name)
        shown[name] = [] if codes is None else (list(codes) or [NONE])
    shown["months"] = months_since(draft.registered_since, on=today)
    shown["place"] = places.label_of(found) if found else ""
    shown["municipality"] = ""
    return shown


def answered(draft: PersonDraft, fact: str, cleaned: Mapping[str, Any], *, today: date) -> PersonDraft:
    """Put the answer to one question of a rule in the file."""
    if fact == "registered_for_months":
        months = cleaned["months"]
        since = None if months is None else add_months(today, -months)
        return replace(draft, registered_since=since, registered=True if since else draft.registered)
    if fact in STATUSES:
        status: dict[str, Any] = {fact: TRUTHS.get(cleaned[fact])}
        return replace(draft, **status)
    codes = {"target_group": "target_groups", "barrier": "barriers"}
    if fact in codes:
        field = {"target_group": "group", "barrier": "barrier"}[fact]
        kept: dict[str, Any] = {codes[fact]: codes_kept(cleaned[field])}
        return replace(draft, **kept)
    return replace(draft, **{fact: cleaned[fact]})
