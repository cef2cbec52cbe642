"""Before a text is signed: what it would change for the people of a portfolio."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue import queries as catalogue
from maillage.apps.territories import queries as territories
from maillage.domain.agreements import Agreement, AgreementSet
from maillage.engine.effect import Comparison, Effect, as_if_signed, compare, effect_of, pairs_of, twin_offers
from maillage.engine.offer import offer_of
from maillage.engine.people_files import People, read_people


@dataclass(frozen=True)
class EffectFound:
    """An effect, with the people it was computed for; nothing of it is kept."""

    effect: Effect
    people: People
    comparison: Comparison

    def pairs(self) -> pl.DataFrame:
        """Give one row for each person and service gained or lost: ``id, service, change``."""
        return pairs_of(self.comparison, self.people.crowd, self.people.ids)


def effect_before_signature(
    proposed: Agreement, portfolio: Path, *, on: date, folder: Path | None = None
) -> EffectFound:
    """Say who of a portfolio would gain and lose which services, were a text signed as it is proposed.

    ``proposed`` is a text with amendments that wait for a signature, a text changed, or a new one; it is compared, on one
    day, with the text of the same id that the folder of agreements holds, if any. Nothing is written.

    Raises:
        PortfolioUnreadable: the file of people is absent, of another format, or lacks a column.
        AgreementMistakes: a text in force cannot be applied.
    """
    texts = agreements_in(folder).agreements
    signed = as_if_signed(proposed, on=on)
    later = AgreementSet({**texts.agreements, proposed.id: signed})
    known = catalogue.catalogue_on(on, as_known_in=catalogue.last_change()[0])
    geography = territories.geography()
    before, after = (offer_of(known, agreements, geography) for agreements in (texts, later))
    twins = twin_offers(before, after, on=on)
    people = read_people(portfolio, twins.index)
    comparison = compare(twins, people.crowd)
    return EffectFound(effect_of(comparison, people.crowd), people, comparison)
