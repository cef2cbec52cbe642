"""`maillage demo` and `maillage serve`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from maillage.apps.accounts import demonstration as accounts
from maillage.apps.catalogue import demonstration as places
from maillage.apps.notifications.use_cases import hold_as_told
from maillage.apps.observatory import demonstration as rates
from maillage.apps.referrals import demonstration as referrals
from maillage.apps.territories import demonstration
from maillage.cli.serving import collect_static_files, read_port, serve_until_stopped
from maillage.cli.terminal import nobody_else, prepare_database
from maillage.engine.warming import warm_kernels

PUBLISHED_BY = "demonstration"
ENDING_SECONDS = 15
EXAMPLES = (
    (
        "Haguenau, 20 years old, registered, on 1 March 2022",
        "portes/?municipality=67180&age=20&registered=yes&on=2022-03-01",
    ),
    ("Le Blanc, on 15 October 2024, in the Indre experiment", "portes/?municipality=36018&age=35&on=2024-10-15"),
    ("Le Blanc today: agreements that lapsed show as closed", "portes/?municipality=36018&age=35"),
)


@click.command()
@click.option("--no-serve", is_flag=True, help="Load the demonstration and stop there.")
def demo(*, no_serve: bool) -> None:
    """Load the demonstration where nothing is loaded, then serve it on this machine (PORT, 8000 by default)."""
    port = None if no_serve else read_port()
    prepare_database()
    with nobody_else():
        load_demonstration()
    if port is not None:
        with telling(port):
            start(port)


@click.command()
def serve() -> None:
    """Serve what is loaded on this machine (PORT, 8000 by default)."""
    port = read_port()
    prepare_database()
    start(port)


def load_demonstration() -> None:
    """Load the territories, then the places and agreements of the contexts that bring some."""
    now = timezone.now()
    if demonstration.is_loaded():
        click.echo("Territories are already loaded: they are kept as they are.")
    else:
        reports = demonstration.load(by=PUBLISHED_BY, at=now)
        count = sum(report.kept for report in reports if report.format == "territories")
        click.echo(f"Loaded {count} municipalities: the Indre, and Haguenau-Wissembourg.")
    places.load(by=PUBLISHED_BY, at=now)
    rates.load(by=PUBLISHED_BY, at=now)
    accounts.load(by=PUBLISHED_BY, at=now)
    sent = referrals.load(at=now)
    if sent:
        hold_as_told(by=PUBLISHED_BY, at=now)
        click.echo(f"Told {sent} invented stories: who was sent where, and what became of it.")


@contextmanager
def telling(port: int) -> Iterator[None]:
    """Spread what must be told while the demonstration is served; e-mails are files, unless the operator sends them.

    The worker ends with this process, even when it is killed.
    """
    folder = Path(settings.MAILLAGE_HOME) / "e-mails"
    told = {"MAILLAGE_EMAIL": f"file:{folder}", "MAILLAGE_ADDRESS": f"http://127.0.0.1:{port}", **os.environ}
    command = [str(Path(sys.executable).with_name("maillage")), "outbox", "--parent", str(os.getpid())]
    worker = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    click.echo(f"\nE-mails are written in {folder}")
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:  # a receiver that does not answer: what was begun is tried again another time
            worker.kill()
            worker.wait()


def start(port: int) -> None:
    """Collect the static files, prepare the engine, say what to try, and serve."""
    collect_static_files()
    warm_kernels()
    click.echo(what_to_try(port))
    serve_until_stopped(port)
    click.echo("Stopped.")


def what_to_try(port: int) -> str:
    """Say where the site is and what to look at first."""
    site = f"http://127.0.0.1:{port}/"
    lines = [f"\nMaillage answers on {site}", "", "To try:"]
    for sentence, question in EXAMPLES:
        lines += [f"  {sentence}", f"    {site}{question}"]
    return "\n".join([*lines, *who_can_sign_in(f"{site}connexion/"), "", "Ctrl-C ends it."])


def who_can_sign_in(address: str) -> list[str]:
    """List the accounts of the demonstration; nothing where they are not, which is any operator's database."""
    if not accounts.is_loaded():
        return []
    lines = [
        f"\nTo sign in ({address}), everybody has the passphrase « {accounts.passphrase()} ».",
        "The page that asks for the code shows it, for these invented accounts only:",
    ]
    for one in accounts.ACCOUNTS:
        held = "; ".join(
            f"{role.value} at {organisation}{f', {site}' if site else ''}"
            for role, organisation, site, _ in one.memberships
        )
        lines.append(f"  {one.email:<34} {held}")
    return lines
