"""What is known of the partners' offer on a day: organisations, access points and services, with its version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maillage.domain.access_points import AccessPoint
from maillage.domain.organisations import Directory
from maillage.domain.services import Service


@dataclass(frozen=True)
class Catalogue:
    """The offer as it is to be read on one day.

    ``version`` names the state of knowledge it was read from, so that an answer can be given again; ``services`` are
    in the order of their ids, one version of each record.
    """

    services: tuple[Service, ...] = ()
    access_points: Mapping[str, AccessPoint] = field(default_factory=dict)
    directory: Directory = field(default_factory=Directory)
    version: str = ""
