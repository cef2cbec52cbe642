"""What those who receive are asked, one small form for each thing they do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.domain.accounts import Member
from maillage.domain.referrals.reasons import (
    Absence,
    Channel,
    ErrorReason,
    FailureReason,
    Manner,
    OutcomeKind,
    OutcomeSaid,
    OutcomeSource,
    RefusalReason,
)
from maillage.web.accounts.forms import PlainForm
from maillage.web.partners import wording

A_DAY = {"invalid": _("Écrivez un jour, comme 03/11/2026.")}
AN_HOUR = {"invalid": _("Écrivez une heure, comme 10:30.")}
CHOOSE = {"invalid_choice": _("Choisissez une réponse de la liste.")}
MANNERS = [
    (Manner.ON_SITE.name, _("Sur place")),
    (Manner.TELEPHONE.name, _("Par téléphone")),
    (Manner.VIDEO.name, _("En visio")),
    (Manner.HOME_VISIT.name, _("À domicile")),
]


def day_field(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    day = forms.DateInput(attrs={"type": "date", "class": "field__input field__input--day"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=hint, widget=day, error_messages=A_DAY)


def one_of(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=CHOOSE)


class AppointForm(PlainForm):
    """A day, an hour, a place, a manner."""

    day = day_field(_("Jour du rendez-vous"))
    hour = forms.TimeField(
        label=_("Heure"),
        widget=forms.TimeInput(attrs={"type": "time", "class": "field__input field__input--day"}, format="%H:%M"),
        error_messages=AN_HOUR,
    )
    place = forms.CharField(label=_("Lieu"), required=False, max_length=200)
    manner = one_of(_("Comment"), MANNERS)

    def starts_at(self) -> datetime:
        day: date = self.cleaned_data["day"]
        hour: time = self.cleaned_data["hour"]
        return timezone.make_aware(datetime.combine(day, hour))


class RefuseForm(PlainForm):
    """Why nothing will start."""

    reason = forms.ChoiceField(label=_("Pourquoi"), widget=forms.RadioSelect, error_messages=CHOOSE)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = wording.reasons(RefusalReason)  # type: ignore[attr-defined]


class ErrorForm(RefuseForm):
    """Why what was recorded was never so."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = wording.reasons(ErrorReason)  # type: ignore[attr-defined]


class FailForm(RefuseForm):
    """Why it ends on the way."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = wording.reasons(FailureReason)  # type: ignore[attr-defined]


class MissForm(RefuseForm):
    """How the appointment was missed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = wording.reasons(Absence)  # type: ignore[attr-defined]


class DecisionForm(PlainForm):
    """When a commission decides."""

    day = day_field(_("Jour de la décision"), hint=_("Le délai de réponse attend jusque-là."))


class WaitForm(PlainForm):
    """Rank and expected day on the waiting list."""

    rank = forms.IntegerField(label=_("Rang dans la liste"), required=False, min_value=1, max_value=100_000)
    day = day_field(_("Jour où une place est attendue"), required=False)


