"""Read an agreement's YAML with the line of every value, and tell mistakes: line, what was found, what was expected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from maillage.domain.shared import MaillageError

JsonPath = tuple[str | int, ...]
DEEPEST = 40
"""How deep values may nest: far beyond any text, far below what would exhaust the stack."""
MOST_VALUES = 20_000
"""How many values a file may hold once its aliases are written out: far beyond any text."""
PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)")


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing wrong in a file; ``line`` counts from 1."""

    file: str
    line: int
    where: str
    found: str
    expected: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.file}, line {self.line}, {self.where}: found {self.found}; expected {self.expected}"


class AgreementMistakes(MaillageError):
    """An agreement's file cannot be applied as it is written."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Keep the mistakes, in the order of the lines."""
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True)
class Document:
    """A file as plain values (dates as ISO text) and the line of each value by its path."""

    file: str
    content: Any
    lines: Mapping[JsonPath, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    def line_of(self, path: JsonPath) -> int:
        """Give the line of a value, or of the nearest thing around it."""
        for length in range(len(path), -1, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return line
        return 1

    def mistake(self, path: JsonPath, found: object, expected: str) -> Mistake:
        """Make a mistake about the value at a path."""
        where = ".".join(str(step) for step in path) or "the file"
        return Mistake(self.file, self.line_of(path), where, shown(found), expected)


def shown(value: object) -> str:
    """Show a value briefly, as it would be typed."""
    if isinstance(value, str):
        return f"« {value[:77]}… »" if len(value) > 80 else f"« {value} »"
    if isinstance(value, Mapping):
        return f"a mapping with {', '.join(str(key) for key in value) or 'no key'}"
    if isinstance(value, Sequence):
        return f"a list of {len(value)}"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def schema_file() -> Path:
    """Locate the published schema: in the installed package, else at the root of the checkout."""
    packaged = Path(str(files("maillage"))) / "agreements" / "schema.json"
    return packaged if packaged.exists() else Path(__file__).parents[3] / "agreements" / "schema.json"


@cache
def schema() -> dict[str, Any]:
    """Read the published JSON Schema of ``agreement.yaml``."""
    content: dict[str, Any] = json.loads(schema_file().read_text(encoding="utf-8"))
    return content


class _Loader(yaml.SafeLoader):
    """Reads what an agreement needs of YAML: an alias (*) repeats what is whole above it; no bottomless nesting."""

    depth = 0

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.whole: set[str | None] = set()

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.whole:
                raise yaml.MarkedYAMLError(problem=f"an alias (*{event.anchor}) of nothing above it", problem_mark=mark)
            return super().compose_node(parent, index)
        if self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"more than {DEEPEST} levels", problem_mark=mark)
        self.depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        self.whole.add(event.anchor)
        return node


def read_document(text: str, *, file: str) -> Document:
    """Read YAML into plain values; duplicate keys and impossible days are kept as the document's mistakes.

    Raises:
        AgreementMistakes: the text is not one YAML mapping, or has no end.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise AgreementMistakes(
            [Mistake(file, line, "the file", error.problem or "unreadable text", "YAML (check indents and colons)")]
        ) from error
    except yaml.YAMLError as error:
        raise AgreementMistakes([Mistake(file, 1, "the file", str(error), "YAML in UTF-8")]) from error
    lines: dict[JsonPath, int] = {}
    mistakes: list[Mistake] = []
    content = _value(node, (), lines, mistakes, file) if node is not None else None
    if not isinstance(content, dict):
        raise AgreementMistakes(
            [Mistake(file, 1, "the file", shown(content), "a mapping that begins with id: and title:")]
        )
    return Document(file, content, lines, tuple(mistakes))


def _value(node: yaml.Node, path: JsonPath, lines: dict[JsonPath, int], mistakes: list[Mistake], file: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if len(lines) > MOST_VALUES or len(path) > DEEPEST:
        many = f"more than {MOST_VALUES:,} values, or {DEEPEST} levels, with its aliases written out"
        raise AgreementMistakes([Mistake(file, lines[path], "the file", many, "a text of ordinary length")])
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, mistakes, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, position), lines, mistakes, file) for position, item in enumerate(node.value)]
    return _scalar(node, path, mistakes, file)


def _scalar(node: yaml.Node, path: JsonPath, mistakes: list[Mistake], file: str) -> Any:
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        where = ".".join(str(step) for step in path)
        mistakes.append(Mistake(file, node.start_mark.line + 1, where, shown(node.value), "a value that exists"))
        return node.value
    if isinstance(value, int) and not isinstance(value, bool) and not PLAIN_NUMBER.fullmatch(node.value):
        return node.value  # a code such as 01004, which YAML would read as the octal of 516
    return value.isoformat() if isinstance(value, date) else value


def _mapping(
    node: yaml.MappingNode, path: JsonPath, lines: dict[JsonPath, int], mistakes: list[Mistake], file: str
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in content:
            mistakes.append(Mistake(file, line, key, "the same key twice", "each key once"))
        content[key] = _value(value_node, (*path, key), lines, mistakes, file)
        lines[(*path, key)] = line
    return content


def schema_mistakes(document: Document) -> list[Mistake]:
    """List where a document departs from the published schema; empty when it does not."""
    errors = Draft202012Validator(schema()).iter_errors(document.content)
    return [mistake for error in errors for mistake in _mistakes_of(document, error)]


def _mistakes_of(document: Document, error: ValidationError) -> list[Mistake]:
    path: JsonPath = tuple(error.absolute_path)
    rules = _rules_of(error)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = sorted(rules.get("properties", {}))
        strangers = [key for key in error.instance if key not in known]
        return [document.mistake((*path, key), key, f"one of {', '.join(known)}") for key in strangers]
    if error.validator == "required" and isinstance(error.instance, dict):
        absent = [key for key in rules["required"] if key not in error.instance]
        return [document.mistake(path, f"no « {key} »", f"« {key} », {_meaning(error, key)}") for key in absent[:1]]
    if error.validator in {"anyOf", "oneOf"} and error.context:
        deepest = max(error.context, key=lambda found: len(found.absolute_path))
        if len(deepest.absolute_path) > len(error.absolute_path):
            return _mistakes_of(document, deepest)
        near = [found for found in error.context if found.validator != "type"]
        if near:
            return _mistakes_of(document, near[0])
        wanted = " or ".join(dict.fromkeys(_expected(found) for found in error.context))
        return [document.mistake(path, error.instance, wanted)]
    return [document.mistake(path, error.instance, _expected(error))]


def _rules_of(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _meaning(error: ValidationError, key: str) -> str:
    described = _rules_of(error).get("properties", {}).get(key, {})
    return str(described.get("description", "which is required"))


def _expected(error: ValidationError) -> str:
    rule: Any = error.validator_value
    readings: dict[str, Callable[[], str]] = {
        "enum": lambda: f"one of {', '.join(str(value) for value in rule)}",
        "type": lambda: f"a value of type {rule if isinstance(rule, str) else ' or '.join(rule)}",
        "minLength": lambda: "some text",
        "minimum": lambda: f"a number of at least {rule}",
        "maximum": lambda: f"a number of at most {rule}",
        "minItems": lambda: f"at least {rule} in the list",
        "minProperties": lambda: f"at least {rule} key(s)",
        "maxProperties": lambda: f"at most {rule} key(s)",
        "pattern": lambda: f"text of the form {rule}",
    }
    described = str(_rules_of(error).get("description", ""))
    reading = readings.get(str(error.validator))
    return "; ".join(part for part in (reading() if reading else "", described) if part) or error.message
