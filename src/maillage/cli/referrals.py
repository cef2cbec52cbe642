"""`maillage clock` and `maillage referrals`."""

from __future__ import annotations

import csv
import sys

import click
from django.utils import timezone

from maillage.apps.referrals.queries import stored_states_that_differ
from maillage.apps.referrals.use_cases.clock import run_clock
from maillage.cli.facts import day_of
from maillage.cli.terminal import prepare_database
from maillage.domain.referrals import Move, UptakeState, refusal_of_move
from maillage.domain.referrals.drawing import diagram
from maillage.domain.referrals.moves import LEADS_TO, steps_of

DIFFERENT = 1


@click.command()
def clock() -> None:
    """Do what time does to referrals: expire what nobody answered, remind, keep the places that came free.

    Run it once a day or more often: what was done is not done again.
    """
    prepare_database()
    report = run_clock(at=timezone.now())
    click.echo(
        f"{report.expired_count} expired, {report.reminded_count} reminded, {report.placed_count} places kept for those "
        f"who waited, {report.returned_count} returned to their team, {report.skipped_count} left to whoever acted on them at the same moment."
    )


@click.group()
def referrals() -> None:
    """Check referrals, and print how they go from state to state."""


@referrals.command()
@click.option("--since", help="Look only at what changed from that day on, YYYY-MM-DD; at all of it when absent.")
def check(since: str | None) -> None:
    """Compare the state of every uptake with what its events amount to; leaves with status 1 when one differs."""
    prepare_database()
    found = stored_states_that_differ(since=day_of(since) if since else None)
    for uptake in found:
        click.echo(f"{uptake}: the stored state is not what the events amount to")
    if found:
        sys.exit(DIFFERENT)
    click.echo("Every stored state is what its events amount to.")


@referrals.command()
@click.option("--diagram", "as_diagram", is_flag=True, help="As a state diagram (Mermaid) instead of a table.")
def transitions(*, as_diagram: bool) -> None:
    """Print what every move does in every state: CSV, a line a pair, with the sentence where it is refused."""
    if as_diagram:
        click.echo(diagram())
        return
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("from", "move", "to", "events", "refusal_fr", "refusal_en"))
    for state in UptakeState:
        for move in Move:
            refused = refusal_of_move(state, move)
            if refused is not None:
                rows.writerow((state.value, move.value, "", "", refused.sentence_fr, refused.sentence_en))
                continue
            steps = " ".join(step.value for step in steps_of(state, move))
            rows.writerow((state.value, move.value, LEADS_TO.get(move, state).value, steps, "", ""))
