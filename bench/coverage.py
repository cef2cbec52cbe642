"""How long distances to the nearest place take: `python -m bench.coverage`, on whatever is loaded (MAILLAGE_HOME).

The figures of docs/benchmarks.md are those of the national files: `maillage import communes`, `france-services`,
`laposte-points`, `france-travail-agences`.
"""

from __future__ import annotations

import os
import statistics
import time

ASKED = (
    ("france", "AGENCY"),
    ("france", "POST_OFFICE"),
    ("departement:36", "AGENCY"),
    ("departement:36", "POST_OFFICE"),
    ("departement:62", "POST_OFFICE"),
)
TURNS = 5


def main() -> None:
    """Measure each question and print its median."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    import django  # noqa: PLC0415 (the settings are named first)

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from maillage.apps.observatory.queries import places_counted  # noqa: PLC0415
    from maillage.apps.territories.queries import geography  # noqa: PLC0415
    from maillage.domain.coverage import PlaceChoice  # noqa: PLC0415
    from maillage.domain.territories import TerritoryRef  # noqa: PLC0415
    from maillage.engine.coverage import covered, measure  # noqa: PLC0415

    for notation, kind in ASKED:
        territory = TerritoryRef.parse(notation)
        members = geography().members(territory)
        places = [one.point for one in places_counted([PlaceChoice(kind)], on=timezone.localdate()) if one.point]
        taken = []
        for _turn in range(TURNS):
            begun = time.perf_counter()
            covered(measure(members, places), territory, "", 15)
            taken.append(time.perf_counter() - begun)
        print(
            f"{notation} {kind}: {len(members):,} municipalities x {len(places):,} places, "
            f"{statistics.median(taken) * 1000:.0f} ms"
        )


if __name__ == "__main__":
    main()
