"""What changes of texts would do to everybody: the offers laid side by side, then people compared, for more and more texts."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bench.crowds import Crowd
from bench.measuring import timed
from bench.ours import columns_for
from bench.tables import World
from bench.worlds import ON
from maillage.domain.agreements import Agreement, AgreementSet
from maillage.domain.catalogue import Catalogue
from maillage.domain.rules import All, Between
from maillage.engine.effect import TwinOffers, compare, twin_offers
from maillage.engine.offer import Offer, offer_of

CHANGED = (1, 30, 300)
FROM_AGE = 30


class Told(NamedTuple):
    """What the effect of so many texts cost: seconds, and the services that could open or close."""

    texts: int
    looked_at: int
    gaining: int
    losing: int
    laid_out: dict[str, list[float]]
    compared: dict[str, list[float]]


def effect_figures(world: World, people: Crowd, turns: int) -> list[Told]:
    """Change one text, then more, so that each opens from an age on only; compare everybody."""
    return [_told(world.offer, _after(world.offer, count), count, people, turns) for count in CHANGED]


def _told(before: Offer, after: Offer, count: int, people: Crowd, turns: int) -> Told:
    made: list[TwinOffers] = []
    laid_out = timed(lambda: made.append(twin_offers(before, after, on=ON)), 1)
    twins = made[0]
    crowd = columns_for(twins.index, people)
    found = compare(twins, crowd)  # the rows of candidates are made, what is compiled is read
    compared = timed(lambda: compare(twins, crowd), turns)
    gaining, losing = int((found.gained > 0).sum()), int((found.lost > 0).sum())
    return Told(count, len(twins.services), gaining, losing, laid_out, compared)


def _after(offer: Offer, count: int) -> Offer:
    texts = {one.id: _from_an_age(one) if place < count else one for place, one in enumerate(offer.agreements)}
    return offer_of(Catalogue(offer.services, version="c1"), AgreementSet(texts), offer.geography)


def _from_an_age(text: Agreement) -> Agreement:
    (article,) = text.articles
    clauses = tuple(
        replace(one, body=replace(one.body, condition=All((one.body.condition, Between("age", FROM_AGE, None)))))
        for one in article.clauses
    )
    return replace(text, articles=(replace(article, clauses=clauses),))
