"""Lists of the catalogue narrowed by what is declared: kind of place, network, theme, organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

from django.db.models import Exists, F, Model, OuterRef, QuerySet

from maillage.apps.catalogue.mapping import KINDS, record_from
from maillage.apps.catalogue.models import CatalogueCode, RecordKind
from maillage.apps.catalogue.queries import AnyRecord, Listing, Rows, coded_of_the_day, listed, of_the_day
from maillage.domain.access_points import AccessPoint

_KINDS: Mapping[type, RecordKind] = KINDS
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Narrowing:
    """What is kept of a list; an empty text narrows nothing, ``municipalities`` are current INSEE codes.

    ``theme`` is whole or a family; ``place_kind`` and ``network`` are codes; ``search`` takes words, of which accents
    and case do not count.
    """

    search: str = ""
    municipalities: tuple[str, ...] | None = None
    organisation: str = ""
    place_kind: str = ""
    network: str = ""
    theme: str = ""


EVERYTHING = Narrowing()


def narrowed(
    kind: type[AnyRecord], *, on: date, to: Narrowing = EVERYTHING, limit: int = 50, offset: int = 0
) -> Listing[AnyRecord]:
    """List the records of a kind that stand on a day, by name then id; as many queries however many there are."""
    return cast("Listing[AnyRecord]", listed(_kept(_KINDS[kind], on, to), to.search, limit=limit, offset=offset))


def places_apart(*, on: date, limit: int = 50, offset: int = 0) -> Listing[AccessPoint]:
    """List the access points that are not simply where an organisation of the same id stands."""
    rows = of_the_day(RecordKind.ACCESS_POINT, on).exclude(record_id=F("organisation"))
    return cast("Listing[AccessPoint]", listed(rows, "", limit=limit, offset=offset))


def records_of(kind: type[AnyRecord], record_ids: frozenset[str], *, on: date) -> dict[str, AnyRecord]:
    """Give some records by id, as they stand on a day; those that do not are left out."""
    rows = of_the_day(_KINDS[kind], on).filter(record_id__in=sorted(record_ids))
    found = (cast("AnyRecord", record_from(*row)) for row in rows.values_list("kind", "source", "dated_on", "content"))
    return {record.id: record for record in found}


def _kept(kind: RecordKind, on: date, to: Narrowing) -> Rows:
    named = {"kind": to.place_kind, "network": to.network, "theme": to.theme}
    codes = [f"{name}:{code}" for name, code in named.items() if code]
    if codes and not (to.search or to.organisation) and to.municipalities is None:
        # Nothing else narrows the list: the rows of a code are its list, in its order, with nothing else to read.
        return _having(coded_of_the_day(codes[0], kind, on), "version", codes[1:])
    rows = of_the_day(kind, on)
    if to.municipalities is not None:
        rows = rows.filter(municipality__in=to.municipalities)
    if to.organisation:
        rows = rows.filter(organisation=to.organisation)
    return _having(rows, "pk", codes)


def _having(rows: QuerySet[_Row], version: str, codes: Iterable[str]) -> QuerySet[_Row]:
    for code in codes:
        rows = rows.filter(Exists(CatalogueCode.objects.filter(version=OuterRef(version), code=code)))
    return rows
