"""Write docs/reference/generated/ from the product itself; a test makes every page again and compares.

Each function gives one page as text, and reads nothing but the code: no database, no clock, no setting of the machine.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import click

from tools.boot import ROOT

FOLDER = ROOT / "docs" / "reference" / "generated"
NOTICE = "<!-- Made by `make docs` from the product itself: change the product, not this page. -->"
Schema = Mapping[str, Any]


def page(title: str, *blocks: str) -> str:
    return "\n\n".join([f"# {title}", NOTICE, *blocks]) + "\n"


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Lay rows out; what would break a cell is escaped."""
    head = list(columns)
    lines = [head, ["---"] * len(head), *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(value: object) -> str:
    return f"`{value}`" if value not in {"", None} else ""


def summary_of(thing: object) -> str:
    """Give the first paragraph of a docstring."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].replace("``", "`").split())


def command_line() -> str:
    from maillage.cli.main import command_group  # noqa: PLC0415 (models exist once Django is set up)

    return page("The command line", *commands_under(command_group(), "maillage"))


def commands_under(command: click.Command, name: str) -> Iterator[str]:
    """Describe a command, then those it gathers."""
    context = click.Context(command, info_name=name)
    arguments = [part.make_metavar(context) for part in command.params if isinstance(part, click.Argument)]
    options = [part for part in command.params if isinstance(part, click.Option)]
    yield f"## `{' '.join([name, *arguments])}`"
    yield "\n\n".join(" ".join(text.split()) for text in (command.help or "", command.epilog or "") if text)
    if options:
        records = [option.get_help_record(context) or ("", "") for option in options]
        yield table(("option", "what"), ((code(names), words) for names, words in records))
    if isinstance(command, click.Group):
        for part in sorted(command.commands):
            yield from commands_under(command.commands[part], f"{name} {part}")


def settings() -> str:
    """Read the docstring of the settings, which names each with its sentence."""
    from maillage.config import settings as read  # noqa: PLC0415

    lines = (read.__doc__ or "").splitlines()
    named = [line.split(maxsplit=1) for line in lines if line.startswith(("MAILLAGE_", "DATABASE_URL"))]
    rows = [*((code(name), words) for name, words in named), ("`PORT`", "port of `demo` and `serve`; 8000 when absent")]
    return page("The settings", "All are read from the environment, once.", table(("name", "what"), rows))


def import_formats() -> str:
    from maillage.apps.imports.formats import format_names, importer_of  # noqa: PLC0415

    rows = []
    for name in format_names():
        importer = importer_of(name)
        columns = "; ".join(" or ".join(code(one) for one in sorted(names)) for names in importer.required_columns)
        rows.append((code(name), summary_of(type(importer)), columns))
    about = "`maillage import FORMAT FILE`. Of each set of names, one must be among the columns of the file."
    return page("The formats of import", about, table(("format", "what", "columns that must be there"), rows))


def facts_about_a_person() -> str:
    from maillage.domain.people import FACTS  # noqa: PLC0415

    columns = ("fact", "kind", "health data", "purpose", "legal basis", "recipients", "retention")
    rows = [
        (
            code(fact.name),
            fact.kind.value.lower(),
            "yes" if fact.is_health_data else "no",
            fact.purpose,
            fact.legal_basis,
            fact.recipients,
            fact.retention,
        )
        for fact in FACTS.values()
    ]
    about = (
        "Every fact that a rule may ask; one that is not here cannot be asked. Each may be unknown, and none is stored: "
        "neither in a table, nor in a log, nor in an address that is kept."
    )
    return page("The facts about a person", about, table(columns, rows))


def agreement_schema() -> Schema:
    schema: Schema = json.loads((ROOT / "agreements" / "schema.json").read_text(encoding="utf-8"))
    return schema


def language_of_agreements() -> str:
    """Describe the file of an agreement: its fields, its kinds of clause, the conditions."""
    schema = agreement_schema()
    parts = schema["$defs"]
    blocks = ["## The agreement", fields_of(schema), "## An article", fields_of(parts["article"])]
    blocks.append(
        "## A clause\n\nAn article holds clauses; each has an `id`, unique in the agreement, and one of these kinds."
    )
    for kind, content in parts["clause"]["properties"].items():
        if kind != "id":
            blocks += [f"### `{kind}`", content.get("description", ""), fields_of(content)]
    tests = ((code(name), shape_of(test)) for name, test in parts["condition"]["properties"].items())
    blocks += ["## A condition\n\nOne of these keys, with what it expects.", table(("key", "expects"), tests)]
    blocks += ["## What a test expects"]
    blocks += [table(("test", "forms"), ((code(name), shape_of(parts[name])) for name in parts if "_test" in name))]
    return page("The language of agreements", schema["description"], *filter(None, blocks))


def fields_of(content: Schema) -> str:
    required = content.get("required", [])
    rows = (
        (code(name), "yes" if name in required else "", shape_of(field), field.get("description", ""))
        for name, field in content["properties"].items()
    )
    return table(("field", "required", "shape", "what"), rows)


def shape_of(field: Schema) -> str:
    """Say the shape of a value in a few words."""
    if reference := field.get("$ref"):
        return str(reference).rpartition("/")[2].replace("_", " ")
    if codes := field.get("enum"):
        return " or ".join(code(one) for one in codes)
    if choices := field.get("anyOf"):
        return " or ".join(shape_of(one) for one in choices)
    if field.get("type") == "array":
        return f"list of {shape_of(field['items'])}"
    if properties := field.get("properties"):
        return f"{{{', '.join(f'{name}: {shape_of(one)}' for name, one in properties.items())}}}"
    kinds = field.get("type", "value")
    return field.get("format") or (" or ".join(kinds) if isinstance(kinds, list) else str(kinds))


def code_lists() -> str:
    from maillage.engine.codes import all_codes  # noqa: PLC0415

    rows = [(code(name), len(codes), code(next(iter(codes)))) for name, codes in all_codes().items()]
    about = '`maillage codes "LIST"` and `GET /api/v1/codes` give each list whole, with its labels.'
    return page("The lists of codes", about, table(("list", "codes", "the first"), rows))


def api_operations() -> str:
    from maillage.api.v1.application import contract  # noqa: PLC0415

    rows = [
        (method.upper(), code(path), operation["summary"])
        for path, methods in contract("en")["paths"].items()
        for method, operation in methods.items()
    ]
    about = "The contract is `/api/v1/openapi.json` (OpenAPI 3.1), its documented page `/api/` (`/en/api/` in English)."
    return page("The operations of the API", about, table(("method", "path", "what"), rows))


def pages() -> str:
    """List the addresses of the pages; those of the API have their own reference."""
    from django.urls import get_resolver  # noqa: PLC0415

    rows = [
        (code(f"/{route}"), code(name), summary_of(view))
        for route, name, view in routes_under(get_resolver().url_patterns, "")
        if not route.startswith("api/v1/")
    ]
    about = "French addresses have no prefix; `/en/` before them gives the same page in English, except `/health/`."
    return page("The pages", about, table(("address", "name", "what"), rows))


def routes_under(patterns: Iterable[Any], before: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    from django.urls import LocalePrefixPattern  # noqa: PLC0415

    for found in patterns:
        route = before if isinstance(found.pattern, LocalePrefixPattern) else f"{before}{found.pattern}"
        if hasattr(found, "url_patterns"):
            yield from routes_under(found.url_patterns, route)
        else:
            yield route, found.name or "", found.callback


def tables_of_the_database() -> str:
    from django.apps import apps  # noqa: PLC0415

    options = [model._meta for model in apps.get_models() if model.__module__.startswith("maillage.")]  # noqa: SLF001 (documented by Django)
    blocks = []
    for one in sorted(options, key=lambda each: each.db_table):
        rows = ((code(field.column), kind_of(field), "yes" if field.null else "") for field in one.fields)
        blocks += [f"## `{one.db_table}`", summary_of(one.model), table(("field", "kind", "may be empty"), rows)]
    about = (
        "No table has a field for a fact about a person who is asked about: a question is answered and forgotten. Two "
        "kinds of name may be there, of people at work: who did something (`by`), and, inside `content` of an "
        "organisation, who is in charge of a file (`holder`, never shown to the public)."
    )
    return page("The tables of the database", about, *blocks)


def kind_of(field: Any) -> str:
    length = f"({field.max_length})" if field.max_length else ""
    return f"{field.get_internal_type().removesuffix('Field')}{length}"


def states_of_an_uptake() -> str:
    """Draw the states and tell, for every state, what each move leads to."""
    from maillage.domain.referrals import LEADS_TO, ORIGINS, Move, UptakeState  # noqa: PLC0415
    from maillage.domain.referrals.drawing import diagram  # noqa: PLC0415

    about = (
        "One recipient's part of a referral. An error of entry may follow any state. What is not in the table is "
        "refused with a sentence that says what can be done instead: `maillage referrals transitions` prints every pair."
    )
    rows = (
        (
            code(move.value),
            code(LEADS_TO[move].value) if move in LEADS_TO else "",
            ", ".join(code(state.value) for state in UptakeState if state in ORIGINS[move]),
        )
        for move in Move
    )
    drawn = f"```mermaid\n{diagram()}\n```"
    return page("The states of an uptake", about, drawn, table(("move", "leads to", "possible from"), rows))


PAGES: dict[str, Callable[[], str]] = {
    "agreements.md": language_of_agreements,
    "api.md": api_operations,
    "codes.md": code_lists,
    "command-line.md": command_line,
    "facts.md": facts_about_a_person,
    "import-formats.md": import_formats,
    "pages.md": pages,
    "settings.md": settings,
    "tables.md": tables_of_the_database,
    "uptake-states.md": states_of_an_uptake,
}


def main() -> None:
    import django  # noqa: PLC0415 (a test has set it up already)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for strange in set(FOLDER.iterdir()) - {FOLDER / name for name in PAGES}:
        strange.unlink()
    for name, made in PAGES.items():
        (FOLDER / name).write_text(made(), encoding="utf-8")


if __name__ == "__main__":
    main()