class OutcomeForm(PlainForm):
    """What became of it, and who says so: whoever writes it, unless they name somebody else."""

    writer = OutcomeSource.PARTNER
    kind = forms.ChoiceField(label=_("Ce que cela a donné"), widget=forms.RadioSelect, error_messages=CHOOSE)
    on = day_field(_("Depuis quand"))
    source = forms.ChoiceField(label=_("Qui le dit"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = wording.outcomes()  # type: ignore[attr-defined]
        self.fields["source"].choices = wording.sources(self.writer)  # type: ignore[attr-defined]
        self.fields["source"].initial = self.writer.name

    def outcome(self) -> OutcomeSaid:
        typed = self.cleaned_data
        source = OutcomeSource[typed["source"] or self.writer.name]
        return OutcomeSaid(OutcomeKind[typed["kind"]], typed["on"], source)


class HandOverForm(PlainForm):
    """To which colleague."""

    to = forms.ChoiceField(label=_("À qui"), error_messages=CHOOSE)

    def __init__(self, *args: Any, colleagues: Iterable[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [(str(one.membership), one.name) for one in colleagues]  # type: ignore[attr-defined]


class ReceptionForm(PlainForm):
    """How a site takes people."""

    channel = one_of(_("Par où nous adresser quelqu’un"), [(one.name, wording.CHANNELS[one]) for one in Channel])
    closed_from = day_field(_("Fermé aux nouvelles demandes à partir du"), required=False)
    closed_until = day_field(_("Ouvert de nouveau le"), required=False)
    closed_why = forms.CharField(
        label=_("Pourquoi"),
        required=False,
        max_length=200,
        help_text=_("Montré à qui voudrait vous adresser quelqu’un."),
    )
    commission_days = forms.CharField(
        label=_("Jours de commission"),
        required=False,
        max_length=400,
        help_text=_("Un jour par ligne, comme 08/12/2026."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "field__input"}),
    )

    def clean_commission_days(self) -> tuple[date, ...]:
        try:
            return tuple(forms.DateField().clean(day) for day in self.cleaned_data["commission_days"].split())
        except forms.ValidationError as error:
            raise forms.ValidationError(_("Écrivez un jour par ligne, comme 08/12/2026.")) from error


class WalkInForm(PlainForm):
    """Who came without being sent."""

    given_name = forms.CharField(label=_("Prénom"), max_length=100)
    family_name = forms.CharField(label=_("Nom"), max_length=100)
    birth_date = day_field(_("Date de naissance"), required=False, hint=_("Si la personne veut bien la dire."))
    service = forms.ChoiceField(label=_("Pour quel service"), error_messages=CHOOSE)
    asked = forms.ChoiceField(label=_("Qui la suit"), error_messages=CHOOSE)
    came_on = day_field(_("Venue le"))

    def __init__(
        self, *args: Any, services: Iterable[tuple[str, str]], followers: Iterable[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["service"].choices = list(services)  # type: ignore[attr-defined]
        self.fields["asked"].choices = list(followers)  # type: ignore[attr-defined]


ANSWERS_BY_CODE = (
    ("RECEIVE", _("La personne est venue")),
    ("COMPLETE", _("La personne est venue, et voici ce que cela a donné")),
    ("APPOINT", _("Un rendez-vous est donné")),
    ("ACCEPT", _("Nous allons l’accueillir ; le rendez-vous suivra")),
    ("REFUSE", _("Nous ne pouvons pas l’accueillir")),
    ("MISS", _("Elle n’est pas venue au rendez-vous")),
    ("FAIL", _("Nous n’avons pas pu la joindre, ou cela s’est arrêté")),
)
REASON_MISSING = _("Dites pourquoi : choisissez un motif de la liste.")
KIND_MISSING = _("Dites ce que cela a donné : choisissez dans la liste.")


class ReplyForm(PlainForm):
    """The reply of the slip: its code, what happened, who says so."""

    code = forms.CharField(
        label=_("Code de réponse"),
        max_length=40,
        help_text=_("Il est écrit sur le talon de la fiche de liaison."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    answer = one_of(_("Votre réponse"), ANSWERS_BY_CODE)
    day = day_field(_("Le jour"), required=False, hint=_("De la venue, ou du rendez-vous."))
    hour = forms.TimeField(
        label=_("L’heure du rendez-vous"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "field__input field__input--day"}, format="%H:%M"),
        error_messages=AN_HOUR,
    )
    place = forms.CharField(label=_("Le lieu du rendez-vous"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Si vous le savez, ce que cela a donné"), required=False)
    reason = forms.ChoiceField(label=_("Si vous ne pouvez pas l’accueillir, pourquoi"), required=False)
    ended = forms.ChoiceField(label=_("Si cela s’est arrêté, pourquoi"), required=False)
    name = forms.CharField(label=_("Qui répond"), max_length=150, help_text=_("Votre nom et votre organisme."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = [("", "–"), *wording.reasons(RefusalReason)]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", "–"), *wording.outcomes()]  # type: ignore[attr-defined]
        self.fields["ended"].choices = [("", "–"), *wording.reasons(FailureReason)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        answer = typed.get("answer")
        if answer == "APPOINT" and not (typed.get("day") and typed.get("hour")):
            self.add_error("day", _("Écrivez le jour et l’heure du rendez-vous."))
        if answer == "REFUSE" and not typed.get("reason"):
            self.add_error("reason", REASON_MISSING)
        if answer == "FAIL" and not typed.get("ended"):
            self.add_error("ended", REASON_MISSING)
        if answer == "COMPLETE" and not typed.get("kind"):
            self.add_error("kind", KIND_MISSING)
        return typed
