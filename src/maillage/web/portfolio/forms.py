"""What an adviser is asked, one form for each thing they do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.apps.catalogue.queries import organisations
from maillage.apps.referrals.use_cases.sending import WORDS_MOST
from maillage.domain.accounts import Member
from maillage.domain.delegation import EndReason
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.moves import can
from maillage.domain.referrals.reasons import FailureReason, OutcomeSource, RefusalReason, WithdrawalReason
from maillage.domain.sharing import ConsentMeans
from maillage.web.accounts.forms import PlainForm
from maillage.web.partners import wording as partners
from maillage.web.partners.forms import KIND_MISSING, OutcomeForm, day_field, one_of
from maillage.web.portfolio.uploads import LARGEST_FILE, TABLES, can_be_unpacked

NAMED_MOST = 6
SAID_BY = (("PERSON", _("la personne elle-même")), ("PARTNER", _("le partenaire, au téléphone")))
HOW_TOLD = (("SPOKEN", _("Je le lui ai dit")), ("SHEET", _("Je lui ai remis la fiche")))
END_REASONS = {
    EndReason.SOLUTION_FOUND: _("Une solution est trouvée"),
    EndReason.PERSON_ASKED: _("La personne le demande"),
    EndReason.PARTNER_CANNOT_GO_ON: _("Le partenaire ne peut pas continuer"),
    EndReason.ANOTHER_SUPPORT_FITS_BETTER: _("Un autre accompagnement convient mieux"),
    EndReason.MOVED_AWAY: _("La personne a déménagé"),
    EndReason.NO_LONGER_REGISTERED: _("Elle n’est plus inscrite"),
    EndReason.AGREEMENT_ENDED: _("L’accord a pris fin"),
    EndReason.AGE_REVIEW: _("La revue liée à l’âge en a décidé"),
}


def line_field(label: Any, *, hint: Any = "", required: bool = False) -> forms.CharField:
    """Make a field of one line that the person can read."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=WORDS_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "field__input field__input--line"}),
        error_messages={"max_length": _("Écrivez court : 280 signes au plus.")},
    )


class SendForm(PlainForm):
    """Why, what the person wishes, how they were told; what must be confirmed is read beside it."""

    why = line_field(_("Pourquoi"), hint=_("Une ligne. La personne et le partenaire la lisent."), required=True)
    wish = line_field(_("Ce que la personne souhaite"), hint=_("Avec ses mots, si elle le veut."))
    told = one_of(_("Comment la personne l’a su"), HOW_TOLD)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["told"].error_messages["required"] = _("Dites à la personne ce qui part, puis cochez comment.")


class CameForm(PlainForm):
    """« Elle est venue le 3 », and who said so."""

    day = day_field(_("Elle est venue le"))
    said_by = forms.ChoiceField(label=_("dit par"), choices=SAID_BY)


