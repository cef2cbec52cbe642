"""`maillage agreement show|check|at|effect`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from django.utils import timezone

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue.queries import find_organisation
from maillage.cli.effect import effect_command
from maillage.cli.facts import day_of
from maillage.cli.terminal import prepare_database
from maillage.domain.agreements import (
    Agreement,
    AgreementSet,
    Article,
    Clause,
    Force,
    consolidated,
    force_of,
    term_of,
    version_of,
)
from maillage.domain.shared import MaillageError
from maillage.engine.checking import Severity, check

PROBLEMS = 1
_folder = click.option(
    "--agreements", "folder", type=click.Path(path_type=Path, file_okay=False), help="Another folder."
)


class AgreementNotFound(MaillageError):
    """No agreement of that id is in the folder."""


@click.group()
def agreement() -> None:
    """Read agreements and check them."""


agreement.add_command(effect_command)


@agreement.command()
@click.argument("agreement_id", metavar="[ID]", required=False)
@_folder
def show(agreement_id: str | None, folder: Path | None) -> None:
    """List the agreements with their state today, or show one as it reads today."""
    known = agreements_in(folder).agreements
    today = timezone.localdate()
    if agreement_id is None:
        click.echo("\n".join(in_a_line(one, known, on=today) for one in known))
    else:
        found = find(known, agreement_id)
        prepare_database()
        click.echo("\n".join([in_full(found, known, on=today), *in_charge_of(found, on=today)]))


@agreement.command("at")
@click.argument("day", metavar="DATE")
@click.argument("agreement_id", metavar="[ID]", required=False)
@_folder
def at_day(day: str, agreement_id: str | None, folder: Path | None) -> None:
    """Read agreements as they stood on DATE: amendments replayed, in force or not."""
    known = agreements_in(folder).agreements
    on = day_of(day)
    chosen = [find(known, agreement_id)] if agreement_id else list(known)
    click.echo("\n\n".join(in_full(one, known, on=on) for one in chosen))


@agreement.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.pass_context
def check_command(context: click.Context, folder: Path | None) -> None:
    """Find mistakes, contradictions, shadowed and unreachable rules; status 1 when one is an error."""
    target = folder.parent if folder is not None and folder.is_file() else folder
    known = agreements_in(target).agreements
    remarks = check(known, on=timezone.localdate(), service_ids=None)
    for remark in remarks:
        click.echo(f"{remark.severity.value} {remark.agreement} {remark.article} {remark.clause}: {remark.sentence}")
    count = len(list(known))
    click.echo(f"{count} agreement{'s' if count > 1 else ''} read, {len(remarks)} remarks.")
    context.exit(PROBLEMS if any(remark.severity is Severity.ERROR for remark in remarks) else 0)


def find(known: AgreementSet, agreement_id: str) -> Agreement:
    """Find one agreement, or say which there are."""
    found = known.find(agreement_id)
    if found is None:
        raise AgreementNotFound(f"No agreement {agreement_id} here; there are {', '.join(one.id for one in known)}.")
    return found


def in_charge_of(one: Agreement, *, on: date) -> list[str]:
    """Say who is in charge of which file in each party, as anybody may see it: the function and a shared address."""
    found = [find_organisation(party.organisation, on=on) for party in one.parties]
    files = [
        f"  {organisation.name}: {file.file}, {', '.join(filter(None, (file.function, file.shared_address)))}"
        for organisation in found
        if organisation is not None
        for file in (each.for_public() for each in organisation.in_charge)
    ]
    return ["", "In charge, by file:", *files] if files else []


def in_a_line(one: Agreement, known: AgreementSet, *, on: date) -> str:
    """Say an agreement and its state on a day."""
    return f"{one.id:45} {force_of(one, known, on=on).value:24} {version_of(one, on=on)}  {one.title}"


def in_full(one: Agreement, known: AgreementSet, *, on: date) -> str:
    """Write an agreement as it stands on a day, article by article."""
    current = consolidated(one, on=on)
    term = term_of(current)
    end = f"until {term.last_day} included" if term.last_day else "no end stated"
    state = force_of(one, known, on=on)
    lines = [
        current.title,
        f"{current.id}, version {version_of(one, on=on)}",
        f"On {on}: {'in force' if state is Force.IN_FORCE else state.value}; from {term.start or 'no day stated'}, {end}.",
        *(f"Party: {party.organisation}{_signed(party.signatories)}" for party in current.parties),
    ]
    return "\n".join([*lines, *(line for article in current.articles for line in _article_lines(article))])


def _signed(signatories: tuple[object, ...]) -> str:
    names = [f"{getattr(one, 'name', '')} ({getattr(one, 'function', '')})" for one in signatories]
    return f", signed by {', '.join(names)}" if names else ""


def _article_lines(article: Article) -> list[str]:
    number = f"Article {article.number}" if article.is_numbered_by_source else f"Passage {article.number} (our number)"
    return ["", f"{number}. {article.title}", f"  {article.text}", *(_clause_line(one) for one in article.clauses)]


def _clause_line(clause: Clause) -> str:
    return f"  - {clause.kind.value}: {clause.id} (line {clause.line})"
