"""The classes of distance that a map and its chart share; the limit asked about always parts two of them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from maillage.web.figures.sentences import number_said

NEAR_SHADES = {1: (0,), 2: (0, 2), 3: (0, 1, 2)}


@dataclass(frozen=True)
class Bands:
    """Rising bounds in kilometres, each belonging to the class below it; ``shades`` colours the classes, 0 to 4."""

    bounds: tuple[float, ...]
    shades: tuple[int, ...]

    @classmethod
    def around(cls, km: int) -> Bands:
        """Part the near side in three at most, the far side in two."""
        near = sorted({round(km / 3), round(2 * km / 3), km} - {0})
        return cls((*near, 2 * km), (*NEAR_SHADES[len(near)], 3, 4))

    def place(self, distance_km: float) -> int:
        """Give the class of a distance."""
        return bisect_left(self.bounds, distance_km)

    def labels(self) -> tuple[str, ...]:
        """Say each class: « 5 km ou moins », « de 5 à 10 km », « plus de 30 km »."""
        written = [number_said(bound) for bound in self.bounds]
        between = [_("de %(low)s à %(high)s km") % {"low": low, "high": high} for low, high in pairwise(written)]
        first, last = _("%(km)s km ou moins") % {"km": written[0]}, _("plus de %(km)s km") % {"km": written[-1]}
        return (first, *between, last)
