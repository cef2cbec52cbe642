"""`maillage coverage --theme`: what partners share, what one alone offers, and where nothing is offered."""

from __future__ import annotations

import json
from typing import Any

import click

from maillage.apps.observatory.complementarity import NOTHING_CHANGES, complementarity_of
from maillage.domain.complementarity import Complementarity, ComplementarityQuestion, ImaginedChange, OfferClass
from maillage.domain.territories import TerritoryKind


def told_by_theme(
    question: ComplementarityQuestion, change: ImaginedChange, by: TerritoryKind | None, *, as_json: bool
) -> None:
    """Print the offer of a territory, as things are and after a change when one is imagined."""
    if by not in {None, TerritoryKind.MUNICIPALITY}:
        raise click.BadParameter("with --theme, rows are given by municipality only.", param_hint="--by")
    changes = (NOTHING_CHANGES,) if change.is_nothing else (NOTHING_CHANGES, change)
    found = [complementarity_of(question, one, is_named=by is not None) for one in changes]
    if as_json:
        shown = {name: content_of(one, by) for name, one in zip(("before", "after"), found, strict=False)}
        click.echo(json.dumps(shown["before"] if len(shown) == 1 else shown, ensure_ascii=False, indent=1))
        return
    for title, one in zip(("", "After the change:"), found, strict=False):
        click.echo("\n".join([*([title] if title else []), *in_words(one, by)]))


def content_of(found: Complementarity, by: TerritoryKind | None) -> dict[str, Any]:
    """Write an answer for machines."""
    content: dict[str, Any] = {
        "territory": str(found.question.territory),
        "name": found.name,
        "people": found.people,
        "excluded": found.left_out,
    }
    for one in OfferClass:
        counts = {"people": found.people_in(one), "municipalities": found.municipalities_in(one)}
        content[one.value.lower()] = counts
    if by is not None:
        content["rows"] = [
            {
                "municipality": row.municipality.code,
                "name": row.municipality.name,
                "people": row.people,
                "services": row.service_count,
                "remote_services": row.remote_count,
                "partners": list(row.partners),
                "class": row.offer_class.value,
            }
            for row in found.rows
        ]
    return content


def in_words(found: Complementarity, by: TerritoryKind | None) -> list[str]:
    """Write an answer for a reader: rows when asked for, then the three classes."""
    question, lines = found.question, []
    if by is not None:
        width = max((len(row.municipality.name) for row in found.rows), default=0)
        lines.append(f"{'':{width}}  {'people':>9}  {'near':>5}  {'remote':>6}  class")
        for row in found.rows:
            partners = f" ({', '.join(row.partners)})" if row.partners else ""
            lines.append(
                f"{row.municipality.name:{width}}  {row.people:>9,}  {row.service_count:>5,}  {row.remote_count:>6,}  "
                f"{row.offer_class.value.lower()}{partners}"
            )
    for one in OfferClass:
        share = f"{found.people_in(one) / found.people:.1%}" if found.people else "-"
        count = found.municipalities_in(one)
        lines.append(f"{one.value.lower():13}  {share:>6} of people, {count:,} municipalities")
    lines.append(
        f"{found.name}: {question.theme} within {question.km:g} km in a straight line, on {question.on}; common is two "
        f"partners or more, complementary one, white none. Remote services never change a class."
    )
    if found.left_out:
        lines.append(f"{found.left_out:,} municipalities without a point or a population were left out.")
    return lines
