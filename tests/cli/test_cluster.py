"""`maillage portfolio --engine spark`: the rows of one machine, and clear words when a cluster cannot be had."""

from __future__ import annotations

import os
import stat

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maillage.cli import cluster
from tests.cli.test_openings import demonstration

__all__ = ["demonstration"]

DEPARTMENTS = {"36018": 60, "36088": 40, "67180": 80, "67544": 20}
MASTER = "local-cluster[2,1,1024]"


@pytest.fixture
def people(tmp_path):
    """Write people of two departments, with needs or not, a fact out of bounds and a code that is not a municipality."""
    rows = [
        {"id": f"p{number:04}", "municipality": code, "age": 16 + number % 50, "themes": ("", "numerique")[number % 2]}
        for code, count in DEPARTMENTS.items()
        for number in range(1000 * int(code[:2]) + len(code), 1000 * int(code[:2]) + len(code) + count)
    ]
    table = pl.DataFrame(rows).with_columns(id=pl.format("{}-{}", "id", "municipality"))
    wrong = pl.DataFrame({"id": ["w1", "w2"], "municipality": ["99999", "36018"], "age": [20, 999], "themes": ["", ""]})
    file = tmp_path / "people.parquet"
    pl.concat([table, wrong]).write_parquet(file)
    return file


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Put a program in the place of Java, which says a version."""

    def say(words, status=0):
        program = tmp_path / "jdk" / "bin" / "java"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit {status}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))

    return say


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 0, 17),
        ('java version "1.8.0_391"', 0, 8),
        ('openjdk version "21" 2023-09-19', 0, 21),
        ("not a version", 0, None),
        ('openjdk version "17.0.15"', 1, None),
    ],
    ids=["17", "8", "21", "unreadable", "failing"],
)
def test_the_version_of_java_is_read(words, status, expected, java):
    java(words, status)

    assert cluster.java_version() == expected


def test_no_java_is_no_version(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(cluster.shutil, "which", lambda _name: None)

    assert cluster.java_version() is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (None, "Java is not found, and Spark runs on it. Install Java 17 or later"),
        (11, "Java 11 is too old for Spark: 17 or later is needed."),
    ],
)
def test_a_java_that_does_not_do_is_told(version, expected, monkeypatch):
    monkeypatch.setattr(cluster, "find_spec", lambda name: name)
    monkeypatch.setattr(cluster, "java_version", lambda: version)

    with pytest.raises(cluster.ClusterImpossible, match=expected):
        cluster.require_spark()


def test_without_pyspark_the_command_says_what_to_install(maillage, people, monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "find_spec", lambda _name: None)

    said = maillage("portfolio", people, "-o", tmp_path / "out.parquet", "--engine", "spark")

    assert said.status == 2
    assert "pip install 'maillage[spark]'" in said.err


@pytest.mark.parametrize(
    ("file", "output", "options", "expected"),
    [
        ("people.csv", "out.parquet", (), "a cluster reads Parquet"),
        ("absent.parquet", "out.parquet", (), "a cluster reads Parquet"),
        ("people.parquet", "out.csv", (), "a cluster writes a folder of Parquet files"),
        ("people.parquet", "there.parquet", (), "exists already"),
        ("people.parquet", "out.parquet", ("--within-capacity", "places.csv"), "on one machine"),
    ],
)
def test_what_a_cluster_cannot_do_is_refused_first(
    file, output, options, expected, maillage, people, monkeypatch, tmp_path
):
    monkeypatch.setattr(cluster, "require_spark", lambda: None)
    (tmp_path / "people.csv").write_text("id,municipality\nA,36018\n")
    (tmp_path / "there.parquet").mkdir()

    said = maillage("portfolio", tmp_path / file, "-o", tmp_path / output, "--engine", "spark", *options)

    assert (said.status, expected in said.err) == (2, True)


def test_everybody_is_accounted_for_in_words(tmp_path):
    first = tuple((f"p{number}", "no municipality") for number in range(20))
    summary = cluster.ClusterSummary(1000, 5000, 21, first)

    lines = cluster.in_words(summary, tmp_path).splitlines()

    assert lines[0] == "1,000 people answered, 21 left out."
    assert lines[1] == "  p0: no municipality"
    assert lines[-2:] == ["  and 1 more", f"5,000 openings, written in {tmp_path}."]


# On a real cluster of this machine: two executors, each a process of its own


@pytest.fixture
def spark(monkeypatch):
    """Have PySpark at hand as `make spark` installs it, for this process and for those of the executors."""
    folder = os.environ.get("MAILLAGE_SPARK")
    if not folder:
        pytest.skip("make spark installs PySpark, then runs this")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", folder)


@pytest.mark.spark
@pytest.mark.filterwarnings("default")  # those of PySpark are its own
def test_a_cluster_gives_the_rows_of_one_machine(maillage, demonstration, spark, people, tmp_path):
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"

    one = maillage("portfolio", people, "-o", here, "--on", "2022-03-01")
    many = maillage("portfolio", people, "-o", there, "--on", "2022-03-01", "--engine", "spark", "--master", MASTER)

    assert (one.status, many.status) == (0, 0), many.err
    expected, found = (_sorted(pl.read_parquet(path)) for path in (here, there / "*.parquet"))
    assert expected.height > sum(DEPARTMENTS.values())
    assert_frame_equal(found, expected)
    assert many.out.splitlines()[0] == "200 people answered, 2 left out."
    assert "w1: municipality « 99999 » is in no loaded vintage" in many.out


@pytest.mark.spark
@pytest.mark.filterwarnings("default")
def test_an_id_given_twice_stops_the_cluster(maillage, demonstration, spark, people, tmp_path):
    pl.concat([pl.read_parquet(people), pl.read_parquet(people).head(1)]).write_parquet(people)

    said = maillage("portfolio", people, "-o", tmp_path / "out.parquet", "--engine", "spark", "--master", "local[2]")

    assert said.status == 2
    assert "ids given more than once (p36005-36018)" in said.err
    assert not (tmp_path / "out.parquet").exists()


def _sorted(openings):
    kinds = {name: pl.String for name, kind in openings.schema.items() if not kind.is_numeric()}
    return openings.cast(kinds).sort("id", "rank")
