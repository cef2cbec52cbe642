"""Organisations, the networks they carry, their levels, catchment areas, and who is in charge of which file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from maillage.domain.shared import Provenance
from maillage.domain.territories import TerritoryRef


class OrganisationLevel(Enum):
    """Where in its network an organisation stands."""

    NATIONAL = "NATIONAL"
    REGIONAL = "REGIONAL"
    TERRITORIAL = "TERRITORIAL"
    LOCAL = "LOCAL"


@dataclass(frozen=True, slots=True)
class FileInCharge:
    """Who is in charge of which file in an organisation (for instance the social clause).

    The public sees ``function`` and ``shared_address``; ``holder`` is shown to members of the parties only.
    """

    file: str
    function: str
    shared_address: str = ""
    holder: str = ""

    def for_public(self) -> FileInCharge:
        """Give what anybody may see: the holder's name is for members of the parties."""
        return replace(self, holder="")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that offers services or signs agreements.

    ``networks`` are codes of data·inclusion's ``reseaux_porteurs``; ``parent`` the id of the organisation it belongs
    to (empty: none); ``catchment_area`` the territories it serves, ``None`` when nobody recorded them.
    """

    id: str
    name: str
    provenance: Provenance
    level: OrganisationLevel = OrganisationLevel.LOCAL
    networks: frozenset[str] = frozenset()
    parent: str = ""
    siret: str = ""
    telephone: str = ""
    email: str = ""
    website: str = ""
    catchment_area: tuple[TerritoryRef, ...] | None = None
    in_charge: tuple[FileInCharge, ...] = ()


@dataclass(frozen=True)
class Directory:
    """All organisations by id, with the questions that follow parents and networks."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)

    def find(self, organisation_id: str) -> Organisation | None:
        """Find an organisation by id."""
        return self.organisations.get(organisation_id)

    def name_of(self, organisation_id: str) -> str:
        """Give the name of an organisation, or its id when it is not in the directory."""
        found = self.organisations.get(organisation_id)
        return found.name if found else organisation_id

    def lineage_of(self, organisation_id: str) -> frozenset[str]:
        """Give what an organisation answers to: its id, its networks, and those of all that it belongs to."""
        names: set[str] = set()
        current = organisation_id
        while current and current not in names:
            names.add(current)
            found = self.organisations.get(current)
            if found is not None:
                names |= found.networks - {found.parent}
            current = found.parent if found else ""
        return frozenset(names)

    def are_one_body(self, first: str, second: str) -> bool:
        """Tell whether two organisations are one for who refers: one belongs to the other, or both to one network.

        A network that is itself an organisation (a national body with its directorates) makes one body of its parts;
        one that only gathers (the Missions locales) does not.
        """
        if first in self.lineage_of(second) or second in self.lineage_of(first):
            return True
        one, other = self.find(first), self.find(second)
        return (
            one is not None and other is not None and not (one.networks & other.networks).isdisjoint(self.organisations)
        )
