"""What an opening says of its service beside the id: kept beside an index, so that no record is read to write openings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from maillage.domain.eligibility import Basis
from maillage.domain.services import Service
from maillage.engine.kernels import Bytes, Ints

BASES = tuple(basis.value for basis in Basis)


class Signs(NamedTuple):
    """What openings say of the services, by their places; what stands at a vacant one is said of nothing.

    ``own`` uint8: the basis of each without a clause, by its place in ``BASES``. ``locations``: where each is delivered.
    """

    own: Bytes
    locations: tuple[str | None, ...]


def signs_of(services: Iterable[Service]) -> Signs:
    """Gather what openings say of some services."""
    found = [(BASES.index(one.own_basis.value), one.location) for one in services]
    return Signs(np.array([own for own, _ in found], np.uint8), tuple(location for _, location in found))


def signs_after(signs: Signs, places: Ints, services: Sequence[Service]) -> Signs:
    """Give what is said once other services stand at some places."""
    own, locations, fresh = signs.own.copy(), list(signs.locations), signs_of(services)
    own[places] = fresh.own
    for place, location in zip(places.tolist(), fresh.locations, strict=True):
        locations[place] = location
    return Signs(own, tuple(locations))
