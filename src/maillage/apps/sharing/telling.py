"""What the person reads: what is passed on, to whom, why, until when, and how to say no; in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from maillage.domain.sharing import APPOINTMENT, ATTENDANCE, OUTCOME, WhatPasses

Language = Literal["fr", "en"]

_LABELS: dict[str, tuple[str, str]] = {
    "given_name": ("votre prénom", "your given name"),
    "family_name": ("votre nom", "your family name"),
    "birth_date": ("votre date de naissance", "your date of birth"),
    "municipality": ("la commune où vous habitez", "the municipality where you live"),
    "telephone": ("votre numéro de téléphone", "your telephone number"),
    "email": ("votre adresse électronique", "your e-mail address"),
    "prefers_to_be_called": ("si vous préférez qu’on vous appelle", "whether you prefer to be called"),
    "no_voicemail": ("si l’on peut laisser un message", "whether a message may be left"),
    "language": ("la langue que vous parlez", "the language you speak"),
    "needs_interpreter": ("si vous avez besoin d’un interprète", "whether you need an interpreter"),
    "external_id": ("votre identifiant", "your identifier"),
    "registered": ("si vous êtes inscrit à France Travail", "whether you are registered with France Travail"),
    "registered_since": ("depuis quand vous êtes inscrit", "since when you are registered"),
    "target_groups": ("votre situation (âge, durée sans emploi...)", "your situation (age, time without work...)"),
    "barriers": (
        "ce qui vous complique la vie (transport, logement...)",
        "what makes life harder (transport, housing...)",
    ),
    "themes": ("ce dont vous avez besoin", "what you need"),
    "minimum_income": ("si vous touchez un minimum social", "whether you receive a minimum income"),
    "priority_neighbourhood": (
        "si vous habitez un quartier prioritaire",
        "whether you live in a priority neighbourhood",
    ),
    "qualification": ("votre niveau de diplôme", "your level of qualification"),
    "occupation": ("le métier que vous cherchez", "the occupation you seek"),
    "boe": ("si vous êtes reconnu travailleur handicapé", "whether you are recognised as a disabled worker"),
    "health_groups": ("si vous êtes en situation de handicap", "whether you have a disability"),
    "health_barriers": ("si votre santé vous gêne pour travailler", "whether your health makes work harder"),
    ATTENDANCE: ("si vous avez pu venir", "whether you could come"),
    APPOINTMENT: ("le jour et l’heure de votre rendez-vous", "the day and time of your appointment"),
    OUTCOME: ("ce qui a été trouvé avec vous", "what was found with you"),
}
"""What is passed on, as one says it to the person; in the order it is told."""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The sentences of the sheet a person takes away; ``passed`` are the labels of what is passed on."""

    to_whom: str
    passed: tuple[str, ...]
    why: str
    until: str
    ground: str
    your_say: str
    your_rights: str

    def as_content(self) -> dict[str, object]:
        """Give the sentences as they are kept: what the person was told is what is written here."""
        return {
            "to_whom": self.to_whom,
            "passed": list(self.passed),
            "why": self.why,
            "until": self.until,
            "ground": self.ground,
            "your_say": self.your_say,
            "your_rights": self.your_rights,
        }


def labels_of(fields: Iterable[str], language: Language) -> tuple[str, ...]:
    """Name what is passed on, as one says it to the person, always in the same order."""
    wanted = set(fields)
    return tuple(words[language == "en"] for name, words in _LABELS.items() if name in wanted)


def sheet_words(shared: WhatPasses, *, receiver: str, lead: str, language: Language = "fr") -> SheetWords:
    """Say in plain words what passes to a partner; ``receiver`` and ``lead`` are the names of the organisations."""
    purposes = tuple(dict.fromkeys(clause.purpose for clause in shared.clauses if clause.purpose))
    needs_yes = any(clause.needs_consent for clause in shared.clauses)
    return (_in_french if language == "fr" else _in_english)(shared, receiver, lead, purposes, needs_yes)


def _in_french(shared: WhatPasses, receiver: str, lead: str, purposes: tuple[str, ...], needs_yes: bool) -> SheetWords:  # noqa: FBT001 (two private twins)
    return SheetWords(
        to_whom=f"{lead} transmet à {receiver} ce qui suit, et rien d’autre.",
        passed=labels_of(shared.fields, "fr"),
        why=f"Pourquoi : {' ; '.join(purposes).rstrip('.')}."
        if purposes
        else "Pourquoi : pour que l’on puisse vous recevoir.",
        until=f"{receiver} ne voit plus rien dès que ce qui vous est proposé est terminé. {lead} efface ce qui vous "
        f"concerne deux ans après votre dernier échange.",
        ground="Vous avez dit oui à ce partage."
        if needs_yes
        else f"{lead} le fait dans sa mission de service public. On ne vous demande pas votre accord, mais vous pouvez "
        "dire non.",
        your_say=f"Vous pouvez dire non, ou changer d’avis, à tout moment : dites-le à {lead}. {receiver} ne verra plus "
        "rien aussitôt. Cela ne change rien à votre inscription ni à vos droits.",
        your_rights=f"Vous pouvez demander à {lead} de lire ce qui est gardé sur vous. Vous pouvez aussi le faire "
        "corriger ou effacer. Si la réponse ne vous convient pas, écrivez à la CNIL, qui protège vos informations.",
    )


def _in_english(shared: WhatPasses, receiver: str, lead: str, purposes: tuple[str, ...], needs_yes: bool) -> SheetWords:  # noqa: FBT001 (two private twins)
    return SheetWords(
        to_whom=f"{lead} passes the following on to {receiver}, and nothing else.",
        passed=labels_of(shared.fields, "en"),
        why=f"Why: {'; '.join(purposes).rstrip('.')}." if purposes else "Why: so that you can be received.",
        until=f"{receiver} sees nothing more as soon as what is offered to you has ended. {lead} erases what concerns "
        f"you two years after your last contact.",
        ground="You said yes to this."
        if needs_yes
        else f"This is part of the public-service task of {lead}; your agreement is not asked for, but you may say no.",
        your_say=f"You may say no, or change your mind, at any time: tell {lead}. {receiver} will see nothing more at "
        "once. This changes nothing to your registration or your rights.",
        your_rights=f"You may ask {lead} to read all that is kept about you, to correct it or to erase it. If the answer "
        "does not suit you, you may write to the CNIL.",
    )
