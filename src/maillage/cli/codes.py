"""`maillage codes`."""

from __future__ import annotations

import json

import click
from data_inclusion.schema import v1

from maillage.domain.access_points import PlaceKind
from maillage.domain.people import BARRIERS, EVERYBODY, TARGET_GROUPS
from maillage.domain.territories import TerritoryKind
from maillage.engine.clauses import THEME_FAMILIES
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS


def all_codes() -> dict[str, dict[str, str]]:
    """Give every code with its French label, list by list."""
    return {
        "themes": {theme.value: theme.label for theme in v1.Thematique},
        "theme families": {family: family.replace("-", " ") for family in sorted(THEME_FAMILIES)},
        "target groups": {code: GROUP_LABELS["fr"][code] for code in TARGET_GROUPS},
        "publics of services": {EVERYBODY: "tous publics"},
        "barriers": {code: BARRIER_LABELS["fr"][code] for code in BARRIERS},
        "kinds of place": {kind.value: kind.value.replace("_", " ").lower() for kind in PlaceKind},
        "networks": {network.value: network.label for network in v1.ReseauPorteur},
        "territories": {kind.value: kind.name.replace("_", " ").lower() for kind in TerritoryKind},
    }


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
