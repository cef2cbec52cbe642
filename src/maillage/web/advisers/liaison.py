"""The *fiche de liaison*: one A4 page that the person carries to the partner, with a reply to tear off.

Without any account the loop closes: the partner answers with the short code, by telephone or by giving the strip back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from maillage.engine.wording import Language

TEMPLATE = Path(__file__).parent / "pdf" / "liaison.typ"


@dataclass(frozen=True)
class Liaison:
    """What the page says, in words ready to be read; an empty text leaves its part out.

    ``person`` is how the partner will know who comes (only what the agreement lets pass); ``basis`` cites the text;
    ``code`` is the reply's, ``reply_at`` the address where it is typed, ``reply_by`` the day by which.
    """

    sender: str
    sender_person: str
    direct_line: str
    recipient: str
    service: str
    place: str
    person: tuple[str, ...]
    why: str
    wish: str
    documents: tuple[str, ...]
    appointment: str
    basis: str
    code: str
    reply_at: str
    reply_by: str


def liaison_pdf(liaison: Liaison, language: Language) -> bytes:
    """Make the page: A4, tagged for screen readers (PDF/UA-1); the same words give the same bytes."""
    return _compiled(json.dumps(_content(liaison, language), ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=8)
def _compiled(content: str) -> bytes:
    # Fonts are those inside the compiler; nothing is fetched, and no file but the template is read.
    return typst.compile(
        TEMPLATE.read_bytes(),
        output=None,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"content": content},
        pdf_standards=["ua-1"],
        timestamp=0,
    )


def _content(liaison: Liaison, language: Language) -> dict[str, object]:
    parts = [
        (_("Pour"), (liaison.recipient, liaison.service, liaison.place)),
        (_("La personne"), liaison.person),
        (_("Pourquoi"), (liaison.why,)),
        (_("Ce qu’elle souhaite"), (liaison.wish,)),
        (_("Rendez-vous"), (liaison.appointment,)),
        (_("À apporter"), liaison.documents),
        (_("De la part de"), (liaison.sender, liaison.sender_person, liaison.direct_line)),
        (_("En vertu de"), (liaison.basis,)),
    ]
    return {
        "language": language,
        "title": _("Fiche de liaison"),
        "purpose": _("À remettre au partenaire. La personne peut lire tout ce qui est écrit ici."),
        "parts": [{"title": title, "lines": [line for line in lines if line]} for title, lines in parts if any(lines)],
        "reply": _reply(liaison),
    }


def _reply(liaison: Liaison) -> dict[str, object]:
    by = _("Avant le %(day)s") % {"day": liaison.reply_by} if liaison.reply_by else ""
    return {
        "cut": _("à détacher, ou à dire par téléphone"),
        "title": f"{_('Votre réponse')}{f' – {by}' if by else ''}",
        "answers": [
            _("La personne est venue. Ce que cela a donné :"),
            _("Nous allons l’accueillir. Le rendez-vous, s’il est fixé :"),
            _("Nous ne pouvons pas l’accueillir, parce que :"),
            _("Pas jointe, pas venue ou arrêt en chemin, parce que :"),
        ],
        "day": _("le"),
        "place": _("à"),
        "who": _("Qui répond :"),
        "code_title": _("Code de réponse"),
        "code": liaison.code,
        "where": liaison.reply_at,
        "note": _("Sans compte : tapez le code à cette adresse, ou appelez %(line)s.")
        % {"line": liaison.direct_line or liaison.sender},
    }
