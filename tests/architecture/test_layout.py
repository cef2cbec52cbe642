"""The budgets and the names that keep the tree readable; each test lists what breaks its rule."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.boot import ROOT

FOLDERS = ("src", "tests", "tools", "bench")
FILE_LINE_COUNT_MAX = 500
TEMPLATE_LINE_COUNT_MAX = 80
FUNCTION_LINE_COUNT_MAX = 60
EMPTY_NAMES = {"base", "common", "core", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
PACKAGE = ROOT / "src" / "maillage"
DOMAIN, ENGINE = PACKAGE / "domain", PACKAGE / "engine"


@cache
def files_of(*suffixes: str) -> list[Path]:
    """List the files we write by hand: Django writes the migrations."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    return sorted(path for path in found if not {"migrations", "__pycache__"} & set(path.parts))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, functions))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def core_files(*tiers: Path) -> list[Path]:
    return [path for path in files_of(".py") if set(tiers) & set(path.parents)]


def test_the_tree_is_read() -> None:
    assert Path(__file__) in files_of(".py")
    assert core_files(DOMAIN)


def test_files_are_short() -> None:
    files = files_of(".py", ".html", ".css", ".js")

    too_long = {name_of(path): line_count(path) for path in files if line_count(path) > FILE_LINE_COUNT_MAX}

    assert too_long == {}


def test_templates_are_shorter() -> None:
    templates = files_of(".html")

    too_long = {name_of(path): line_count(path) for path in templates if line_count(path) > TEMPLATE_LINE_COUNT_MAX}

    assert too_long == {}


def test_functions_fit_on_a_screen() -> None:
    lengths = {
        f"{name_of(path)}:{function.lineno} {function.name}": function.end_lineno - function.lineno + 1
        for path in files_of(".py")
        for function in functions_of(path)
        if function.end_lineno is not None
    }

    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINE_COUNT_MAX} == {}


def test_every_folder_of_python_is_a_package() -> None:
    """A folder without it is invisible to the contracts of .importlinter."""
    folders = {path.parent for path in files_of(".py")} - {ROOT / folder for folder in ("src",)}

    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_names_say_what_is_inside() -> None:
    paths = {part for path in files_of(".py", ".html", ".css", ".js") for part in (path, *path.parents)}
    inside = [path for path in paths if ROOT in path.parents]

    assert sorted(name_of(path) for path in inside if path.stem in EMPTY_NAMES) == []


def test_services_are_those_of_the_partners() -> None:
    """In the domain a service is what a partner offers; elsewhere services.py would be a drawer."""
    allowed = {DOMAIN, ROOT / "tests" / "domain"}

    assert [name_of(path) for path in files_of(".py") if path.stem == "services" and path.parent not in allowed] == []


def test_domain_imports_only_the_standard_library() -> None:
    allowed = {*sys.stdlib_module_names, "maillage"}

    foreign = [
        f"{name_of(path)} {module}"
        for path in core_files(DOMAIN)
        for module in imports_of(path)
        if module.partition(".")[0] not in allowed
    ]

    assert foreign == []


def test_the_core_has_no_clock() -> None:
    """The day a question is asked about is always a parameter."""
    files = core_files(DOMAIN, ENGINE)

    clocks = [
        f"{name_of(path)}:{node.lineno} {node.attr}"
        for path in files
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}
    ]
    timers = [f"{name_of(path)} imports time" for path in files if "time" in set(imports_of(path))]

    assert [*clocks, *timers] == []
