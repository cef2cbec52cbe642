"""`maillage coverage`."""

from __future__ import annotations

import json
from typing import Any

import click

from maillage.apps.observatory.queries import coverage_of
from maillage.cli.complementarity import told_by_theme
from maillage.cli.facts import day_of
from maillage.cli.terminal import prepare_database
from maillage.domain.complementarity import ComplementarityQuestion, ImaginedChange, PartnerChoice
from maillage.domain.coverage import DIVISIONS, Coverage, Covered, PlaceChoice
from maillage.domain.shared import Point
from maillage.domain.territories import TerritoryKind, TerritoryRef

BY = {"municipality": TerritoryKind.MUNICIPALITY, "clpe": TerritoryKind.LOCAL_COMMITTEE, "department": DIVISIONS[-1]}
SHARE_DECIMALS, KM_DECIMALS = 6, 3


@click.command()
@click.option("--territory", required=True, help="france, or a kind and a code: departement:36, clpe:CLPE36004.")
@click.option("--points", multiple=True, help="Places that count, KIND or KIND:network; may be repeated.")
@click.option("--add-point", "added", multiple=True, help="A place imagined at LATITUDE,LONGITUDE; may be repeated.")
@click.option("--km", type=float, default=15.0, show_default=True, help="Beyond: strictly farther, in a straight line.")
@click.option("--theme", help="Instead of places: who offers this theme (family or whole) within --km.")
@click.option("--group", default="", help="With --theme: the services open to this target group.")
@click.option("--agreement", default="", help="With --theme: the partners are the parties of this agreement.")
@click.option("--network", "networks", multiple=True, help="With --theme: the partners are these networks.")
@click.option("--without", "lost", default="", help="With --theme: what if this partner left.")
@click.option("--by", type=click.Choice(list(BY)), help="A row for each of these.")
@click.option("--on", "day", help="The day whose places are read, YYYY-MM-DD; today when absent.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def coverage(  # noqa: PLR0913, PLR0917 (one argument an option)
    territory: str,
    points: tuple[str, ...],
    added: tuple[str, ...],
    km: float,
    theme: str | None,
    group: str,
    agreement: str,
    networks: tuple[str, ...],
    lost: str,
    by: str | None,
    day: str | None,
    *,
    as_json: bool,
) -> None:
    """Say which share of a territory's people live beyond some kilometres of the nearest place, and how far on average.

    share_beyond goes from 0 to 1, and is 1 where there is no such place at all; mean_km is then null. Municipalities
    whose point or population is not known are left out and counted in excluded.

    With --theme: how many people have two partners or more within --km (common), one (complementary) or none (white),
    also with services imagined at --add-point, or --without a partner.
    """
    if theme is None and (group or agreement or networks or lost):
        raise click.UsageError("--group, --agreement, --network and --without go with --theme.")
    if theme is not None and points:
        raise click.UsageError("--points names places, --theme services: ask for one or the other.")
    prepare_database()
    if theme is not None:
        question = ComplementarityQuestion(
            TerritoryRef.read(territory.strip()), theme, km, day_of(day), group, PartnerChoice(agreement, networks)
        )
        change = ImaginedChange(tuple(_point_of(text) for text in added), lost)
        told_by_theme(question, change, BY[by] if by else None, as_json=as_json)
        return
    found = coverage_of(
        TerritoryRef.read(territory.strip()),
        [PlaceChoice.parse(text) for text in points],
        km,
        on=day_of(day),
        by=BY[by] if by else None,
        added_points=[_point_of(text) for text in added],
    )
    if as_json:
        shown: Any = [content_of(row) for row in found.rows] if by else content_of(found.whole)
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(in_words(found)))


def content_of(row: Covered) -> dict[str, Any]:
    """Write figures for machines; the names are those of the fixed interface."""
    return {
        "territory": str(row.territory),
        "name": row.name,
        "people": row.people,
        "excluded": row.excluded,
        "share_beyond": None if row.share_beyond is None else round(row.share_beyond, SHARE_DECIMALS),
        "mean_km": None if row.mean_km is None else round(row.mean_km, KM_DECIMALS),
    }


def in_words(found: Coverage) -> list[str]:
    """Write figures for a reader: one line a territory, then what was counted."""
    rows = [*found.rows, found.whole]
    width = max(len(_name_of(row)) for row in rows)
    lines = [f"{'':{width}}  {'people':>11}  {'beyond':>8}  {'mean km':>8}  {'left out':>8}"]
    lines += [_line(row, width) for row in rows]
    counted = " + ".join(str(choice) for choice in found.choices) or "added points"
    lines.append(f"Beyond {found.km:g} km in a straight line of {counted}: {found.place_count:,} places.")
    if not found.place_count:
        lines.append("No such place is known on that day: everybody is beyond, and there is no mean distance.")
    if found.unlocated_count:
        lines.append(f"{found.unlocated_count:,} more of them have no point and were not measured to.")
    lines.append(f"Municipal populations and points: vintage {found.vintage}. Places as known on {found.on}.")
    return lines


def _line(row: Covered, width: int) -> str:
    share = "-" if row.share_beyond is None else f"{row.share_beyond:.1%}"
    mean = "-" if row.mean_km is None else f"{row.mean_km:.1f}"
    return f"{_name_of(row):{width}}  {row.people:>11,}  {share:>8}  {mean:>8}  {row.excluded:>8,}"


def _name_of(row: Covered) -> str:
    return row.name or f"(no {row.territory.kind.value})"


def _point_of(text: str) -> Point:
    try:
        latitude, longitude = (float(part) for part in text.split(","))
        return Point(latitude, longitude)
    except ValueError as error:
        raise click.BadParameter("expected LATITUDE,LONGITUDE on the globe.", param_hint="--add-point") from error
