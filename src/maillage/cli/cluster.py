"""The same portfolio on a Spark cluster: every executor maps the index and answers batches of people with our kernel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from maillage.domain.shared import MaillageError
from maillage.engine.columnar import Index
from maillage.engine.people_files import NEEDED
from maillage.engine.sharing import ARRAYS, REST, answer_batch, share, shared_in

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

OLDEST_JAVA = 17
PEOPLE_AT_ONCE = 200_000
"""People in a batch: enough to have the neighbours of a municipality answered together."""
TASKS_A_CORE = 4
"""So that a core that had a small department takes another."""
TOLD_AT_MOST = 20
COLUMNS = (
    "rank smallint, service string, location string, distance_km double, basis string, agreement string, "
    "article string, version string"
)

WHOLE = frozenset({"byte", "short", "integer", "long"})


class ClusterImpossible(MaillageError):
    """The portfolio cannot be answered on a cluster as things are."""


@dataclass(frozen=True)
class ClusterSummary:
    """What a cluster answered; ``rejected`` holds the first people left out (id, reason)."""

    people: int
    openings: int
    rejected_count: int
    rejected: tuple[tuple[str, str], ...]


Told = tuple[int, int, int, tuple[tuple[str, str], ...]]
"""People read, openings, people left out, and the first of these."""


def require_spark() -> None:
    """Make sure that PySpark and a recent Java are here.

    Raises:
        ClusterImpossible: one is missing, or Java is too old; says what to do.
    """
    if find_spec("pyspark") is None or find_spec("pyarrow") is None:
        raise ClusterImpossible(
            "PySpark is not installed, so no cluster can be reached. Install it with the optional part: "
            "pip install 'maillage[spark]'; or leave --engine out, to answer on this machine."
        )
    found = java_version()
    if found is None:
        raise ClusterImpossible(
            f"Java is not found, and Spark runs on it. Install Java {OLDEST_JAVA} or later (on Debian: apt install "
            "openjdk-17-jre-headless), or name its folder in JAVA_HOME."
        )
    if found < OLDEST_JAVA:
        raise ClusterImpossible(f"Java {found} is too old for Spark: {OLDEST_JAVA} or later is needed.")


def java_version() -> int | None:
    """Find the version of the Java that Spark would start, ``None`` when there is none."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not program:
        return None
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found.group(1)) if found else None


def check_files(file: Path, output: Path, *, within_capacity: bool) -> None:
    """Refuse what a cluster cannot do, before any work is done.

    Raises:
        ClusterImpossible: a file is not Parquet, the output exists, or places are to be kept within.
    """
    if within_capacity:
        raise ClusterImpossible(
            "Places are handed out one after the other, so on one machine: leave --engine spark or --within-capacity out."
        )
    if not file.exists() or (file.suffix.lower() != ".parquet" and not file.is_dir()):
        raise ClusterImpossible(f"{file}: a cluster reads Parquet; give a .parquet file, or a folder of them.")
    if output.suffix.lower() != ".parquet":
        raise ClusterImpossible(
            f"{output.name}: a cluster writes a folder of Parquet files; let its name end in .parquet."
        )
    if output.exists():
        raise ClusterImpossible(f"{output} exists already: remove it first, or write elsewhere.")


def answer_on_cluster(  # noqa: PLR0913 (keyword-only: the day, how many, where)
    index: Index, file: Path, output: Path, *, on: date, top: int, master: str | None
) -> ClusterSummary:
    """Answer for all the people of a Parquet file or folder; the openings are Parquet files in the folder ``output``.

    Both must be readable at the same path from every machine. ``master`` is Spark's; ``None`` leaves it to Spark's own
    settings, else this machine. The folder appears whole, when all is written.

    Raises:
        ClusterImpossible: a column is missing, or an id comes twice.
    """
    with tempfile.TemporaryDirectory(prefix="maillage-shared-") as folder:
        share(index, Path(folder), on=on, top=top)
        spark = _session(master)
        try:
            return _answer(spark, Path(folder), file.resolve(), output.resolve())
        finally:
            spark.stop()


