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
TURNS = 7
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
THEMES = [
    "numerique--acceder-a-des-services-en-ligne",
    "numerique--maitriser-les-fondamentaux-du-numerique",
    "sante--acces-aux-soins",
    "mobilite--preparer-un-permis",
    "se-former--trouver-sa-formation",
]
NETWORKS = ["la-poste", "france-travail", "mission-locale", "ccas-cias"]
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
    "/api/v1/services",
    "/api/v1/services?page=2000",
    "/api/v1/services?search=ecole",
    "/api/v1/services?theme=numerique",
    "/api/v1/services?theme=numerique&page=500",
    "/api/v1/services?theme=sante--acces-aux-soins",
    "/api/v1/services?theme=numerique&network=la-poste",
    "/api/v1/services?theme=numerique&search=ecole",
    "/api/v1/services?theme=numerique&municipality=36018",
    "/api/v1/services?kind=AGENCY",
    "/api/v1/services?network=la-poste",
    "/api/v1/access-points?kind=AGENCY",
    "/api/v1/access-points?network=la-poste",
    "/api/v1/organisations?network=la-poste",
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

    def networks() -> frozenset[str]:
        return frozenset({draw.choice(NETWORKS)})

    organisations = [Organisation(f"bench--{n}", name(), invented, networks=networks()) for n in range(ORGANISATIONS)]
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
            networks=networks(),
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
            place_kinds=places[n % PLACES].kinds,
            networks=networks(),
            themes=frozenset(draw.sample(THEMES, k=2)),
        )
        for n in range(SERVICES)
    ]
    keep_records([*organisations, *places, *services], format_name="bench", at=AT)


def settle() -> None:
    """Have PostgreSQL do now what it does by itself a minute after an import."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def measure() -> None:
    """Ask for each page several times after a first one: by the clock, and in processor time, which neighbours spare."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client()
    print("| page | status | queries | processor, ms | clock, ms | kB |\n|---|---|---|---|---|---|")
    for page in PAGES:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(page)
            queries = len(asked)
        clock, processor = [], []
        for _ in range(TURNS):
            begun, worked = time.perf_counter(), time.process_time()
            response = client.get(page)
            processor.append(1000 * (time.process_time() - worked))
            clock.append(1000 * (time.perf_counter() - begun))
        figures = (
            f"{statistics.median(processor):.0f} | {statistics.median(clock):.0f} | {len(response.content) / 1000:.0f}"
        )
        print(f"| `{page}` | {response.status_code} | {queries} | {figures} |", flush=True)


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
            begun = time.perf_counter()
            fill()
            print(f"Filled in {time.perf_counter() - begun:.1f} s.\n", flush=True)
            settle()
        measure()


if __name__ == "__main__":
    main()
