"""What the pages of accounts ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from maillage.domain.accounts import Member, Role, Site, SiteLevel
from maillage.domain.personal_data import holds_national_number
from maillage.web.accounts.wording import DAYS, LEVELS, ROLES

REQUIRED = _("Remplissez ce champ.")
CHOICE_REQUIRED = _("Choisissez une réponse.")
WHOLE_ORGANISATION = _("Tout l’organisme")


def without_national_number(typed: object) -> None:
    """Refuse a line that holds a national identity number, whoever it is about.

    Raises:
        ValidationError: it does; the sentence does not repeat it.
    """
    if holds_national_number(str(typed)):
        raise forms.ValidationError(
            _("Ce texte contient un numéro de sécurité sociale : il n’est jamais gardé ici. Retirez-le.")
        )


class PlainForm(forms.Form):
    """A form whose fields are named as they are typed; each error says what to write, or that one chooses."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", "label_suffix": "", **options})
        for field in self.fields.values():
            if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = CHOICE_REQUIRED if isinstance(field, forms.ChoiceField) else REQUIRED
            if type(field.widget) is forms.TextInput:
                field.validators.append(without_national_number)
            if not isinstance(field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect | forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "field__input")


def email_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("Adresse électronique"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
        error_messages={"invalid": _("Écrivez une adresse complète, comme prenom.nom@exemple.fr.")},
    )


def passphrase_field(label: Any, *, is_new: bool, hint: Any = "") -> forms.CharField:
    kind = "new-password" if is_new else "current-password"
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": kind}),
    )


NEW_PASSPHRASE_HINT = _(
    "Au moins 14 caractères : quatre mots sans lien entre eux se retiennent bien. Aucun signe n’est imposé."
)


class SignInForm(PlainForm):
    """The address and the passphrase."""

    email = email_field()
    passphrase = passphrase_field(_("Phrase secrète"), is_new=False)


class CodeForm(PlainForm):
    """A code of the application, or a recovery code."""

    code = forms.CharField(
        label=_("Code à six chiffres"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "class": "field__input field__input--day"}
        ),
    )


class NewPassphraseForm(PlainForm):
    """The name and the passphrase of a new account."""

    name = forms.CharField(
        label=_("Prénom et nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    passphrase = passphrase_field(_("Phrase secrète"), is_new=True, hint=NEW_PASSPHRASE_HINT)


class ChangePassphraseForm(PlainForm):
    """The former passphrase and the new one."""

    former = passphrase_field(_("Phrase secrète actuelle"), is_new=False)
    passphrase = passphrase_field(_("Nouvelle phrase secrète"), is_new=True, hint=NEW_PASSPHRASE_HINT)


def _site_choices(sites: tuple[Site, ...]) -> list[tuple[str, Any]]:
    return [("", WHOLE_ORGANISATION), *((str(site.id), site.name) for site in sites)]


class InviteForm(PlainForm):
    """Who is invited, to which role, at which site."""

    email = email_field()
    name = forms.CharField(label=_("Prénom et nom"), max_length=150)
    role = forms.ChoiceField(
        label=_("Fonction"), choices=[(role.value, words) for role, words in ROLES.items()], widget=forms.RadioSelect
    )
    site = forms.ChoiceField(label=_("Site"), required=False, widget=forms.Select)

    def __init__(self, *args: Any, sites: tuple[Site, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].choices = _site_choices(sites)  # type: ignore[attr-defined]
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    def chosen_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def chosen_site(self) -> UUID | None:
        return UUID(self.cleaned_data["site"]) if self.cleaned_data["site"] else None


class PlaceForm(PlainForm):
    """Where a member works: one place, a site or one of its teams at a time is said by the two lists together."""

    site = forms.ChoiceField(label=_("Site"), required=False, widget=forms.Select)
    teams = forms.MultipleChoiceField(label=_("Équipes du site"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, sites: tuple[Site, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].choices = _site_choices(sites)  # type: ignore[attr-defined]
        self.fields["teams"].choices = [  # type: ignore[attr-defined]
            (str(team.id), f"{site.name} – {team.name}") for site in sites for team in site.teams
        ]

    def chosen_site(self) -> UUID | None:
        return UUID(self.cleaned_data["site"]) if self.cleaned_data["site"] else None

    def chosen_teams(self) -> tuple[UUID, ...]:
        return tuple(UUID(team) for team in self.cleaned_data["teams"])


class SiteForm(PlainForm):
    """What is said of a site."""

    name = forms.CharField(label=_("Nom"), max_length=200)
    level = forms.ChoiceField(label=_("Niveau"), choices=[(level.value, words) for level, words in LEVELS.items()])
    parent = forms.ChoiceField(label=_("Dépend de"), required=False)
    safir = forms.CharField(
        label=_("Code SAFIR"),
        required=False,
        help_text=_("Cinq chiffres, pour une agence."),
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", _("Écrivez les cinq chiffres du code SAFIR."))],
    )
    siret = forms.CharField(
        label=_("SIRET"),
        required=False,
        help_text=_("Quatorze chiffres : la connexion par un fournisseur d’identité le vérifie."),
        max_length=14,
        validators=[RegexValidator(r"^\d{14}$", _("Écrivez les quatorze chiffres du SIRET."))],
    )
    municipality = forms.CharField(
        label=_("Code INSEE de la commune"),
        required=False,
        max_length=5,
        validators=[RegexValidator(r"^\d[\dAB]\d{3}$", _("Écrivez les cinq signes du code INSEE, comme 36018."))],
    )
    outreach_days = forms.TypedMultipleChoiceField(
        label=_("Jours de présence"),
        required=False,
        coerce=int,
        choices=list(DAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    telephone = forms.CharField(label=_("Téléphone"), required=False, max_length=30)

    def __init__(self, *args: Any, sites: tuple[Site, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].choices = [("", _("Aucun site")), *((str(one.id), one.name) for one in sites)]  # type: ignore[attr-defined]

    def chosen_level(self) -> SiteLevel:
        return SiteLevel(self.cleaned_data["level"])

    def chosen_parent(self) -> UUID | None:
        return UUID(self.cleaned_data["parent"]) if self.cleaned_data["parent"] else None


class TeamForm(PlainForm):
    """The name of a team."""

    name = forms.CharField(label=_("Nom de l’équipe"), max_length=150)


class StandInForm(PlainForm):
    """Who is absent, who stands in, from which day to which day, both included."""

    absent = forms.ChoiceField(label=_("Qui est absent ?"))
    stand_in = forms.ChoiceField(label=_("Qui remplace ?"))
    first_day = forms.DateField(
        label=_("Premier jour"),
        widget=forms.DateInput(attrs={"type": "date", "class": "field__input field__input--day"}),
        error_messages={"invalid": _("Écrivez le jour comme 24/12/2026.")},
    )
    last_day = forms.DateField(
        label=_("Dernier jour, compris"),
        widget=forms.DateInput(attrs={"type": "date", "class": "field__input field__input--day"}),
        error_messages={"invalid": _("Écrivez le jour comme 24/12/2026.")},
    )

    def __init__(self, *args: Any, members: tuple[Member, ...], absent: tuple[Member, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["absent"].choices = [(str(one.membership), named(one)) for one in absent]  # type: ignore[attr-defined]
        others = [(str(one.membership), named(one)) for one in members]
        self.fields["stand_in"].choices = [("", _("Choisissez")), *others]  # type: ignore[attr-defined]


def named(member: Member) -> str:
    """Name a member with their role, for a list to choose from."""
    return f"{member.name} – {ROLES[member.role]}"