def _session(master: str | None) -> SparkSession:
    from pyspark.sql import SparkSession  # noqa: PLC0415 (optional)

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("maillage portfolio")
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", str(PEOPLE_AT_ONCE))
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    session: SparkSession = (builder.master(master) if master else builder).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _answer(spark: SparkSession, folder: Path, file: Path, output: Path) -> ClusterSummary:
    from pyspark.accumulators import AccumulatorParam  # noqa: PLC0415 (optional)

    class Adding(AccumulatorParam):
        def zero(self, value: Told) -> Told:
            return value

        def addInPlace(self, one: Told, other: Told) -> Told:  # noqa: N802 (Spark's name)
            first = (*one[3], *other[3])[:TOLD_AT_MOST]
            return one[0] + other[0], one[1] + other[1], one[2] + other[2], first

    context = spark.sparkContext
    for name in (ARRAYS, REST):
        context.addFile(str(folder / name))
    told = context.accumulator((0, 0, 0, ()), Adding())
    people = _by_department(spark, file)
    partial = output.with_name(f"{output.name}.partial")
    people.mapInArrow(_answering(told), _columns_after(people)).write.mode("overwrite").option(
        "compression", "zstd"
    ).parquet(str(partial))
    partial.rename(output)
    read, openings, rejected_count, rejected = told.value
    return ClusterSummary(read - rejected_count, openings, rejected_count, rejected)


def _by_department(spark: SparkSession, file: Path) -> DataFrame:
    """Put the people of a department in one partition, those of a municipality side by side."""
    from pyspark.sql import functions as sql  # noqa: PLC0415 (optional)

    people = spark.read.parquet(str(file))
    missing = [name for name in NEEDED if name not in people.columns]
    if missing:
        raise ClusterImpossible(
            f"{file.name} has no column {' nor '.join(missing)}; found {', '.join(people.columns)}."
        )
    twice = people.groupBy("id").count().where("count > 1").limit(TOLD_AT_MOST).collect()
    if twice:
        ids = ", ".join(str(row["id"]) for row in twice)
        raise ClusterImpossible(f"{file.name}: ids given more than once ({ids}); leave each person once.")
    code = sql.col("municipality").cast("string")
    overseas = code.substr(1, 2).isin("97", "98")
    department = sql.when(overseas, code.substr(1, 3)).otherwise(code.substr(1, 2))
    count = spark.sparkContext.defaultParallelism * TASKS_A_CORE
    return people.repartition(count, department).sortWithinPartitions("municipality")


def _answering(told: Any) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def answer(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Answer the batches of a partition; the index is opened once in the life of the process."""
        import pyarrow as pa  # noqa: PLC0415 (on the executor)
        from pyspark import SparkFiles  # noqa: PLC0415 (on the executor)

        shared = shared_in(Path(SparkFiles.getRootDirectory()))
        for batch in batches:
            openings, rejected = answer_batch(shared, pl.DataFrame(pl.from_arrow(batch)))
            told.add((batch.num_rows, openings.height, rejected.height, tuple(rejected.head(TOLD_AT_MOST).rows())))
            table = _as_text(openings).to_arrow(compat_level=pl.CompatLevel.oldest())
            # Spark reads texts of the plain kind only.
            columns = [
                one.with_type(pa.string()) if pa.types.is_large_string(one.type) else one for one in table.schema
            ]
            yield from table.cast(pa.schema(columns)).to_batches()

    return answer


def _columns_after(people: DataFrame) -> str:
    """Say the columns of the openings: an id that was a number stays one."""
    return f"id {'bigint' if people.schema['id'].dataType.typeName() in WHOLE else 'string'}, {COLUMNS}"


def _as_text(openings: pl.DataFrame) -> pl.DataFrame:
    """Write categories as texts: every batch of a cluster has the same columns."""
    kinds = {name: pl.String for name, kind in openings.schema.items() if not kind.is_numeric()}
    return openings.cast(kinds)  # type: ignore[arg-type]


def in_words(summary: ClusterSummary, output: Path) -> str:
    """Tell what became of everybody."""
    lines = [f"{summary.people:,} people answered, {summary.rejected_count:,} left out."]
    lines += [f"  {name}: {reason}" for name, reason in summary.rejected]
    if summary.rejected_count > len(summary.rejected):
        lines.append(f"  and {summary.rejected_count - len(summary.rejected):,} more")
    lines.append(f"{summary.openings:,} openings, written in {output}.")
    return "\n".join(lines)
