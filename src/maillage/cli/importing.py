"""`maillage import FORMAT FILE`."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from django.utils import timezone

from maillage.apps.imports.formats import format_names
from maillage.apps.imports.use_cases import ImportReport, import_file
from maillage.cli.terminal import Progress, prepare_database, who_types

REJECTED_SHOWN = 20
ALL_REJECTED = 1


@click.command("import", epilog=f"Formats: {', '.join(format_names())}.")
@click.argument("format_name", metavar="FORMAT")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what the file would change, and change nothing.")
@click.option("--rejected", type=click.Path(path_type=Path, dir_okay=False), help="Write all rejected lines there.")
@click.pass_context
def import_command(
    context: click.Context, format_name: str, file: Path, *, dry_run: bool, rejected: Path | None
) -> None:
    """Load FILE (.gz or not) in a known FORMAT: every line is in, or listed with the reason why it is not."""
    prepare_database()
    report = import_and_tell(format_name, file, dry_run=dry_run)
    if rejected is not None:
        write_rejected(report, rejected)
    context.exit(0 if report.kept else ALL_REJECTED)


def import_and_tell(format_name: str, file: Path, *, dry_run: bool = False) -> ImportReport:
    """Import one file, show the progress, print the report."""
    progress = Progress(file.name)
    try:
        report = import_file(
            by=who_types(),
            format_name=format_name,
            path=file,
            at=timezone.now(),
            dry_run=dry_run,
            progress=progress,
        )
    finally:
        progress.end()
    click.echo(in_words(report))
    return report


def in_words(report: ImportReport) -> str:
    """Tell what became of a file."""
    lines = [
        (
            f"{report.file}, format {report.format}: {report.read:,} lines read, {report.kept:,} kept, "
            f"{len(report.rejected):,} rejected."
        ),
        (
            f"Records: {report.added:,} added, {report.changed:,} changed, {report.unchanged:,} as they were, "
            f"{report.closed:,} closed."
        ),
    ]
    if report.rejected:
        lines.append("Rejected lines:")
        lines += [f"  line {one.line}: {one.reason}" for one in report.rejected[:REJECTED_SHOWN]]
    if len(report.rejected) > REJECTED_SHOWN:
        lines.append(f"  and {len(report.rejected) - REJECTED_SHOWN:,} more: --rejected FILE writes them all.")
    lines += [f"Note: {warning}" for warning in report.warnings]
    if report.is_dry_run:
        lines.append("This was a dry run: nothing was changed.")
    return "\n".join(lines)


def write_rejected(report: ImportReport, file: Path) -> None:
    """Write every rejected line with its reason, as CSV."""
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("line", "reason"))
            writer.writerows((one.line, one.reason) for one in report.rejected)
    except OSError as failure:
        raise click.FileError(str(file), hint=failure.strerror) from failure
    click.echo(f"The rejected lines are in {file}.")
