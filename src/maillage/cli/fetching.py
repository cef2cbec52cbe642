"""`maillage fetch [NAME...]`."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from maillage.apps.imports.fetching import FetchFailed, fetch_file
from maillage.apps.imports.sources import Source, read_sources, source_of
from maillage.cli.importing import import_and_tell
from maillage.cli.terminal import Progress, prepare_database, who_types

NOT_ALL = 2


@click.command()
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="List the sources and their addresses; fetch nothing.")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder to keep the files in.")
@click.option("--import", "then_import", is_flag=True, help="Import each file once it is there.")
@click.pass_context
def fetch(
    context: click.Context, names: tuple[str, ...], *, only_list: bool, folder: Path | None, then_import: bool
) -> None:
    """Download the publishers' files named; nothing is ever fetched without this command."""
    sources = read_sources(settings.MAILLAGE_SOURCES)
    if only_list or not names:
        click.echo("\n".join(told(source) for source in sources.values()))
        return
    wanted = [source_of(sources, name) for name in dict.fromkeys(names)]
    prepare_database()
    target = folder or settings.MAILLAGE_HOME / "files"
    fetched = [one for one in wanted if fetch_one(one, target, then_import=then_import)]
    context.exit(0 if len(fetched) == len(wanted) else NOT_ALL)


def fetch_one(source: Source, folder: Path, *, then_import: bool) -> bool:
    """Fetch one file and say how to import it, or say why it could not be; tell whether it is there."""
    progress = Progress(source.name)
    try:
        file = fetch_file(by=who_types(), source=source, folder=folder, at=timezone.now(), progress=progress)
    except FetchFailed as failure:
        progress.end()
        click.echo(f"maillage: {failure}", err=True)
        return False
    progress.end()
    click.echo(f"{source.name}: {file.stat().st_size:,} bytes in {file}")
    if then_import:
        import_and_tell(source.format, file)
    else:
        click.echo(f"To load it: maillage import {source.format} {file}")
    return True


def told(source: Source) -> str:
    """Describe a source in a few lines."""
    state = "verified" if source.verified else "not verified"
    address = f"{source.address} ({state})" if source.address else "address not known: set it in MAILLAGE_SOURCES"
    return f"{source.name}: {source.publisher}; {source.licence}\n  {address}\n  {source.page}"
