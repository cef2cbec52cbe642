"""The command itself, from end to end: a national catalogue imported, a Parquet file of people read, openings written."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measuring import ROOT, TOP, Asked
from bench.tables import World
from bench.worlds import ON

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
PLACES = (20, 180)
"""How few and how many places a service is given."""
PROGRAM = ("from maillage.cli.main import main; main()",)


def whole_command(asked: Asked, world: World, people: Path, folder: Path, municipalities: Path) -> dict[str, Any]:
    """Import the world in a database of its own; run `maillage portfolio` as it is, with the index on disk, then within places."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    os.environ.update(MAILLAGE_HOME=str(home), DATABASE_URL="", DJANGO_SETTINGS_MODULE="maillage.config.settings")
    _run("import", "communes", str(municipalities))
    start = time.perf_counter()
    _keep(world)
    imported = time.perf_counter() - start
    output = folder / "openings.parquet"
    ask = ("portfolio", str(people), "-o", str(output), "--top", str(TOP), "--on", ON.isoformat())
    bare, built, kept = _run(*ask), _run("index", "build"), _run(*ask)
    places = folder / "places.csv"
    _write_places(world, places, asked.seed)
    proposed = _run(
        *ask[:3], str(folder / "proposal.parquet"), "--on", ON.isoformat(), "--within-capacity", str(places)
    )
    return {
        "services_kept_s": imported,
        "people": asked.people,
        "bare": bare,
        "built": built,
        "kept": kept,
        "proposed": proposed,
        "input_mib": people.stat().st_size / 1024**2,
        "output_mib": output.stat().st_size / 1024**2,
    }


def _write_places(world: World, file: Path, seed: int) -> None:
    """Give places to every other service: five million for six million people, were all as large as the middle one."""
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    lines = (f"{one.id},{chance.randint(*PLACES)},," for one in world.offer.services[::2])
    file.write_text("\n".join(["service,places,from,until", *lines]) + "\n", encoding="utf-8")


def _keep(world: World) -> None:
    import django  # noqa: PLC0415 (the settings are named first)

    django.setup()
    from maillage.apps.catalogue.use_cases import keep_records  # noqa: PLC0415
    from maillage.domain.organisations import Organisation  # noqa: PLC0415

    services = world.offer.services
    names = dict.fromkeys(one.organisation for one in services)
    organisations = [Organisation(name, name, services[0].provenance) for name in names]
    keep_records([*organisations, *services], format_name="bench", at=AT)


def _run(*arguments: str) -> dict[str, float]:
    """Run the command as from a terminal; the clock, its processor and its peak memory."""
    start = time.perf_counter()
    child = subprocess.Popen(  # noqa: S603 (ourselves)
        [sys.executable, "-c", *PROGRAM, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"maillage {' '.join(arguments)} stopped with status {child.returncode}")
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_gib": usage.ru_maxrss / 1024**2,
    }
