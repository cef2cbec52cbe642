"""`maillage codes`."""

from __future__ import annotations

import json

import click

from maillage.engine.codes import all_codes


@click.command()
@click.argument("which", metavar="[LIST]", required=False)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def codes(which: str | None, *, as_json: bool) -> None:
    """List the codes that facts, agreements and files are written with."""
    lists = all_codes()
    if which is not None and which not in lists:
        raise click.BadParameter(f"« {which} »: expected one of {', '.join(lists)}.")
    shown = lists if which is None else {which: lists[which]}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for title, content in shown.items():
        click.echo(f"{title}\n" + "\n".join(f"  {code:70} {label}" for code, label in content.items()) + "\n")
