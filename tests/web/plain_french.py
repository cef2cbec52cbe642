"""What makes French plain: short sentences, everyday words, « vous », nobody hidden behind a passive."""

from __future__ import annotations

import html
import re

WORDS_AT_MOST = 20
JARGON = (
    "allocataire", "article", "assujetti", "ayant droit", "ayants droit", "bénéficiaire", "clause", "consentement",
    "convention", "délégataire", "dispositif", "données à caractère", "éligib", "formulaire cerfa", "freins",
    "inclusion", "insertion", "leadership", "modalités", "nonobstant", "notifi", "orientation", "partie prenante",
    "péremption", "périphérique", "prescri", "prestataire", "prestation", "public cible", "référent", "remobilisation",
    "requête", "responsable de traitement", "statu", "susmentionné", "traitement", "transmission", "uptake", "usager",
    "workflow",
)  # fmt: skip
"""Words of the trade, or their first letters: not said to the person."""
LEGAL_PASSIVE = re.compile(
    r"\b(?:il est|il sera|il a été) (?:procédé|rappelé|précisé|statué|pris|fait)|\b(?:est|sont) (?:réputé|tenu)e?s?\b",
    re.IGNORECASE,
)
ACRONYM = re.compile(r"\b(?:[A-ZÉ]{2,}|[A-Z]\.(?:[A-Z]\.)+)\b")
KNOWN = frozenset({"CNIL", "PDF"})
"""The CNIL is said with what it does; what one must type or click is known."""
NAMELESS = re.compile(r"\b(?:l’intéressée?|le demandeur|la demandeuse|l’usager)\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.?!:;»])\s+|\n+")
WORD = re.compile(r"[^\W\d_][\w’'·-]*|\d+")
TAG = re.compile(r"<[^>]+>")
BLOCK = re.compile(r"</?(?:p|div|li|ul|ol|h\d|dt|dd|section|summary|button|form|details|br|article|svg|span)\b[^>]*>")


def text_of(page: str) -> str:
    """Give the words of the main part of a page, one block a line."""
    main = page[page.index("<main") : page.index("</main>")]
    return html.unescape(TAG.sub("", BLOCK.sub("\n", re.sub(r"\n\s*", " ", main))))


def sentences_of(text: str) -> list[str]:
    """Part a text into its sentences; what stands before a colon is one."""
    return [one.strip() for one in SENTENCE.split(text) if one.strip()]


def faults(text: str) -> list[str]:
    """Say what is not plain, sentence by sentence; nothing when all is."""
    found = []
    for sentence in sentences_of(text):
        words = WORD.findall(sentence)
        if len(words) > WORDS_AT_MOST:
            found.append(f"{len(words)} words: {sentence}")
        lower = sentence.lower()
        found += [f"« {word} »: {sentence}" for word in JARGON if re.search(rf"\b{word}", lower)]
        found += [f"« {one} »: {sentence}" for one in ACRONYM.findall(sentence) if one not in KNOWN]
        found += [f"legal passive: {sentence}" for _ in LEGAL_PASSIVE.findall(sentence)]
        found += [f"not « vous »: {sentence}" for _ in NAMELESS.findall(sentence)]
    return found
