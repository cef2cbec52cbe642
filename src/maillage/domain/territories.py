"""Municipalities and the territories they make: a territory is a set of municipality codes with a vintage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from maillage.domain.shared import MaillageError, Point


class TerritoryKind(Enum):
    """The zonings in use; the value is the prefix of the notation (``departement:36``)."""

    MUNICIPALITY = "commune"
    EPCI = "epci"
    EMPLOYMENT_ZONE = "zone-emploi"
    LOCAL_COMMITTEE = "clpe"
    ARRONDISSEMENT = "arrondissement"
    DEPARTMENT = "departement"
    REGION = "region"
    FRANCE = "france"


class TerritoryNotation(MaillageError):
    """A territory was written in a way that cannot be read."""


class UnknownTerritory(MaillageError):
    """A territory or municipality is in no loaded vintage."""


@dataclass(frozen=True, order=True, slots=True)
class TerritoryRef:
    """The name of a territory: its kind and its official code (INSEE; SIREN for an EPCI; empty for France)."""

    kind: TerritoryKind = field(compare=False)
    code: str
    notation: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Derive the notation, which also orders and identifies the territory."""
        text = self.kind.value if self.kind is TerritoryKind.FRANCE else f"{self.kind.value}:{self.code}"
        object.__setattr__(self, "notation", text)

    def __str__(self) -> str:
        """Give the notation, for instance ``departement:36``."""
        return self.notation

    @classmethod
    def parse(cls, text: str) -> TerritoryRef:
        """Read ``kind:code`` or ``france``.

        Raises:
            TerritoryNotation: the kind is none of ours or the code is missing.
        """
        kind_text, _, code = text.strip().partition(":")
        kinds = {kind.value: kind for kind in TerritoryKind}
        kind = kinds.get(kind_text)
        if kind is None or (kind is TerritoryKind.FRANCE) != (code == ""):
            raise TerritoryNotation(
                f"« {text} » is not a territory: write france, or one of {', '.join(sorted(kinds))} followed by "
                f"a colon and a code (departement:36)."
            )
        return cls(kind, code)

    @classmethod
    def read(cls, text: str) -> TerritoryRef:
        """Read a notation, or a bare official code as data·inclusion writes it (``36018``, ``36``, a SIREN, ``99100``).

        Raises:
            TerritoryNotation: the text is neither.
        """
        if text in {"france", "99100"}:
            return FRANCE
        for form, kind in _BARE_CODES:
            if form.fullmatch(text):
                return cls(kind, text)
        return cls.parse(text)


_BARE_CODES: tuple[tuple[re.Pattern[str], TerritoryKind], ...] = (
    (re.compile(r"\d{9}"), TerritoryKind.EPCI),
    (re.compile(r"CLPE\w+"), TerritoryKind.LOCAL_COMMITTEE),
    (re.compile(r"\d[0-9AB]\d{3}"), TerritoryKind.MUNICIPALITY),
    (re.compile(r"\d[0-9AB]\d?"), TerritoryKind.DEPARTMENT),
)

FRANCE = TerritoryRef(TerritoryKind.FRANCE, "")


CODE_FIELDS: Mapping[TerritoryKind, str] = {
    TerritoryKind.MUNICIPALITY: "code",
    TerritoryKind.EPCI: "epci",
    TerritoryKind.EMPLOYMENT_ZONE: "employment_zone",
    TerritoryKind.LOCAL_COMMITTEE: "local_committee",
    TerritoryKind.ARRONDISSEMENT: "arrondissement",
    TerritoryKind.DEPARTMENT: "department",
    TerritoryKind.REGION: "region",
}
"""Which field of a municipality holds the code of each kind of territory; France needs none."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of the current vintage.

    ``point`` is where distances start from, ``None`` where nobody publishes one; ``population`` is the municipal
    population, ``None`` where unknown. The codes say which territories it belongs to; an empty code is none.
    """

    code: str
    name: str
    point: Point | None
    population: int | None
    postcodes: tuple[str, ...] = ()
    epci: str = ""
    employment_zone: str = ""
    local_committee: str = ""
    arrondissement: str = ""
    department: str = ""
    region: str = ""

    def code_of(self, kind: TerritoryKind) -> str:
        """Give the code of the territory of that kind the municipality belongs to; empty when none."""
        return "" if kind is TerritoryKind.FRANCE else str(getattr(self, CODE_FIELDS[kind]))

    def lies_in(self, territory: TerritoryRef) -> bool:
        """Tell whether the municipality belongs to a territory."""
        if territory.kind is TerritoryKind.FRANCE:
            return True
        return bool(territory.code) and self.code_of(territory.kind) == territory.code


@dataclass(frozen=True)
class Geography:
    """All municipalities of one vintage, with the old codes carried to the current ones.

    ``passage`` maps a code that no longer stands alone (merged, associated, a ward of Paris, Lyon or Marseille) to the
    current one. ``names`` gives the name of a territory by its notation.
    """

    vintage: str
    municipalities: Mapping[str, Municipality]
    passage: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def find(self, code: str) -> Municipality | None:
        """Find a municipality by a current or an old code; ``None`` when neither is known."""
        found = self.municipalities.get(code)
        return found if found is not None else self.municipalities.get(self.passage.get(code, ""))

    def municipality(self, code: str) -> Municipality:
        """Give a municipality by a current or an old code.

        Raises:
            UnknownTerritory: the code is in no loaded vintage.
        """
        found = self.find(code)
        if found is None:
            raise UnknownTerritory(
                f"Municipality {code} is not in the loaded vintage ({self.vintage}). Check the INSEE code (it is not "
                f"the postcode), or load the national file: maillage import communes FILE."
            )
        return found

    @cached_property
    def known_territories(self) -> frozenset[str]:
        """The notations of all territories that hold at least one municipality."""
        found = {
            f"{kind.value}:{code}"
            for kind, field_name in CODE_FIELDS.items()
            for code in {getattr(municipality, field_name) for municipality in self.municipalities.values()}
            if code
        }
        return frozenset(found | ({str(FRANCE)} if self.municipalities else set()))

    def knows(self, territory: TerritoryRef) -> bool:
        """Tell whether a territory holds at least one loaded municipality, by a current or an old code."""
        return str(self.current(territory)) in self.known_territories

    def current(self, territory: TerritoryRef) -> TerritoryRef:
        """Carry an old municipality code to the current one; other territories are given back as they are."""
        if territory.kind is TerritoryKind.MUNICIPALITY and territory.code not in self.municipalities:
            return TerritoryRef(territory.kind, self.passage.get(territory.code, territory.code))
        return territory

    def covers(self, territory: TerritoryRef, municipality: Municipality) -> bool:
        """Tell whether a municipality lies in a territory."""
        return municipality.lies_in(self.current(territory))

    @cached_property
    def everything(self) -> tuple[Municipality, ...]:
        """All municipalities, by code."""
        return tuple(self.municipalities[code] for code in sorted(self.municipalities))

    def members(self, territory: TerritoryRef) -> tuple[Municipality, ...]:
        """Give the municipalities of a territory, by code."""
        wanted = self.current(territory)
        if wanted.kind is TerritoryKind.FRANCE:
            return self.everything
        return tuple(found for found in self.everything if found.lies_in(wanted))

    def name_of(self, territory: TerritoryRef) -> str:
        """Give the name of a territory, or its notation when nobody named it."""
        if territory.kind is TerritoryKind.MUNICIPALITY:
            found = self.find(territory.code)
            return found.name if found else str(territory)
        return self.names.get(str(territory), str(territory))
