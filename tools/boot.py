"""Set the project up in .venv, then do one thing with it.

This file runs before anything is installed: standard library only, and it must at least be readable by an older
Python, so that it can say which one is needed.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "maillage-set-up"
REQUIREMENTS = ROOT / "requirements"
OLDEST_PYTHON = (3, 11)
BASE, TEST, SPARK = "base", "test", "spark"
SPARK_PACKAGES = VENV / "spark"
LOCK_OPTIONS = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--python-version", "3.11")
UV_SETTINGS = {
    "UV_SYSTEM_CERTS": "1",  # trust what the machine trusts
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_NO_PROGRESS": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


class SetUpStopped(Exception):
    """The machine lacks something that this user cannot install from here."""


def say(sentence: str) -> None:
    print(f"• {sentence}", flush=True)


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, env=environment(), check=True)


def succeeds(*command: str | Path) -> bool:
    try:
        run(*command)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def environment() -> dict[str, str]:
    """Give what every program is started with: the environment of the caller, with .venv first in it."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    path = os.pathsep.join([str(VENV / "bin"), inherited.get("PATH", os.defpath)])
    return {**inherited, **UV_SETTINGS, "PATH": path, "VIRTUAL_ENV": str(VENV)}


# What the machine must have


def require_recent_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(number) for number in sys.version_info[:3])
        wanted = ".".join(str(number) for number in OLDEST_PYTHON)
        raise SetUpStopped(
            f"Python {wanted} or later is needed, and this is Python {found}. "
            "With a later one: make PYTHON=/path/to/python3 <target>."
        )


