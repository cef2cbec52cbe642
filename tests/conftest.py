"""What every test may ask for: properties tried at a chosen length, the folder of real data, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import Browser, Page, sync_playwright

from tools.boot import ROOT, find_chromium

# Playwright's synchronous interface runs a loop in the thread of the test, where Django refuses its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The default is short and always the same, so that a failure is the fault of the change at hand.
hypothesis.settings.register_profile("default", max_examples=50, derandomize=True, deadline=None)
hypothesis.settings.register_profile(
    "endurance", max_examples=int(os.environ.get("MAILLAGE_EXAMPLES", "20000")), deadline=None
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# The browser speaks to the pages under test and to nobody else.
QUIET_BROWSER = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data, which is not in the repository."""
    folder = Path(os.environ.get("MAILLAGE_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip(f"no real data in {folder}: set MAILLAGE_SHARED to the folder that holds data/")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser of the system, once."""
    path = find_chromium()
    if path is None:
        pytest.fail("no chromium on this machine: install it, or name it with CHROMIUM=/path/to/it")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET_BROWSER, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """Open a page in a context of its own: no cookie of another test, French, Paris time."""
    context = chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@contextmanager
def journals_open() -> Iterator[None]:
    """Let what follows empty the journals with the rest of the database."""
    from maillage.apps.audit import sealing  # noqa: PLC0415 (the models are loaded by now)

    with sealing.pruning(), connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            yield
            return
        cursor.execute("SET maillage.pruning = 'on'")
        try:
            yield
        finally:  # the connection serves the next tests, for which the journals are closed
            cursor.execute("RESET maillage.pruning")


@pytest.fixture(autouse=True, scope="session")
def _journals_can_be_emptied() -> Iterator[None]:
    """Let the tests that commit empty the journals when they end: everywhere else the database refuses it."""
    empty = TransactionTestCase._fixture_teardown

    def empty_all(case: TransactionTestCase) -> None:
        with journals_open():
            empty(case)

    TransactionTestCase._fixture_teardown = empty_all
    yield
    TransactionTestCase._fixture_teardown = empty
