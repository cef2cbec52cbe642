"""The glossary and the code use the same words."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "maillage"
LINE = re.compile(r"^\| (?P<french>[^|]+) \| (?P<code>[^|]+) \| [^|]+ \| ?(?P<banned>[^|]*)\|$")


def rows() -> list[tuple[str, str, str]]:
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    found = [LINE.match(line) for line in text.splitlines()]
    cells = [(one["french"], one["code"], one["banned"].strip()) for one in found if one]
    return [row for row in cells if row[0] not in {"French", "---"}]


@cache
def identifiers() -> frozenset[str]:
    """Gather every name that the code defines: classes, functions, fields, members, modules."""
    names: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        names.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
    return frozenset(names)


@cache
def class_names() -> frozenset[str]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py"))
    return frozenset(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


CODES = frozenset({"RQTH", "LONG_TERM", "VERY_LONG_TERM"})
"""Codes of facts: they are values, not identifiers."""


@pytest.mark.parametrize(("french", "code", "banned"), rows(), ids=lambda value: str(value)[:40])
def test_a_word_of_the_glossary_is_the_word_of_the_code(french: str, code: str, banned: str) -> None:
    words = re.findall(r"`(\w+)`( \*planned\*)?", code)
    unknown = [word for word, planned in words if not planned and word not in identifiers() | CODES]

    assert words
    assert not unknown, f"{french}: no identifier {unknown}"


@pytest.mark.parametrize(
    "banned", sorted({name.strip() for row in rows() for name in row[2].split(",") if name.strip()})
)
def test_no_class_is_named_by_a_word_the_glossary_avoids(banned: str) -> None:
    assert banned not in class_names()


def test_the_glossary_is_read() -> None:
    assert len(rows()) > 40
