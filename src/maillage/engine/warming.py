"""Compile the kernels once and for all, so that the first question is answered as fast as the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from maillage.domain.agreements import AgreementSet
from maillage.domain.catalogue import Catalogue
from maillage.domain.complementarity import ComplementarityQuestion, ImaginedChange
from maillage.domain.eligibility import Question
from maillage.domain.people import PersonFacts
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import FRANCE, Geography, Municipality
from maillage.engine.capacity import propose
from maillage.engine.changing import Change, offer_after
from maillage.engine.columnar import Index
from maillage.engine.complementarity import OfferMap
from maillage.engine.crowds import answer_crowd, crowd_of, needs_for
from maillage.engine.effect import compare, twin_offers
from maillage.engine.offer import offer_of
from maillage.engine.patching import index_after
from maillage.engine.people_files import People
from maillage.engine.portfolios import Answered, Count, Words

HERE = Point(46.6, 1.7)


def warm_kernels() -> None:
    """Ask one question of a world of one service; what is compiled is kept on disk for the next process.

    Cost: some seconds the first time after an installation, a fraction of a second afterwards.
    """
    service = Service("service", "Service", "organisation", Provenance("warming"), point=HERE)
    geography = Geography("", {"00000": Municipality("00000", "", HERE, None)})
    index = Index.of(offer_of(Catalogue((service,)), AgreementSet(), geography))
    person = PersonFacts("00000")
    index.answer(Question(person, date(2026, 1, 1)))
    rows = np.array([index.person_row(person)])
    crowd, needs = crowd_of(rows, np.zeros(1, np.int32)), needs_for(index, [()])
    found = answer_crowd(index, crowd, needs, on=date(2026, 1, 1), top=1)
    people = People(pl.Series([1]), crowd, needs, np.full(1, -1, np.int32), rejected=(), read=1)
    chunk = Answered(np.zeros(1, np.int64), *found)
    Words(index, on=date(2026, 1, 1)).table(people.ids, chunk)
    Count(index, people).add(chunk)
    propose(index, people, {}, on=date(2026, 1, 1), seed=1)
    compare(twin_offers(index.offer, index.offer, on=date(2026, 1, 1)), crowd)
    index.answer(Question(person, date(2026, 1, 1)))  # with the planes, now that they are laid out
    index_after(index, offer_after(index.offer, Change({service.id: replace(service, age_from=16)})))
    OfferMap(index).answer(ComplementarityQuestion(FRANCE, "numerique", 1, date(2026, 1, 1)), ImaginedChange(), {})
