"""The language switch: the same page in the other language, its question kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info

from maillage.engine.wording import Language


@dataclass(frozen=True)
class OtherLanguage:
    """Where the page is in another language."""

    code: str
    name: str
    address: str


def current_language() -> Language:
    """Give the language of the page in the codes of the engine."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def other_language(request: HttpRequest) -> dict[str, object]:
    """Give every template the address of its page in the other language."""
    code = "fr" if current_language() == "en" else "en"
    address = translate_url(request.get_full_path(), code)
    return {"other_language": OtherLanguage(code, get_language_info(code)["name_local"].capitalize(), address)}
