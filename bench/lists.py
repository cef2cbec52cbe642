"""How long the lists of a large catalogue take: `python -m bench.lists [FOLDER]`, in a database made for it.

A hundred thousand services invented from a seed are imported into a database of their own (SQLite in a new folder, or
the empty one that DATABASE_URL names); pages are then asked for through Django's test client, as a server would.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime

SERVICES, ORGANISATIONS, PLACES = 100_000, 5_000, 20_000
TURNS = 15
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
WORDS = [
    "accueil",
    "écoute",
    "atelier",
    "numérique",
    "emploi",
    "insertion",
    "logement",
    "mobilité",
    "école",
    "santé",
    "œuvre",
    "été",
    "hôtel",
    "garage",
    "solidaire",
    "épicerie",
    "café",
    "permanence",
    "juridique",
    "formation",
    "français",
    "accompagnement",
    "parrainage",
    "jeunes",
    "île",
    "vélo",
    "bilan",
    "Noël",
]
PAGES = (
    "/services/",
    "/services/?page=1000",
    "/services/?page=2000",
    "/services/?q=ecole",
    "/services/?q=Épicerie+solidaire+&page=3",
    "/services/?q=introuvable",
    "/organismes/",
    "/organismes/?q=atelier",
    "/organismes/bench--7/",
    "/lieux/bench--7/",
    "/communes/36018/",
)


def fill() -> None:
    """Invent the catalogue: names of three words, spread over the municipalities of the demonstration."""
    from maillage.apps.catalogue.use_cases import keep_records  # noqa: PLC0415 (needs the settings)
    from maillage.apps.territories import demonstration, queries  # noqa: PLC0415
    from maillage.domain.access_points import AccessPoint, PlaceKind  # noqa: PLC0415
    from maillage.domain.organisations import Organisation  # noqa: PLC0415
    from maillage.domain.services import Service  # noqa: PLC0415
    from maillage.domain.shared import Provenance  # noqa: PLC0415

    demonstration.load(by="bench", at=AT)
    homes = sorted(queries.geography().municipalities.values(), key=lambda one: one.code)
    draw = random.Random(20261122)  # noqa: S311 (a catalogue, not a secret)
    invented = Provenance("bench", is_demonstration=True)

    def name() -> str:
        return " ".join(draw.choices(WORDS, k=3)).capitalize()

    organisations = [Organisation(f"bench--{n}", name(), invented) for n in range(ORGANISATIONS)]
    kinds = sorted(PlaceKind, key=lambda kind: kind.value)
    places = [
        AccessPoint(
            f"bench--{n}",
            name(),
            frozenset({draw.choice(kinds)}),
            f"bench--{n % ORGANISATIONS}",
            home.code,
            home.point,
            invented,
        )
        for n in range(PLACES)
        for home in [draw.choice(homes)]
    ]
    services = [
        Service(
            f"bench--{n}",
            name(),
            f"bench--{n % ORGANISATIONS}",
            invented,
            location=places[n % PLACES].id,
            point=places[n % PLACES].point,
            municipality=places[n % PLACES].municipality,
            description="Un service inventé pour mesurer. " * 6,
            themes=frozenset({"numerique", "se-former"}),
        )
        for n in range(SERVICES)
    ]
    keep_records([*organisations, *places, *services], format_name="bench", at=AT)


def measure() -> None:
    """Ask for each page several times; the first time, which reads what stays in memory, is said apart."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client()
    print("| page | status | queries | first, ms | median, ms | slowest, ms | kB |\n|---|---|---|---|---|---|---|")
    for page in PAGES:
        times, response = [], client.head(page)
        for _ in range(TURNS + 1):
            begun = time.perf_counter()
            response = client.get(page)
            times.append(1000 * (time.perf_counter() - begun))
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        first, *others = times
        figures = (
            f"{first:.0f} | {statistics.median(others):.0f} | {max(others):.0f} | {len(response.content) / 1000:.0f}"
        )
        print(f"| `{page}` | {response.status_code} | {len(asked)} | {figures} |")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        os.environ["MAILLAGE_HOME"] = sys.argv[1] if len(sys.argv) > 1 else folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.config.settings"
        import django  # noqa: PLC0415
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.ALLOWED_HOSTS.append("testserver")
        call_command("migrate", verbosity=0)
        from maillage.apps.catalogue.queries import sequence  # noqa: PLC0415

        if not sequence():
            fill()
        measure()


if __name__ == "__main__":
    main()
