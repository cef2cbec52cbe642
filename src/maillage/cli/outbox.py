"""The worker that spreads the outbox: notices, e-mails, other systems."""

from __future__ import annotations

import os

import click
from django.utils import timezone

from maillage.apps.notifications.spreading import run_outbox
from maillage.cli.interruptions import told_to_stop
from maillage.cli.terminal import prepare_database

PAUSE_SECONDS = 5


@click.command()
@click.option("--once", is_flag=True, help="Spread what waits, then end; else go on until interrupted or told to stop.")
@click.option("--parent", type=int, help="End when the process of this number, which started this one, has ended.")
def outbox(*, once: bool, parent: int | None) -> None:
    """Spread what must be told: notices in the application, e-mails, webhooks. Several may run at once."""
    with told_to_stop() as stop:
        prepare_database()
        while not (stop.is_set() or is_orphan_of(parent)):
            report = run_outbox(at=timezone.now())
            done = report.spread_count + report.email_count + report.delivered_count + report.to_retry_count
            if done or report.given_up_count or once:
                click.echo(
                    f"{report.spread_count} messages spread, {report.email_count} e-mails sent, "
                    f"{report.delivered_count} deliveries received, {report.to_retry_count} to try again, "
                    f"{report.given_up_count} given up."
                )
            if once:
                return
            stop.wait(PAUSE_SECONDS)


def is_orphan_of(parent: int | None) -> bool:
    """Tell whether the process that started this one has ended, however it did: another has taken its place."""
    return parent is not None and os.getppid() != parent
