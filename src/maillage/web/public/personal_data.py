"""What is stored about people, told table by table: what, why, by virtue of what, shown to whom, for how long."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from maillage.domain.personal_data import Category, Retention, Since, StoredField
from maillage.domain.stored_fields import STORED_FIELDS, TABLES


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """Fields of one table that are kept for the same reasons, with what holds for all of them."""

    names: tuple[str, ...]
    purpose: str
    basis: str
    recipients: str
    time: str


@dataclass(frozen=True, slots=True)
class KeptTable:
    """One table as a person reads it: its title, and its fields grouped by reason."""

    anchor: str
    title: str
    groups: tuple[KeptGroup, ...]


def kept_tables() -> tuple[KeptTable, ...]:
    """Tell the whole catalogue in the language of the page."""
    is_english = get_language() == "en"
    found = []
    for number, table in enumerate(TABLES, start=1):
        groups: dict[Category, list[StoredField]] = {}
        for entry in STORED_FIELDS.values():
            if entry.name.rpartition(".")[0] == table.model:
                groups.setdefault(entry.category, []).append(entry)
        told = tuple(_group(entries, is_english=is_english) for entries in groups.values())
        found.append(KeptTable(f"t{number}", table.label_en if is_english else table.label_fr, told))
    return tuple(found)


def _group(entries: list[StoredField], *, is_english: bool) -> KeptGroup:
    terms = entries[0].terms
    names = tuple(entry.label_en if is_english else entry.label_fr for entry in entries)
    if entries[0].category is Category.TECHNICAL:
        count = len(entries)
        names = (ngettext("%(count)s numéro technique", "%(count)s numéros techniques", count) % {"count": count},)
    return KeptGroup(
        names=names,
        purpose=terms.purpose_en if is_english else terms.purpose_fr,
        basis=terms.basis_en if is_english else terms.basis_fr,
        recipients=terms.recipients_en if is_english else terms.recipients_fr,
        time=_time(terms.retention),
    )


def _time(retention: Retention) -> str:
    count = retention.months
    long = ngettext("%(count)s mois", "%(count)s mois", count) % {"count": count}
    since = {
        Since.LAST_CONTACT: _("après le dernier échange avec la personne"),
        Since.RECORDED: _("après le jour où c’est noté"),
    }
    return f"{long} {since[retention.since]}"
