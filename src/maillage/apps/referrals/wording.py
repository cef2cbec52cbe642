"""What happened to an uptake, in plain words, in French and in English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.referrals.models import UptakeEvent
from maillage.domain.referrals import Move
from maillage.domain.referrals.guards import REASONS
from maillage.domain.referrals.reasons import REASON_LABELS, Manner
from maillage.engine.wording import day_in_words


@dataclass(frozen=True)
class Told:
    """One event as a person reads it: when it was recorded, the day it happened, by whom, why (a code), the sentence."""

    sequence: int
    move: Move
    recorded_at: datetime
    effective_on: date
    by_name: str
    organisation: str
    by: UUID | None
    is_reported: bool
    sentence_fr: str
    sentence_en: str
    reason: str = ""


MANNERS = {
    Manner.ON_SITE: ("sur place", "on site"),
    Manner.TELEPHONE: ("par téléphone", "by telephone"),
    Manner.VIDEO: ("en visio", "by video"),
    Manner.HOME_VISIT: ("à domicile", "at home"),
}
_PLAIN: dict[Move, tuple[str, str]] = {
    Move.PREPARE: ("La demande a été préparée.", "The request was prepared."),
    Move.ACCEPT: ("La demande est acceptée.", "The request is accepted."),
    Move.RECEIVE: ("La personne est venue.", "The person came."),
    Move.COMPLETE: (
        "La demande est terminée : on sait ce qu’elle a donné.",
        "The request is completed: what came of it is known.",
    ),
    Move.EXPIRE: ("Personne n’a répondu dans le délai.", "Nobody answered in time."),
    Move.WAKE: ("La demande est relancée, avec un nouveau délai.", "The request is sent again, with a new delay."),
    Move.REDIRECT: ("La personne est adressée à un autre partenaire.", "The person is sent to another partner."),
    Move.REMIND: ("Un rappel a été envoyé.", "A reminder was sent."),
    Move.NOTE_CALL: ("La personne n’a pas pu être jointe.", "The person could not be reached."),
    Move.ADD_OUTCOME: ("On a appris ce que cela a donné.", "What came of it was learnt."),
    Move.CORRECT_REPORT: (
        "Le partenaire corrige ce qui avait été noté en son nom.",
        "The partner corrects what had been noted on its behalf.",
    ),
    Move.TAKE: ("Quelqu’un s’en charge.", "Somebody has taken it."),
    Move.HAND_OVER: ("La demande est confiée à quelqu’un d’autre.", "The request is passed on to somebody else."),
    Move.RETURN: ("La demande est rendue à l’équipe.", "The request is returned to the team."),
    Move.ACKNOWLEDGE: ("La réponse a été lue.", "The answer was read."),
}


def told_of(row: UptakeEvent) -> Told:
    """Tell an event in both languages."""
    move = Move(row.kind)
    french, english = (_sentence(row, move, language) for language in (0, 1))
    return Told(
        row.sequence,
        move,
        row.recorded_at,
        row.effective_on,
        row.by_name,
        row.organisation,
        row.by,
        row.reported,
        french + _reported(row, 0),
        english + _reported(row, 1),
        row.reason,
    )


def _sentence(row: UptakeEvent, move: Move, language: int) -> str:
    writer = _WRITERS.get(move)
    return _PLAIN[move][language] if writer is None else writer(row, language)


def _reported(row: UptakeEvent, language: int) -> str:
    if not row.reported:
        return ""
    return (
        f" Noté au nom du partenaire, après un échange avec {row.reported_with}.",
        f" Noted on the partner’s behalf, after speaking with {row.reported_with}.",
    )[language]


def _reason(row: UptakeEvent, language: int) -> str:
    reasons = REASONS.get(Move(row.kind))
    if reasons is None or row.reason not in reasons.__members__:
        return ""
    return REASON_LABELS[reasons[row.reason]][language]


def _day(row: UptakeEvent, language: int) -> str:
    text = row.data.get("day")
    return day_in_words(date.fromisoformat(text), "en" if language else "fr") if text else ""


def _with_reason(french: str, english: str) -> Callable[[UptakeEvent, int], str]:
    def write(row: UptakeEvent, language: int) -> str:
        reason = _reason(row, language)
        colon = (" : ", ": ")[language]
        return f"{(french, english)[language]}{colon + reason if reason else ''}."

    return write


def _with_day(french: str, english: str, of_french: str, of_english: str) -> Callable[[UptakeEvent, int], str]:
    def write(row: UptakeEvent, language: int) -> str:
        day = _day(row, language)
        return f"{(french, english)[language]}{(of_french, of_english)[language] + day if day else ''}."

    return write


def _waiting(row: UptakeEvent, language: int) -> str:
    spent = row.data.get("volume_spent")
    begins = ("La personne est en liste d’attente", "The person is on the waiting list")[language]
    why = (
        " : le nombre de places prévu par l’accord est atteint",
        ": the number of places of the agreement is reached",
    )[language]
    rank = row.data.get("rank")
    place = (f", au rang {rank}", f", at rank {rank}")[language] if rank else ""
    day = _day(row, language)
    expected = (
        (f", une place est attendue vers le {day}", f", a place is expected around {day}")[language] if day else ""
    )
    return f"{begins}{why if spent else ''}{place}{expected}."


def _place(row: UptakeEvent, language: int) -> str:
    if row.data.get("place_kept"):
        return ("Une place est gardée pour la personne.", "A place is kept for the person.")[language]
    return _waiting(row, language)


def _appointment(row: UptakeEvent, language: int) -> str:
    starts_at = row.data.get("starts_at")
    at = timezone.localtime(datetime.fromisoformat(starts_at)) if starts_at else None
    parts = [
        (f"Rendez-vous le {_day(row, 0)}", f"Appointment on {_day(row, 1)}")[language],
        (f" à {at.hour} h {at:%M}".removesuffix(" 00"), f" at {at:%H:%M}")[language] if at else "",
    ]
    manner = row.data.get("manner")
    if manner in Manner.__members__:
        parts.append(f", {MANNERS[Manner[manner]][language]}")
    place = row.data.get("place")
    parts.append(f", {place}" if place else "")
    return "".join(parts) + "."


def _withdrawal(row: UptakeEvent, language: int) -> str:
    if row.data.get("called_back"):
        return (
            "La demande a été rappelée avant d’être ouverte.",
            "The request was called back before it was opened.",
        )[language]
    return _with_reason("La demande est retirée", "The request is withdrawn")(row, language)


def _sending(row: UptakeEvent, language: int) -> str:
    if row.data.get("walk_in"):
        return ("La personne est venue d’elle-même.", "The person came by themselves.")[language]
    article, agreement = row.data.get("article"), row.data.get("agreement")
    basis = (f", article {article} de {agreement}", f", article {article} of {agreement}")[language] if article else ""
    return (f"La demande est envoyée{basis}.", f"The request is sent{basis}.")[language]


_WRITERS: dict[Move, Callable[[UptakeEvent, int], str]] = {
    Move.SEND: _sending,
    Move.OPEN: _with_day(
        "Le partenaire a ouvert la demande",
        "The partner has opened the request",
        " et décidera le ",
        " and will decide on ",
    ),
    Move.SET_DECISION_DATE: _with_day("La décision est annoncée", "The decision is announced", " pour le ", " for "),
    Move.WAIT_FOR_PLACE: _waiting,
    Move.UPDATE_PLACE: _place,
    Move.APPOINT: _appointment,
    Move.MISS: _with_reason("La personne n’a pas pu venir", "The person could not come"),
    Move.FAIL: _with_reason("La démarche s’est arrêtée", "It ended on the way"),
    Move.REFUSE: _with_reason("La demande est refusée", "The request is refused"),
    Move.WITHDRAW: _withdrawal,
    Move.DECLARE_ERROR: _with_reason("La demande est annulée", "The request is cancelled"),
}
