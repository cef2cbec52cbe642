"""What the API says in its problems, in French and in English; where a page says it too, it is the same sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header

from maillage.engine.wording import LANGUAGES, Language

TITLES: Mapping[Language, Mapping[int, str]] = {
    "fr": {
        400: "Cette question ne se lit pas",
        401: "Cette adresse demande une clé",
        403: "Cette clé ne permet pas cela",
        404: "Cette page n’existe pas",
        405: "Cette adresse ne répond pas à cette méthode",
        409: "Cela ne peut pas se faire maintenant",
        412: "Quelqu’un a agi entre-temps",
        413: "Cette question est trop longue",
        422: "Cette question n’est pas complète ou pas exacte",
        428: "Il manque ce que vous avez lu",
        429: "Trop de questions à la fois",
        500: "Quelque chose n’a pas marché",
        503: "Rien ne peut être répondu pour l’instant",
    },
    "en": {
        400: "This question cannot be read",
        401: "This address asks for a key",
        403: "This key does not allow it",
        404: "This page does not exist",
        405: "This address does not answer that method",
        409: "This cannot be done now",
        412: "Somebody has acted meanwhile",
        413: "This question is too long",
        422: "This question is incomplete or not exact",
        428: "What you read is missing",
        429: "Too many questions at once",
        500: "Something went wrong",
        503: "Nothing can be answered for now",
    },
}
DETAILS: Mapping[Language, Mapping[int, str]] = {
    "fr": {
        400: "Le corps doit être du JSON en UTF-8 et l’adresse doit être entière.",
        401: "Envoyez « Authorization: Bearer » suivi d’une clé en cours de validité, faite sur la page « Clés des logiciels ».",
        403: "Il faut une clé qui permet d’écrire, ou une autre fonction : la page « Clés des logiciels » dit ce que permet chacune.",
        404: "L’adresse est peut-être incomplète, ou ce qu’elle désigne n’existe pas, ou plus, ce jour-là.",
        405: "L’en-tête Allow dit quelles méthodes répondent.",
        409: "Relisez où en est la demande, puis choisissez ce qu’elle permet.",
        412: "Relisez la demande et son en-tête ETag, puis recommencez s’il le faut.",
        413: "Posez moins de questions à la fois.",
        422: "Corrigez ce que dit « errors », puis posez de nouveau la question.",
        428: "Envoyez dans If-Match l’en-tête ETag de ce que vous avez lu.",
        429: "Attendez le nombre de secondes que dit l’en-tête Retry-After.",
        500: "La réponse n’a pas pu être faite. Si cela continue, prévenez la personne qui tient ce site.",
        503: "Un des textes de ce site est mal écrit : rien n’est répondu plutôt qu’une réponse fausse. Réessayez plus tard.",
    },
    "en": {
        400: "The body must be JSON in UTF-8 and the address must be whole.",
        401: "Send “Authorization: Bearer” followed by a standing key, made on the page “Software keys”.",
        403: "A key that may write is needed, or another role: the page “Software keys” says what each allows.",
        404: "The address may be incomplete, or what it names does not exist, or no longer, on that day.",
        405: "The Allow header says which methods answer.",
        409: "Read again where the request stands, then choose what it allows.",
        412: "Read the request and its ETag header again, then start over if need be.",
        413: "Ask fewer questions at a time.",
        422: "Correct what “errors” says, then ask again.",
        428: "Send in If-Match the ETag header of what you read.",
        429: "Wait for the number of seconds that the Retry-After header says.",
        500: "The answer could not be made. If it goes on, tell the person who runs this site.",
        503: "A text of this site is wrongly written: nothing is answered rather than a wrong answer. Try again later.",
    },
}
_EXPECTED: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "missing": "Il manque : donnez une valeur.",
        "extra_forbidden": "Ce nom n’est pas connu ici : ôtez-le, ou corrigez-le.",
        "duplicate": "Il est donné plusieurs fois : gardez une seule valeur.",
        "greater_than_equal": "Écrivez un nombre d’au moins {ge}.",
        "less_than_equal": "Écrivez un nombre d’au plus {le}.",
        "string_too_long": "Écrivez au plus {max_length} caractères.",
        "too_long": "Donnez au plus {max_length} valeurs.",
        "too_short": "Donnez au moins {min_length} valeur.",
        "literal_error": "Choisissez parmi {expected}.",
        "int_type": "Écrivez un nombre entier.",
        "int_parsing": "Écrivez un nombre entier.",
        "bool_type": "Écrivez true ou false.",
        "bool_parsing": "Écrivez true ou false.",
        "string_type": "Écrivez un texte, entre guillemets.",
        "list_type": "Donnez une liste.",
        "day": "Ce jour n’existe pas, ou est trop loin. Écrivez par exemple 2024-10-15.",
        "code": "Ce code n’est dans aucune liste : /api/v1/codes les donne tous.",
        "territory": "Ce territoire n’est pas connu ici. Écrivez par exemple departement:36, ou france.",
        "municipality": "Cette commune n’est pas connue ici. Écrivez son code INSEE (ce n’est pas le code postal).",
        "partners": "Choisissez un accord qui a deux parties, ou deux réseaux au moins ; « lost » est une clé de la réponse.",
        "other": "Cette valeur ne se lit pas.",
    },
    "en": {
        "missing": "It is missing: give a value.",
        "extra_forbidden": "This name is not known here: remove it, or correct it.",
        "duplicate": "It is given several times: keep one value.",
        "greater_than_equal": "Write a number of at least {ge}.",
        "less_than_equal": "Write a number of at most {le}.",
        "string_too_long": "Write at most {max_length} characters.",
        "too_long": "Give at most {max_length} values.",
        "too_short": "Give at least {min_length} value.",
        "literal_error": "Choose among {expected}.",
        "int_type": "Write a whole number.",
        "int_parsing": "Write a whole number.",
        "bool_type": "Write true or false.",
        "bool_parsing": "Write true or false.",
        "string_type": "Write a text, between quotes.",
        "list_type": "Give a list.",
        "day": "This day does not exist, or is too far away. Write for instance 2024-10-15.",
        "code": "This code is in no list: /api/v1/codes gives them all.",
        "territory": "This territory is not known here. Write for instance departement:36, or france.",
        "municipality": "This municipality is not known here. Write its INSEE code (it is not the postcode).",
        "partners": "Choose an agreement with two parties, or two networks at least; “lost” is a key of the answer.",
        "other": "This value cannot be read.",
    },
}
_OF_THE_PAGES: Mapping[str, str] = {
    "age": "Écrivez l’âge en chiffres, entre 0 et 120, par exemple 24. Si vous ne le savez pas, laissez vide.",
    "registered_for_months": "Écrivez le nombre de mois en chiffres, par exemple 14.",
}
"""What the adviser's form says about the same field."""


def language_of(request: HttpRequest) -> Language:
    """Give the language that the caller prefers of those we speak, French when none is."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for language in LANGUAGES:
            if code.partition("-")[0] == language:
                return language
    return "fr"


def expected(field: str, kind: str, language: Language, **values: object) -> str:
    """Say what is expected of a field; ``kind`` is what is wrong with it."""
    if field in _OF_THE_PAGES and kind not in {"missing", "extra_forbidden"}:
        with translation.override(language):
            return gettext(_OF_THE_PAGES[field])
    sentences = _EXPECTED[language]
    return sentences.get(kind, sentences["other"]).format_map(values)
