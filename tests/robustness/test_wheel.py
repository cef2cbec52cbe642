"""The wheel, installed by somebody else, works from any folder: it carries its agreements and its demonstration."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tools.boot import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    builder = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(builder, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (found,) = folder.glob("maillage-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel alone; what it requires is lent by the environment of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    own = next((folder / "lib").glob("python*")) / "site-packages"
    installer = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    quiet = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run([*installer, *quiet], check=True, capture_output=True)  # noqa: S603
    (own / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()

    def run(*arguments):
        variables = {"PATH": os.defpath, "HOME": str(folder), "NUMBA_DISABLE_JIT": "1"}
        command = [str(folder / "bin" / "maillage"), *arguments]
        done = subprocess.run(command, cwd=elsewhere, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def test_the_wheel_holds_what_the_checkout_does(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())

    package = ROOT / "src"
    files = {str(file.relative_to(package)) for file in (package / "maillage").rglob("*") if file.is_file()}
    texts = {f"maillage/{file.relative_to(ROOT)}" for file in (ROOT / "agreements").rglob("*") if file.is_file()}
    assert {name for name in files | texts if "__pycache__" not in name} <= held
    assert not [name for name in held if "__pycache__" in name]


def test_the_installed_command_reads_its_own_agreements(installed):
    listed = installed("agreement", "show")

    assert all(folder.name in listed for folder in (ROOT / "agreements").iterdir() if folder.is_dir())


def test_the_installed_command_loads_its_demonstration_and_answers(installed):
    installed("demo", "--no-serve")
    known = ("--municipality", "67180", "--age", "20", "--registered", "--on", "2022-03-01")

    said = installed("openings", *known, "--language", "en")

    assert "2021-ml-alsace-nord--delegation-16-25" in said
