"""An interruption ends a command with a sentence, whatever a library makes of it on the way."""

from __future__ import annotations

import signal
import time
import weakref

import pytest
from django.db import DatabaseError

from maillage.cli import interruptions, main
from maillage.cli.terminal import DatabaseNotReady
from tests.cli.conftest import heard_again


def cut_short():
    """Fail as a connection does when a statement is cut short by an interruption."""
    try:
        try:
            raise KeyboardInterrupt
        finally:
            raise DatabaseError("the connection is closed")
    except DatabaseError as failure:
        raise DatabaseNotReady("The database does not answer.") from failure


def swallowed():
    """Be interrupted in the finaliser of an object, where Python prints the interruption and goes on."""

    def interrupt():
        signal.raise_signal(signal.SIGINT)

    class Rubbish:
        pass

    rubbish = Rubbish()
    weakref.finalize(rubbish, interrupt)
    del rubbish
    time.sleep(5)


def refused():
    raise DatabaseError("the connection is closed\nand more")


def unforeseen():
    raise ZeroDivisionError


@pytest.fixture
def ended(monkeypatch, capsys):
    """Run the command with a body in the place of its commands; give its status and what it said."""

    def run(body):
        class Group:
            main = staticmethod(lambda **_: body())

        monkeypatch.setattr(main, "command_group", Group)
        with pytest.raises(SystemExit) as end:
            main.main([])
        return end.value.code, capsys.readouterr().err

    with heard_again():
        yield run


def test_a_failure_that_an_interruption_caused_is_told_as_an_interruption(ended):
    status, said = ended(cut_short)

    assert status == interruptions.STATUS
    assert said.strip() == "Interrupted: nothing that was under way is kept."


def test_an_interruption_that_python_would_lose_is_heard(ended):
    status, said = ended(swallowed)

    assert status == interruptions.STATUS
    assert said.strip() == "Interrupted: nothing that was under way is kept."


def test_a_failure_of_its_own_is_told_as_one(ended):
    assert ended(refused) == (main.MISTAKE, "maillage: the database refused: the connection is closed\n")


def test_a_failure_that_nobody_foresaw_is_not_hidden(ended):
    with pytest.raises(ZeroDivisionError):
        ended(unforeseen)


def test_a_command_that_has_ended_no_longer_hears_an_interruption(ended):
    ended(lambda: 0)

    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
