"""Two processes at the same work at the same time: both end well, and it is done once."""

from __future__ import annotations

import subprocess

from tests.robustness.conftest import NEWCOMERS
from tests.robustness.test_crashes import driven


def at_once(environment, *commands):
    """Run commands at the same time; give the status and the texts of each."""
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        for command in commands
    ]
    texts = [one.communicate(timeout=120) for one in running]
    return [(one.returncode, *found) for one, found in zip(running, texts, strict=True)]


def test_two_imports_of_one_file_keep_it_once(surroundings, maillage, sites):
    command = [maillage, "import", "france-travail-agences", str(sites)]

    both = at_once(surroundings, command, command)

    assert [(status, err) for status, _, err in both] == [(0, ""), (0, "")]
    said = sorted(out.splitlines()[1] for _, out, _ in both)
    assert said == [
        f"Records: 0 added, 0 changed, {NEWCOMERS} as they were, 0 closed.",
        f"Records: {NEWCOMERS} added, 0 changed, 0 as they were, 0 closed.",
    ]


def test_two_files_at_once_are_both_kept(surroundings, maillage, sites, communes):
    both = at_once(
        surroundings,
        [maillage, "import", "france-travail-agences", str(sites)],
        [maillage, "import", "communes", str(communes)],
    )

    assert [(status, err) for status, _, err in both] == [(0, ""), (0, "")]
    assert [
        f"{count} kept, 0 rejected" in out for count, (_, out, _) in zip((str(NEWCOMERS), "299"), both, strict=True)
    ] == [
        True,
        True,
    ]


def test_two_who_ask_the_same_are_remembered_once(surroundings):
    (found,) = driven(surroundings, "remembered")

    assert found == [0, 0, 5, 5]
