"""The worker that spreads the outbox: notices, e-mails, other systems."""

from __future__ import annotations

import time

import click
from django.utils import timezone

from maillage.apps.notifications.spreading import run_outbox
from maillage.cli.terminal import prepare_database

PAUSE_SECONDS = 5


@click.command()
@click.option("--once", is_flag=True, help="Spread what waits, then end; else go on until interrupted.")
def outbox(*, once: bool) -> None:
    """Spread what must be told: notices in the application, e-mails, webhooks. Several may run at once."""
    prepare_database()
    while True:
        report = run_outbox(at=timezone.now())
        done = report.spread_count + report.email_count + report.delivered_count + report.to_retry_count
        if done or report.given_up_count or once:
            click.echo(
                f"{report.spread_count} messages spread, {report.email_count} e-mails sent, {report.delivered_count} "
                f"deliveries received, {report.to_retry_count} to try again, {report.given_up_count} given up."
            )
        if once:
            return
        time.sleep(PAUSE_SECONDS)