def require_packages(packages: Iterable[str]) -> None:
    """Install packages of the system, or stop with the line to run when this user may not."""
    missing = list(packages)
    if not missing:
        return
    names = " ".join(missing)
    if shutil.which("apt-get") is None:
        raise SetUpStopped(f"Missing from this machine, to install with its own package manager: {names}.")
    if os.geteuid() != 0:
        raise SetUpStopped(f"Missing from this machine. Run this line, then try again:\n  sudo apt-get install {names}")
    say(f"Installing with apt-get: {names}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "--quiet=2"], env=quiet, check=True)
    subprocess.run(
        ["apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", *missing], env=quiet, check=True
    )


def missing_for_venv() -> list[str]:
    """Name the package without which Debian's Python cannot make the .venv that is still to make."""
    made = read_stamp() != ("", "")
    able = importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
    return [] if made or able else ["python3-venv"]


def missing_for_tests() -> list[str]:
    """Name the packages of Debian that the tests need and that the machine lacks."""
    found = {"chromium": find_chromium(), "postgresql": find_postgresql()}
    return [package for package, path in found.items() if path is None]


def missing_for_bench() -> list[str]:
    """Name the packages of Debian that the peers of the bench need and that the machine lacks."""
    programs = find_postgresql()
    if programs is None:
        return ["postgresql", "postgresql-postgis"]
    # The extension is that of the server's version; /usr/lib/postgresql/15/bin has its own share folder.
    version = programs.parent.name
    control = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
    return [] if control.is_file() else [f"postgresql-{version}-postgis-3"]


def find_chromium() -> Path | None:
    """Give the browser of the system, or the one that CHROMIUM names."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    paths = (shutil.which(name) for name in names if name)
    return next((Path(path) for path in paths if path), None)


def find_postgresql() -> Path | None:
    """Give the folder of PostgreSQL's server programs; Debian keeps it out of PATH."""
    in_path = shutil.which("initdb")
    if in_path and shutil.which("pg_ctl"):
        return Path(in_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest_first = sorted(versions, key=lambda initdb: int(initdb.parts[-3]), reverse=True)
    return next((initdb.parent for initdb in newest_first), None)


# The virtual environment


def set_up(wanted: str) -> None:
    """Make .venv what the requirements say; seconds when it already is."""
    require_recent_python()
    with (ROOT / "pyproject.toml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two set-ups at once would undo each other
        had, digest_had = read_stamp()
        kind = TEST if TEST in {wanted, had} else BASE
        digest = digest_of_set_up()
        if had == kind and digest_had == digest:
            return
        if not had:
            make_venv()
        STAMP.unlink(missing_ok=True)  # interrupted from here on, it is half-made
        install_requirements(kind)
        install_project()
        STAMP.write_text(f"{kind} {digest}\n", encoding="utf-8")
        say("The set-up is complete.")


def read_stamp() -> tuple[str, str]:
    """Give what .venv was set up for and from which digest; nothing when it is absent, half-made or broken."""
    if not STAMP.is_file():
        return "", ""
    kind, _, rest = STAMP.read_text(encoding="utf-8").partition(" ")
    runs = subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True) if PYTHON.exists() else None
    digest = rest.strip()
    same_python = digest.startswith(python_signature())
    return (kind, digest) if runs and runs.returncode == 0 and same_python else ("", "")


def python_signature() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}:{hashlib.sha256(str(VENV).encode()).hexdigest()[:8]}"


def digest_of_set_up() -> str:
    files = [*sorted(REQUIREMENTS.glob("*.txt")), ROOT / "pyproject.toml"]
    content = b"".join(file.read_bytes() for file in files)
    return f"{python_signature()}:{hashlib.sha256(content).hexdigest()}"


def make_venv() -> None:
    require_packages(missing_for_venv())
    if VENV.exists():
        say("Removing a half-made or outdated .venv")
        shutil.rmtree(VENV)
    say("Creating .venv")
    run(sys.executable, "-m", "venv", VENV)


def install_requirements(kind: str) -> None:
    """Install exactly the pinned versions, with uv where it runs, else with pip."""
    file = REQUIREMENTS / f"{kind}.txt"
    say(f"Installing what {file.relative_to(ROOT)} pins")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement")
    uv = (VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes")
    if succeeds(*pip, REQUIREMENTS / "uv.txt") and succeeds(*uv, file):
        return
    say("uv cannot do it here: pip does, more slowly")
    run(*pip, file)


def install_project() -> None:
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    run(PYTHON, "-m", "pip", "install", *options)
    say("Compiling the loops of the engine")
    run(PYTHON, "-c", "from maillage.engine.warming import warm_kernels; warm_kernels()")


# What can be asked


def hand_over(*command: str) -> None:
    """Become the command, so that signals and the exit status are its own."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(VENV / "bin" / command[0], list(command), environment())


def demo(arguments: Sequence[str]) -> None:
    set_up(BASE)
    hand_over("maillage", "demo", *arguments)


def test(arguments: Sequence[str]) -> None:
    require_recent_python()
    require_packages([*missing_for_venv(), *missing_for_tests()])
    set_up(TEST)
    hand_over("python", "-m", "tools.suite", "test", *arguments)


def check(arguments: Sequence[str]) -> None:
    set_up(TEST)
    hand_over("python", "-m", "tools.suite", "check", *arguments)


def fix(arguments: Sequence[str]) -> None:
    set_up(TEST)
    hand_over("python", "-m", "tools.suite", "fix", *arguments)


def endurance(arguments: Sequence[str]) -> None:
    require_packages(missing_for_tests())
    set_up(TEST)
    hand_over("python", "-m", "tools.suite", "endurance", *arguments)


def bench(arguments: Sequence[str]) -> None:
    require_packages(missing_for_bench())
    set_up(TEST)
    hand_over("python", "-m", "bench", *arguments)


def spark(arguments: Sequence[str]) -> None:
    """Test the portfolio on a Spark cluster of this machine; PySpark goes in a folder apart, never in .venv itself."""
    require_packages([] if shutil.which("java") or os.environ.get("JAVA_HOME") else ["openjdk-17-jre-headless"])
    set_up(TEST)
    pinned = REQUIREMENTS / f"{SPARK}.txt"
    digest = hashlib.sha256(pinned.read_bytes()).hexdigest()
    stamp = SPARK_PACKAGES / "installed"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != digest:
        say(f"Installing what {pinned.relative_to(ROOT)} pins")
        shutil.rmtree(SPARK_PACKAGES, ignore_errors=True)
        where = ("--python", PYTHON, "--target", SPARK_PACKAGES, "--require-hashes", "--no-deps")
        run(VENV / "bin" / "uv", "pip", "install", "--quiet", *where, "--requirement", pinned)
        stamp.write_text(digest, encoding="utf-8")
    os.environ["MAILLAGE_SPARK"] = str(SPARK_PACKAGES)
    hand_over("pytest", "-m", "spark", "tests/cli/test_cluster.py", *arguments)


def docs(_arguments: Sequence[str]) -> None:
    set_up(TEST)
    hand_over("python", "-m", "tools.reference")


def lock(_arguments: Sequence[str]) -> None:
    """Pin again what pyproject.toml and requirements/*.in ask for."""
    set_up(TEST)
    sources = {
        "uv": ["uv.in"],
        BASE: ["../pyproject.toml", "base.in"],
        TEST: ["../pyproject.toml", "base.in", "test.in"],
        SPARK: ["spark.in"],
    }
    for kind, names in sources.items():
        files = [(REQUIREMENTS / name).resolve() for name in names]
        run("uv", "pip", "compile", "--quiet", *LOCK_OPTIONS, *files, "--output-file", REQUIREMENTS / f"{kind}.txt")


def clean(_arguments: Sequence[str]) -> None:
    """Remove what the set-up and the checks made; never what the demonstration recorded."""
    made = [
        ".venv",
        ".pytest_cache",
        ".hypothesis",
        ".mypy_cache",
        ".ruff_cache",
        ".import_linter_cache",
        "test-artifacts",
    ]
    for name in made:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for file in ROOT.glob(".coverage*"):
        file.unlink()


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {
    command.__name__: command for command in (demo, test, check, fix, bench, spark, docs, endurance, lock, clean)
}


def main(arguments: Sequence[str]) -> int:
    command = COMMANDS.get(arguments[0] if arguments else "")
    if command is None:
        print(f"usage: python3 tools/boot.py {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        command(arguments[1:])
    except SetUpStopped as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        print(f"\nStopped: this command failed: {' '.join(map(str, failure.cmd))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
