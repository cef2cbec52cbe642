"""What all importers of the catalogue share: from a line to its records, and from the records to their versions."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, TypedDict, cast

from maillage.apps.catalogue.importers.receptions import reception_at
from maillage.apps.catalogue.mapping import Record
from maillage.apps.catalogue.models import RecordKind
from maillage.apps.catalogue.queries import described_organisations, open_ids
from maillage.apps.catalogue.use_cases import Key, keep_records
from maillage.apps.imports.cells import shown, text_of
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.reading import Row
from maillage.apps.territories.queries import geography
from maillage.domain.access_points import AccessPoint
from maillage.domain.organisations import Organisation, OrganisationLevel
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import Geography

NETWORK_ORGANISATIONS = {
    "la-poste": Organisation(
        "la-poste", "La Poste", Provenance("la-poste"), OrganisationLevel.NATIONAL, frozenset({"la-poste"})
    ),
    "france-travail": Organisation(
        "france-travail",
        "France Travail",
        Provenance("france-travail"),
        OrganisationLevel.NATIONAL,
        frozenset({"france-travail"}),
    ),
}
"""The organisations that files of sites suppose without describing them; added when the catalogue has none."""

DECIMALS = 6
"""About ten centimetres: a list that gives more decimals says the same place."""

_NEAREST_FIRST = (
    OrganisationLevel.LOCAL,
    OrganisationLevel.TERRITORIAL,
    OrganisationLevel.REGIONAL,
    OrganisationLevel.NATIONAL,
)
_SMALL_WORDS = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lès", "lez", "sous", "sur"]
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Bundle:
    """The records that one line makes; ``key`` names the line among the others of its file."""

    key: str
    records: tuple[Record, ...]


class Contact(TypedDict):
    """How to reach a place or an organisation; empty texts where nobody says."""

    telephone: str
    email: str
    website: str


class CatalogueImporter(ABC):
    """One format of the catalogue.

    ``counted`` is the kind of record that stands for a line when the report counts. A line that was refused keeps its
    earlier record open: it is in the file, only unreadable.
    """

    name: ClassVar[str]
    required_columns: ClassVar[tuple[frozenset[str], ...]]
    counted: ClassVar[RecordKind] = RecordKind.ACCESS_POINT

    def __init__(self) -> None:
        self.geography = Geography("", {})
        self._described: dict[str, Organisation] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._networks: set[str] = set()
        self._refused: list[str] = []
        self._strangers: Counter[str] = Counter()

    @abstractmethod
    def records_of(self, row: Row) -> Bundle:
        """Turn a line into its records, or raise RowRefused."""

    @abstractmethod
    def id_of(self, row: Row) -> str:
        """Give the id of the record of a line, or raise RowRefused."""

    def begin(self) -> None:
        """Load what the lines are compared with."""
        self.geography = geography()
        self._described = {found.id: found for found in described_organisations()}

    def parse(self, row: Row) -> Bundle:
        """Turn a line into its records.

        Raises:
            RowRefused: the line cannot be used.
        """
        try:
            return self.records_of(row)
        except RowRefused:
            self._remember_refused(row)
            raise

    def key(self, record: object) -> str:
        """Give what names the line in its file."""
        return cast("Bundle", record).key

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        """Keep the versions of all records, and count those that stand for a line."""
        bundles = cast("Sequence[Bundle]", records)
        supposed = {NETWORK_ORGANISATIONS[network].id: NETWORK_ORGANISATIONS[network] for network in self._networks}
        present = open_ids(RecordKind.ORGANISATION, supposed)
        keep_records((supposed[key] for key in sorted(supposed.keys() - present)), format_name="networks", at=at)
        kept = keep_records(
            (self._completed(record) for bundle in bundles for record in bundle.records),
            format_name=self.name,
            at=at,
            kept_anyway=self._kept_anyway(),
        )
        tally = kept[self.counted]
        return Counts(tally.added, tally.changed, tally.unchanged, tally.closed)

    def warnings(self) -> Sequence[str]:
        """Say which lines stand in municipalities that are not loaded."""
        if not self._strangers:
            return ()
        examples = ", ".join(sorted(self._strangers)[:5])
        sentence = (
            f"{self._strangers.total()} lines are in municipalities that no loaded vintage knows ({examples}): they are "
            f"kept at their own coordinates. If the national file is not loaded: maillage import communes FILE."
        )
        return (sentence,)

    def settled(self, code: str, point: Point | None) -> tuple[str, Point]:
        """Give the current code of a municipality and where the line stands: its own point, else the municipality's.

        Raises:
            RowRefused: neither the line nor a loaded municipality says where it is.
        """
        found = self.geography.find(code) if code else None
        place = Point(round(point.latitude, DECIMALS), round(point.longitude, DECIMALS)) if point else None
        place = place or (found.point if found else None)
        if place is None:
            raise RowRefused(
                f"{_why_nowhere(code, is_known=found is not None)} and no coordinates: the place cannot be put "
                f"anywhere. Give its latitude and longitude, or load the municipalities (maillage import communes FILE)."
            )
        if found is None and code:
            self._strangers[code] += 1
        return (found.code if found else code), place

    def owner_in(self, network: str, municipality: str) -> str:
        """Give the organisation of a network that serves a municipality: the nearest recorded, else the network's."""
        self._networks.add(network)
        known = self._owners.get((network, municipality))
        if known is None:
            known = self._owners[network, municipality] = self._nearest_owner(network, municipality)
        return known

    def _nearest_owner(self, network: str, municipality: str) -> str:
        home = self.geography.find(municipality)
        serving = [
            found
            for found in self._described.values()
            if home is not None
            and network in found.networks
            and any(self.geography.covers(area, home) for area in found.catchment_area or ())
        ]
        nearest = min(serving, key=lambda found: (_NEAREST_FIRST.index(found.level), found.id), default=None)
        return nearest.id if nearest else NETWORK_ORGANISATIONS[network].id

    def _completed(self, record: Record) -> Record:
        """Keep the area, the parent and the people in charge that were recorded and that no file of sites knows."""
        known = self._described.get(record.id)
        if known is None or not isinstance(record, Organisation):
            return record
        return replace(
            record,
            level=known.level,
            parent=record.parent or known.parent,
            catchment_area=record.catchment_area or known.catchment_area,
            in_charge=record.in_charge or known.in_charge,
        )

    def _remember_refused(self, row: Row) -> None:
        try:
            self._refused.append(self.id_of(row))
        except RowRefused:
            return

    def _kept_anyway(self) -> Iterable[Key]:
        for record_id in self._refused:
            yield from ((kind.value, record_id) for kind in RecordKind)
            yield RecordKind.SERVICE.value, f"{record_id}--accueil"


def _why_nowhere(code: str, *, is_known: bool) -> str:
    if not code:
        return "no municipality"
    return f"municipality {shown(code)} {'has no known point' if is_known else 'is in no loaded vintage'}"


def with_reception(point: AccessPoint) -> tuple[Record, ...]:
    """Give an access point with the service of being received there, when there is one."""
    service = reception_at(point)
    return (point,) if service is None else (point, service)


def in_title_case(text: str) -> str:
    """Rewrite a name in capitals as it is read: « ST BENOIT DU SAULT » as « St Benoit du Sault »."""
    if not text.isupper():
        return text

    def rewritten(found: re.Match[str]) -> str:
        word = found[0].lower()
        is_small = word in _SMALL_WORDS and found.start() > 0
        return word if is_small else word.capitalize()

    return _WORD.sub(rewritten, text)


def on_one_line(row: Row, *names: str) -> str:
    """Give a text of a line without its line breaks."""
    return " ".join(text_of(row, *names).split())
