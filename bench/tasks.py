"""What a process of the bench does: `python -m bench.tasks TASK ASKED FOLDER` answers, and writes TASK.json there."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.asked import Doors
from bench.bounds import bytes_touched, memory_gb_a_second, writing
from bench.brute import Brute
from bench.command import whole_command
from bench.complementarity import complementarity_figures
from bench.crowds import Crowd, crowd
from bench.index import index_figures
from bench.measuring import ROOT, TOP, Asked, timed
from bench.tables import World
from bench.worlds import ON, national_geography, national_offer
from tools.boot import find_postgresql
from tools.postgres import throw_away_cluster

ENGINES = {
    "maillage": ("bench.ours", "Peer"),
    "duckdb": ("bench.peers.duck", "Peer"),
    "duckdb_two_passes": ("bench.peers.duck", "TwoPasses"),
    "polars": ("bench.peers.polars_", "Peer"),
    "plain": ("bench.peers.plain", "Peer"),
}
FIELD_CHECKED = 20


def shared_folder() -> Path:
    """Give the folder of real data."""
    return Path(os.environ.get("MAILLAGE_SHARED") or ROOT.parent / "shared")


def world_of(asked: Asked) -> tuple[World, Crowd]:
    """Invent the offer and the people that were asked for."""
    geography = national_geography(shared_folder())
    offer = national_offer(geography, services=asked.services, agreements=asked.agreements, seed=asked.seed)
    return World(offer, ON), crowd(geography, asked.people, asked.seed + 1)


def portfolio(engine: str, asked: Asked) -> dict[str, Any]:
    """Answer for everybody with one engine."""
    world, people = world_of(asked)
    module, name = ENGINES[engine]
    start = time.perf_counter()
    peer = getattr(importlib.import_module(module), name)(world, people, TOP)
    prepared = time.perf_counter() - start
    found = timed(peer.answer, asked.turns)
    doors = peer.doors()
    return {
        "engine": peer.name,
        "prepare_s": prepared,
        "size": peer.size,
        **found,
        "openings": doors.count,
        "digest": doors.digest(),
    }


def bounds(asked: Asked) -> dict[str, Any]:
    """Measure what the machine allows, and what our answers for everybody weigh."""
    from bench.ours import Peer  # noqa: PLC0415 (compiles)

    bandwidth = memory_gb_a_second()
    peer = Peer(*world_of(asked), TOP)
    peer.answer()
    touched = bytes_touched(peer.columns, peer.found)
    return {"gb_a_second": bandwidth, "bytes_touched": touched, **writing(peer.doors(), Path(sys.argv[3]))}


def command(asked: Asked) -> dict[str, Any]:
    """Run `maillage portfolio` on a file of everybody."""
    folder = Path(sys.argv[3])
    world, people = world_of(asked)
    file = folder / "people.parquet"
    people.write(file)
    return whole_command(asked, world, file, folder, shared_folder() / "data/territoires/communes.csv.gz")


def index(asked: Asked) -> dict[str, Any]:
    """Measure what the index costs, and what follows a change."""
    return {"figures": index_figures(asked, shared_folder(), Path(sys.argv[3]) / "index")}


def complementarity(asked: Asked) -> dict[str, Any]:
    """Measure what mapping the shared and missing offer costs."""
    return {"figures": complementarity_figures(world_of(asked.on(1))[0].offer)}


def effect(asked: Asked) -> dict[str, Any]:
    """Measure what comparing two offers costs, for more and more texts that change."""
    from bench.effect import effect_figures  # noqa: PLC0415 (compiles)

    return {"figures": [told._asdict() for told in effect_figures(*world_of(asked), asked.turns)]}


def brute(asked: Asked) -> dict[str, Any]:
    """Answer for everybody by brute force, the measure of all answers."""
    world, people = world_of(asked)
    kept: list[Doors] = []
    brute_force = Brute(world)
    found = timed(lambda: kept.append(brute_force.answers(people, TOP)), 1)
    return {"engine": "brute force", **found, "openings": kept[0].count, "digest": kept[0].digest()}


def _one_by_one(count: int, one: Callable[[int], object]) -> dict[str, Any]:
    for number in range(count):
        one(number)  # everything is warm: caches, plans, candidates
    milliseconds = np.empty(count)
    for number in range(count):
        start = time.perf_counter()
        one(number)
        milliseconds[number] = (time.perf_counter() - start) * 1e3
    return {"p50_ms": float(np.percentile(milliseconds, 50)), "p99_ms": float(np.percentile(milliseconds, 99))}


def one_person(asked: Asked) -> dict[str, Any]:
    """Answer one person at a time with the index, ten doors and twenty."""
    from bench.ours import Peer  # noqa: PLC0415 (compiles)

    world, people = world_of(asked)
    peer = Peer(world, people, TOP)
    found = {}
    for limit in (TOP, 20):
        questions = peer.questions(asked.people, limit)
        found[str(limit)] = _one_by_one(len(questions), lambda number, of=questions: peer.index.answer(of[number]))
    return {"engine": peer.name, **found, "digest": peer.one_by_one(TOP).digest()}


def one_person_plain(asked: Asked) -> dict[str, Any]:
    """Answer one person at a time in plain Python."""
    from bench.peers.plain import Peer  # noqa: PLC0415

    peer = Peer(*world_of(asked), TOP)
    found = _one_by_one(asked.people, peer.one)
    peer.answer()
    return {"engine": peer.name, **found, "digest": peer.doors().digest()}


def one_person_postgis(asked: Asked) -> dict[str, Any]:
    """Answer one person at a time in PostgreSQL, all three ways, the just-in-time compiler off then on."""
    from bench.peers import postgis  # noqa: PLC0415

    world, people = world_of(asked)
    found: dict[str, Any] = {}
    with throw_away_cluster(_programs()) as address:
        for way in (postgis.Laid, postgis.Deployed, postgis.Spatial):
            start = time.perf_counter()
            peer = way(world, people, TOP, address)
            found[way.name] = {"prepare_s": time.perf_counter() - start, "size": peer.size}
            for jit in ("off", "on"):
                peer.connection.execute(f"set jit = {jit}")
                found[way.name][jit] = _one_by_one(asked.people, peer.one)
            found[way.name]["digest"] = peer.doors().digest()
            peer.connection.close()
    return found


def field(asked: Asked) -> dict[str, Any]:
    """Ask the field's usual query, the just-in-time compiler on (the default) then off; check the first answers."""
    from bench.peers.field import Peer  # noqa: PLC0415

    world, people = world_of(asked)
    with throw_away_cluster(_programs()) as address:
        peer = Peer(world, people, address)
        found: dict[str, Any] = {}
        for on in (True, False):
            peer.set_compiler(on=on)
            found["on" if on else "off"] = _one_by_one(asked.people, peer.one)
        checked = range(min(FIELD_CHECKED, asked.people))
        wrong = [number for number in checked if peer.one(number) != peer.by_brute_force(number)]
        peer.connection.close()
    return {**found, "wrong": wrong}


def _programs() -> Path:
    found = find_postgresql()
    if found is None:
        raise SystemExit("PostgreSQL is not on this machine: make bench installs it.")
    return found


def main() -> int:
    """Do one task, and write what it says beside the others."""
    task, written, folder = sys.argv[1:]
    asked = Asked(**json.loads(written))
    tasks = {
        one.__name__: one
        for one in (
            bounds, brute, command, complementarity, effect, field, index, one_person, one_person_plain, one_person_postgis
        )
    }  # fmt: skip
    words = tasks[task](asked) if task in tasks else portfolio(task, asked)
    (Path(folder) / f"{task}.json").write_text(json.dumps(words), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
