from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from maillage.apps.accounts import demonstration
from maillage.apps.referrals import demonstration as stories
from tests.web.conftest import load_demonstration


@dataclass
class Watched:
    """A page with all that should not have happened on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def watch(self) -> None:
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))


class Clock:
    """The clock of the site, which a journey moves on: « three weeks later » is then three weeks later."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def advance(self, *, days: int) -> None:
        self.ahead += timedelta(days=days)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Give the clock of the site; whoever was signed in before it is moved signs in again."""
    moved, real = Clock(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + moved.ahead)
    return moved


@pytest.fixture
def site(transactional_db, live_server) -> str:
    load_demonstration()
    return live_server.url


@pytest.fixture(scope="session")
def kept_stories() -> Iterator[sqlite3.Connection]:
    """Give where the database is copied once the stories are told; empty before."""
    kept = sqlite3.connect(":memory:")
    yield kept
    kept.close()


@pytest.fixture
def told(site, kept_stories) -> None:
    """Tell the stories of the demonstration, each step by its use case; the next tests are given a copy of them."""
    connection.ensure_connection()
    if kept_stories.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        kept_stories.backup(connection.connection)
        return
    now = timezone.now()
    demonstration.load(by="demonstration", at=now)
    stories.load(at=now)
    connection.connection.backup(kept_stories)


@pytest.fixture
def visit(chromium: Browser, site) -> Iterator:
    """Open a page of the site in a context of one's own."""
    contexts: list[BrowserContext] = []

    def open_page(address: str, *, width: int = 1280, scripts: bool = True, scheme: str = "light") -> Watched:
        context = chromium.new_context(
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)  # the first page of a busy machine is slow
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.watch()
        watched.page.goto(site + address)
        if scripts:
            watched.page.wait_for_load_state("networkidle")
        return watched

    yield open_page
    for context in contexts:
        context.close()
