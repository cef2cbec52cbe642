"""An agreement as a PDF: tagged for screen readers (PDF/UA-1), made to last (PDF/A-3a), its file attached."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from maillage.engine.wording import Language
from maillage.web.agreements.texts import TextView

TEMPLATE = Path(__file__).parent / "pdf" / "agreement.typ"


def pdf_of(view: TextView, language: Language) -> bytes:
    """Make the document; the same words give the same bytes."""
    content = json.dumps(_content(view, language), ensure_ascii=False, sort_keys=True)
    return _compiled(content, view.loaded.file_of(view.agreement).decode())


@lru_cache(maxsize=32)
def _compiled(content: str, file: str) -> bytes:
    # Fonts are those inside the compiler; nothing is fetched, and no file but the template is read.
    return typst.compile(
        TEMPLATE.read_bytes(),
        output=None,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"content": content, "file": file},
        pdf_standards=["a-3a", "ua-1"],
        timestamp=0,
    )


def _content(view: TextView, language: Language) -> dict[str, object]:
    agreement = view.agreement
    return {
        "language": language,
        "title": agreement.title,
        "kind": view.kind,
        "state": [
            _("Texte tel qu’il se lit le %(day)s.") % {"day": view.day},
            f"{view.force}.",
            view.term,
            view.signature,
            _("Territoire : %(territory)s.") % {"territory": view.territory},
            _("Source : %(source)s.") % {"source": agreement.source} if agreement.source else "",
        ],
        "parties_title": _("Les parties"),
        "parties": [
            {
                "name": party.name + (_(" (appuie sans être opérateur)") if party.is_sponsor else ""),
                "signatories": [", ".join(filter(None, one)) for one in party.signatories],
            }
            for party in view.parties
        ],
        "articles_title": _("Le texte, article par article"),
        "preamble": agreement.preamble,
        "articles": [
            {
                "heading": f"{article.number}. {article.title}",
                "text": article.text,
                "validity": article.validity,
                "does": _("Ce qu’il fait"),
                "effects": [effect.sentence for effect in article.effects],
            }
            for article in view.articles
        ],
        "version_title": _("La version"),
        "version": _("Version %(version)s.") % {"version": view.version},
        "digest": _("Empreinte SHA-256 du fichier joint :"),
        "sha256": agreement.digest,
        "attached": f"{agreement.id}.yaml",
        "attached_what": _("Le texte comme donnée"),
        "page": _("Maillage, accord %(id)s") % {"id": agreement.id},
    }
