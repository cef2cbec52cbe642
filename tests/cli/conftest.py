"""The command, run in the process of the test."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from maillage.cli.main import main


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@pytest.fixture
def maillage(capsys, db):
    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(int(end.value.code), out, err)

    return run
