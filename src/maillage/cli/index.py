"""`maillage index build` and `maillage index status`."""

from __future__ import annotations

import time
from pathlib import Path

import click
from django.utils import timezone

from maillage.apps.eligibility.keeping import index_folder, is_current
from maillage.apps.eligibility.queries import wanted_on
from maillage.apps.eligibility.use_cases import build_index
from maillage.cli.terminal import prepare_database, who_types
from maillage.engine.storing import IndexDamaged, Manifest, manifests_in, read_arrays

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def index() -> None:
    """The index that the server's processes and `maillage portfolio` open instead of laying the offer out."""


@index.command()
@click.option("--agreements", type=_FOLDER, help="Other agreements than those shipped.")
def build(agreements: Path | None) -> None:
    """Lay today's offer out and keep it on disk: after a large import, or to start processes at once."""
    prepare_database()
    now, start = timezone.now(), time.perf_counter()
    manifest = build_index(by=who_types(), on=timezone.localdate(), at=now, folder=agreements)
    took = time.perf_counter() - start
    click.echo(f"Index written in {took:.1f} s: {manifest.size / 1024**2:,.0f} MiB in {manifest.folder}.")


@index.command()
@click.option("--agreements", type=_FOLDER, help="Other agreements than those shipped.")
def status(agreements: Path | None) -> None:
    """Say whether the index on disk is whole, and of what the database and the texts are now."""
    prepare_database()
    found = manifests_in(index_folder())
    if not found:
        click.echo("No index on disk: processes lay the offer out themselves. Write one: maillage index build.")
        return
    manifest = found[0]
    known_in, _, on = manifest.versions["catalogue"]
    texts = len(manifest.versions["agreements"])
    click.echo(f"{manifest.folder}: {manifest.size / 1024**2:,.0f} MiB, catalogue c{known_in} of {on}, {texts} texts.")
    click.echo(_state_of(manifest, is_now=is_current(manifest, wanted_on(timezone.localdate(), folder=agreements))))


def _state_of(manifest: Manifest, *, is_now: bool) -> str:
    try:
        read_arrays(manifest)
    except IndexDamaged as damage:
        return f"Damaged, and not used: {damage} Write it again: maillage index build."
    if is_now:
        return "Whole, and up to date."
    return (
        "Whole, and older than the database or the texts: a process that opens it reads what came since, or lays all out "
        "anew when that is too much. Write it again: maillage index build."
    )
