"""The examples of the documented page, which answer on the demonstration, and the words around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.engine.wording import Language

_LE_BLANC: Mapping[str, Any] = {"municipality": "36018", "age": 35}
EXAMPLES: Mapping[str, str | dict[str, Any]] = {
    "askOpenings": {**_LE_BLANC, "on": "2024-10-15", "include": ["unknown"], "limit": 5},
    "askManyOpenings": {"on": "2024-10-15", "people": [dict(_LE_BLANC), {"municipality": "67180", "age": 20}]},
    "listServices": "/api/v1/services?territory=departement:36&theme=numerique&size=5",
    "listAccessPoints": "/api/v1/access-points?municipality=36018&kind=POST_OFFICE",
    "listOrganisations": "/api/v1/organisations?search=mission%20locale",
    "listTerritories": "/api/v1/territories?kind=clpe",
    "findTerritory": "/api/v1/territories/departement:36",
    "listAgreements": "/api/v1/agreements?in_force=true&on=2024-10-15",
    "readAgreement": "/api/v1/agreements/2024-indre-experimentation-numerique?on=2024-10-15",
    "measureCoverage": "/api/v1/coverage?territory=departement:36&points=AGENCY&points=FRANCE_SERVICES:la-poste&km=15",
    "mapOffer": "/api/v1/complementarity?territory=departement:36&theme=sante&within=15&opened=36070",
    "exportCsvAccessPoints": "/api/v1/exports/csv/access-points?territory=departement:36",
}

_WORDS: Mapping[Language, Mapping[str, Any]] = {
    "fr": {
        "title": "L’API de Maillage",
        "contract": "Le contrat complet, en OpenAPI 3.1",
        "rules_title": "Les règles communes",
        "rules": (
            "Une liste répond {items, total, page, size, pages}.",
            "Un paramètre inconnu, donné deux fois ou hors bornes est refusé, et la réponse dit quoi écrire.",
            "L’en-tête ETag nomme l’état de ce qui est lu : renvoyez-le dans If-None-Match, 304 dit que rien n’a changé.",
            "Accept-Language: en donne les phrases en anglais ; pour les portes, c’est « language ».",
            "Les codes sont à l’adresse /api/v1/codes.",
        ),
        "groups": {
            "openings": "Les portes ouvertes",
            "catalogue": "Services, lieux, organismes",
            "territories": "Territoires",
            "agreements": "Accords",
            "coverage": "Distances et offre commune",
            "codes": "Codes",
            "exports": "Exports",
            "referrals": "Demandes (avec une clé)",
        },
        "errors_title": "Les erreurs",
        "errors": "Chaque erreur est un « problem+json » (RFC 9457) : ce qui s’est passé, ce qu’il faut faire, champ par champ.",
        "name": "Nom",
        "kind": "Valeur",
        "words": "Ce que c’est",
        "required": "obligatoire",
        "contents": "Sommaire",
        "example": "Exemple",
    },
    "en": {
        "title": "The API of Maillage",
        "contract": "The whole contract, in OpenAPI 3.1",
        "rules_title": "Rules that all share",
        "rules": (
            "A list answers {items, total, page, size, pages}.",
            "A parameter that is unknown, given twice or out of bounds is refused, and the answer says what to write.",
            "The ETag header names the state of what is read: send it back in If-None-Match, 304 says nothing changed.",
            "Accept-Language: en gives the sentences in English; for openings it is “language”.",
            "The codes are at /api/v1/codes.",
        ),
        "groups": {
            "openings": "Openings",
            "catalogue": "Services, access points, organisations",
            "territories": "Territories",
            "agreements": "Agreements",
            "coverage": "Distances and common offer",
            "codes": "Codes",
            "exports": "Exports",
            "referrals": "Requests (with a key)",
        },
        "errors_title": "Errors",
        "errors": "Every error is “problem+json” (RFC 9457): what happened and what to do, field by field.",
        "name": "Name",
        "kind": "Value",
        "words": "What it is",
        "required": "required",
        "contents": "Contents",
        "example": "Example",
    },
}


def page_words(language: Language) -> Mapping[str, Any]:
    """Give the words of the documented page."""
    return _WORDS[language]
