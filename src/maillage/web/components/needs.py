"""The needs a person can have: the families of data·inclusion themes, said plainly."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from data_inclusion.schema.v1 import Thematique
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAMILIES: dict[str, Promise] = {
    "trouver-un-emploi": _("Trouver un emploi"),
    "choisir-un-metier": _("Choisir un métier"),
    "preparer-sa-candidature": _("Préparer une candidature"),
    "se-former": _("Se former"),
    "creer-une-entreprise": _("Créer une entreprise"),
    "numerique": _("Utiliser internet et un ordinateur"),
    "mobilite": _("Se déplacer"),
    "logement-hebergement": _("Se loger"),
    "sante": _("Se soigner"),
    "famille": _("Garde d’enfants et famille"),
    "difficultes-financieres": _("Argent et dettes"),
    "difficultes-administratives-ou-juridiques": _("Papiers et droits"),
    "lecture-ecriture-calcul": _("Lire, écrire, compter"),
    "equipement-et-alimentation": _("Se nourrir et s’équiper"),
    "remobilisation": _("Reprendre confiance, voir du monde"),
    "souvrir-a-linternational": _("Partir à l’étranger"),
}


@cache
def theme_labels() -> dict[str, str]:
    """Give the French label of every whole theme, as data·inclusion publishes it."""
    return {theme.value: theme.label for theme in Thematique}


def is_theme(code: str) -> bool:
    """Tell whether a code is a family or a whole theme."""
    return code in FAMILIES or code in theme_labels()


def label_of(code: str) -> str:
    """Say a theme or a family; a code in no list is said as it is."""
    if code in FAMILIES:
        return str(FAMILIES[code])
    return theme_labels().get(code, code)


def families_of(themes: Iterable[str]) -> tuple[str, ...]:
    """Give the families of some themes, in the order in which needs are listed."""
    found = {theme.partition("--")[0] for theme in themes}
    return tuple(family for family in FAMILIES if family in found)