class WithdrawForm(PlainForm):
    """Why what was sent is taken back."""

    reason = forms.ChoiceField(label=_("Pourquoi"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = partners.reasons(WithdrawalReason)  # type: ignore[attr-defined]


REPORTED = {
    Move.COMPLETE: _("C’est terminé, et voici ce que cela a donné"),
    Move.RECEIVE: _("La personne est venue"),
    Move.APPOINT: _("Un rendez-vous est donné"),
    Move.ACCEPT: _("C’est accepté"),
    Move.WAIT_FOR_PLACE: _("Elle est en liste d’attente"),
    Move.OPEN: _("C’est à l’étude, une décision est annoncée"),
    Move.SET_DECISION_DATE: _("Le jour de la décision est donné"),
    Move.MISS: _("Elle n’est pas venue au rendez-vous"),
    Move.REFUSE: _("C’est refusé"),
    Move.FAIL: _("Cela s’est arrêté en chemin"),
}
"""What a partner may answer by telephone, as the form of the adviser says it."""
ASKED_BY = {"kind": Move.COMPLETE, "reason": Move.REFUSE, "failure": Move.FAIL, "hour": Move.APPOINT}
"""The fields that only one answer needs: without that answer they are not asked."""


def reportable(state: UptakeState) -> list[Move]:
    """List what a partner may answer by telephone from where the request stands."""
    return [move for move in REPORTED if can(state, move)]


class LearntOutcomeForm(OutcomeForm):
    """What the adviser learnt of it, and who says so."""

    writer = OutcomeSource.ADVISER


class ReportForm(PlainForm):
    """What the partner answered by telephone, and who said it."""

    answer = one_of(_("Ce que le partenaire a répondu"), ())
    with_whom = forms.CharField(label=_("Avec qui avez-vous parlé"), max_length=120)
    day = day_field(_("Le jour"), required=False, hint=_("De ce qui a eu lieu, ou de ce qui est annoncé."))
    hour = forms.TimeField(
        label=_("L’heure du rendez-vous"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "field__input field__input--day"}, format="%H:%M"),
        error_messages={"invalid": _("Écrivez une heure, comme 10:30.")},
    )
    kind = forms.ChoiceField(label=_("Si c’est terminé, ce que cela a donné"), required=False)
    reason = forms.ChoiceField(label=_("Si c’est refusé, pourquoi"), required=False)
    failure = forms.ChoiceField(label=_("Si cela s’est arrêté, pourquoi"), required=False)

    def __init__(self, *args: Any, state: UptakeState, **options: Any) -> None:
        super().__init__(*args, **options)
        answers = reportable(state)
        choices = {
            "answer": [(move.name, REPORTED[move]) for move in answers],
            "kind": [("", "–"), *partners.outcomes()],
            "reason": [("", "–"), *partners.reasons(RefusalReason)],
            "failure": [("", "–"), *partners.reasons(FailureReason)],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]
        for name, move in ASKED_BY.items():
            if move not in answers:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("answer") in {"OPEN", "SET_DECISION_DATE"} and not typed.get("day"):
            self.add_error("day", gettext("Écrivez le jour de la décision."))
        if typed.get("answer") == "COMPLETE" and not typed.get("kind"):
            self.add_error("kind", KIND_MISSING)
        if typed.get("answer") == "FAIL" and not typed.get("failure"):
            self.add_error("failure", gettext("Dites pourquoi : choisissez un motif de la liste."))
        if typed.get("answer") == "APPOINT" and not (typed.get("day") and typed.get("hour")):
            self.add_error("day", gettext("Écrivez le jour et l’heure du rendez-vous."))
        if typed.get("answer") == "REFUSE" and not typed.get("reason"):
            self.add_error("reason", gettext("Dites pourquoi : choisissez un motif de la liste."))
        return typed


class HandBackForm(PlainForm):
    """Why a person comes back, from which day, to which adviser."""

    reason = forms.ChoiceField(
        label=_("Pourquoi"), widget=forms.RadioSelect, choices=[(one.name, words) for one, words in END_REASONS.items()]
    )
    on = day_field(_("À partir du"))
    to = forms.ChoiceField(label=_("Qui suit la personne désormais"))

    def __init__(self, *args: Any, advisers: Iterable[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(one.membership), one.name) for one in advisers]
        self.fields["to"].choices = [("", _("Choisissez")), *named]  # type: ignore[attr-defined]


class ReviewForm(PlainForm):
    """On which day a review was held."""

    held_on = day_field(_("Fait le"))


class ImportForm(PlainForm):
    """A table of people."""

    table = forms.FileField(
        label=_("Le tableau des personnes"),
        help_text=_("CSV ou XLSX. Il faut les colonnes prénom, nom et commune (code INSEE) ; les autres aident."),
        widget=forms.FileInput(attrs={"accept": ",".join(TABLES)}),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Ce fichier est vide : choisissez-en un autre."),
        },
    )

    def clean_table(self) -> UploadedFile:
        """Refuse what is no table, or too large to be a portfolio."""
        table: UploadedFile = self.cleaned_data["table"]
        if not (table.name or "").lower().endswith(TABLES):
            raise forms.ValidationError(gettext("Choisissez un fichier CSV ou XLSX."))
        if (table.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(gettext("Ce fichier dépasse 5 Mo : partagez-le en plusieurs."))
        if (table.name or "").lower().endswith(".xlsx") and not can_be_unpacked(table):
            raise forms.ValidationError(gettext("Ce classeur ne peut pas être ouvert : enregistrez-le en CSV."))
        return table


class ObjectForm(PlainForm):
    """To whom the person says no, in their words."""

    organisation = forms.ChoiceField(label=_("Qui ne doit plus voir la personne"), required=False)
    reason = line_field(_("Ce que dit la personne"))

    def __init__(self, *args: Any, partners: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        everybody = ("", gettext("Aucun partenaire"))
        self.fields["organisation"].choices = [*partners, everybody]  # type: ignore[attr-defined]


class EraseForm(PlainForm):
    """When the person asked, and that it is understood."""

    asked_on = day_field(_("Elle l’a demandé le"))
    sure = forms.BooleanField(label=_("J’ai compris : rien ne pourra être retrouvé"))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["sure"].error_messages["required"] = _("Cochez cette case pour effacer.")

    def clean_asked_on(self) -> date:
        asked_on: date = self.cleaned_data["asked_on"]
        if asked_on > self.today:
            raise forms.ValidationError(_("Ce jour n’est pas encore venu : écrivez celui de sa demande."))
        return asked_on


class LeadForm(PlainForm):
    """What the competent body decided of who follows a person: whom, who decided, when, why."""

    to = forms.CharField(
        label=_("Qui suivra la personne"),
        help_text=_("Le nom de l’organisme, tel que l’offre le donne."),
        max_length=200,
    )
    decided_by = forms.CharField(
        label=_("Qui l’a décidé"),
        help_text=_("Le conseil départemental, le comité local pour l’emploi…"),
        max_length=200,
    )
    decided_on = day_field(_("Décidé le"))
    reason = line_field(_("Pourquoi"), hint=_("Une ligne. La personne peut la lire."), required=True)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_to(self) -> str:
        """Give the organisation of that name; when there are several, name them."""
        typed: str = self.cleaned_data["to"].strip()
        found = organisations(on=self.today, search=typed, limit=NAMED_MOST).records
        exact = [one for one in found if one.name.casefold() == typed.casefold()]
        chosen = exact if len(exact) == 1 else list(found)
        if len(chosen) == 1:
            return chosen[0].id
        if chosen:
            names = ", ".join(one.name for one in chosen)
            raise forms.ValidationError(
                gettext("Plusieurs organismes ont ce nom. Écrivez l’un de ceux-ci : %s.") % names
            )
        raise forms.ValidationError(gettext("Aucun organisme ne porte ce nom dans l’offre : écrivez-le autrement."))


class GatheringForm(PlainForm):
    """Where, why, and who."""

    service = forms.ChoiceField(label=_("Vers quel service"))
    why = line_field(_("Pourquoi"), hint=_("Une ligne, la même pour tous. Chacun peut la lire."), required=True)
    people = forms.MultipleChoiceField(
        label=_("Qui"),
        widget=forms.CheckboxSelectMultiple,
    )
    told = forms.BooleanField(label=_("J’ai dit à chacun ce qui est transmis, et qu’il peut dire non"))

    def __init__(
        self, *args: Any, services: Iterable[tuple[str, str]], people: Iterable[tuple[UUID, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["service"].choices = list(services)  # type: ignore[attr-defined]
        self.fields["people"].choices = [(str(key), name) for key, name in people]  # type: ignore[attr-defined]
        self.fields["people"].error_messages["required"] = _("Cochez au moins une personne.")
        self.fields["told"].error_messages["required"] = _("Dites-le d’abord à chacun, puis cochez.")


class ConfirmWalkInForm(PlainForm):
    """Which of my people came."""

    person = forms.ChoiceField(label=_("De qui s’agit-il"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = [(str(key), name) for key, name in people]  # type: ignore[attr-defined]


class PasteForm(PlainForm):
    """A row copied from another system."""

    row = forms.CharField(
        label=_("La ligne copiée"),
        max_length=2000,
        help_text=_("Copiez la fiche ou la ligne du tableau dans l’autre logiciel, collez-la ici."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "field__input field__input--line", "spellcheck": "false"}),
    )


def consent_of(text: str) -> ConsentMeans | None:
    """Read how a consent was given; ``None`` when the person said no, or nothing was ticked."""
    return {"SPOKEN": ConsentMeans.SPOKEN, "PAPER": ConsentMeans.PAPER}.get(text)
