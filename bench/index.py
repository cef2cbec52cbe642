"""The index: laying it out, keeping it on disk, opening it, following what changes, reading any day.

A national catalogue invented from a seed is kept in a database of its own (SQLite in a new folder). The time after a change
is what the next question waits for: what differs is read in the database; the offer, the arrays and the planes follow.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

from bench.measuring import Asked, MeasureFailed
from bench.worlds import ON, national_geography, national_offer
from maillage.domain.agreements import Agreement, AgreementSet
from maillage.domain.eligibility import Question, Settings
from maillage.domain.people import PersonFacts
from maillage.domain.rules import Among, Condition
from maillage.domain.services import Service
from maillage.domain.territories import Geography
from maillage.engine.columnar import Index

CHANGED, OPENED, CHECKED = 32, 3, 2_000
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, LAST = date(1990, 1, 1), date(2050, 1, 1)
CHANGES: Mapping[str, Callable[[Service, Service], Service]] = {
    "asks for others": lambda one, _: replace(one, age_from=33),
    "moves": lambda one, other: replace(one, point=other.point, municipality=other.municipality),
    "comes": lambda one, _: replace(one, id=f"{one.id}-new", provenance=_of(one, f"{one.id}-new")),
    "goes": lambda one, _: replace(one, for_employers=True),
    "has other themes": lambda one, other: replace(one, themes=other.themes),
    "reaches further": lambda one, _: replace(one, reach_km=80.0),
    "is remote, or no longer": lambda one, _: replace(one, remote=not one.remote, in_person=one.remote),
    "has another zone": lambda one, other: replace(one, zone=None if one.zone else other.zone),
}
"""What happens to a service, with one of elsewhere; goes: it is for employers from then on."""


class Told(NamedTuple):
    """One figure."""

    quantity: str
    value: float
    unit: str


class Took(NamedTuple):
    """What a call took, in milliseconds."""

    clock: float
    processor: float


def took(work: Callable[[], object]) -> Took:
    """Time one call: the clock, and this process's processor."""
    clock, processor = perf_counter(), process_time()
    work()
    return Took((perf_counter() - clock) * 1e3, (process_time() - processor) * 1e3)


def summary(name: str, times: Sequence[Took]) -> list[Told]:
    """Give the median and the 99th percentile of the processor and of the clock."""
    return [
        Told(f"{name}, {measure} p{share}", float(np.percentile([getattr(one, measure) for one in times], share)), "ms")
        for measure in ("processor", "clock")
        for share in (50, 99)
    ]


class Installation:
    """A catalogue in its database, and what the application keeps laid out of it."""

    def __init__(self, home: Path, geography: Geography, agreements: AgreementSet) -> None:
        """Begin an installation of its own in a folder."""
        os.environ.update(MAILLAGE_HOME=str(home), DATABASE_URL="", DJANGO_SETTINGS_MODULE="maillage.config.settings")
        import django  # noqa: PLC0415 (the settings read the environment)
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        from maillage.apps.catalogue import queries, use_cases  # noqa: PLC0415 (needs the settings)
        from maillage.apps.catalogue.following import CatalogueState  # noqa: PLC0415
        from maillage.apps.eligibility import keeping  # noqa: PLC0415

        self.geography, self.agreements = geography, agreements
        self.keeping, self.keep_records = keeping, use_cases.keep_records
        self._last_change, self._state = queries.last_change, CatalogueState

    def keep(self, services: Sequence[Service], *, after: int) -> None:
        """Keep services as files bring them, so many days after the first."""
        self.keep_records(services, format_name="bench", at=AT + timedelta(days=after))

    def wanted(self, agreements: AgreementSet | None = None) -> Any:
        """Name what a question of now rests on."""
        texts = agreements or self.agreements
        digests = tuple(sorted(one.digest for one in texts))
        return self.keeping.Wanted(
            texts, digests, self._state(*self._last_change(), ON), self.geography, "bench", Settings()
        )

    def laid_out(self, agreements: AgreementSet | None = None) -> Index:
        """Give the index, as the application does at each request."""
        found: Index = self.keeping.laid_out(self.wanted(agreements))
        return found

    def laid_out_anew(self) -> Index:
        """Give the index made of everything there is in the database."""
        found: Index = self.keeping.made_anew(self.wanted()).index
        return found

    def forget(self) -> None:
        """Begin as a new process does."""
        self.keeping.forget()


def index_figures(asked: Asked, shared: Path, home: Path) -> list[Told]:
    """Measure everything in an installation of its own.

    Raises:
        MeasureFailed: the index that followed all changes does not answer as one made anew, or its planes were lost.
    """
    geography = national_geography(shared)
    offer = national_offer(geography, services=asked.services, agreements=asked.agreements, seed=asked.seed)
    installed = Installation(home, geography, offer.agreements)
    apart = len(offer.services) // (2 * CHANGED)
    # Those that will change are alone of their source: a file of one record closes nobody else's.
    alone = [replace(one, provenance=_of(one, one.id)) for one in offer.services[::apart]]
    installed.keep([*{one.id: one for one in (*offer.services, *alone)}.values()], after=0)
    return [
        *_kept_on_disk(installed),
        *_services_changed(installed, alone),
        *_texts_changed(installed),
        *_any_day(installed.laid_out()),
    ]


def _of(service: Service, source: str) -> Any:
    return replace(service.provenance, source=source)


def _kept_on_disk(installed: Installation) -> list[Told]:
    """Lay out from the database, keep, open again."""
    made, written = took(installed.laid_out), took(lambda: installed.keeping.written(installed.wanted()))
    size = installed.keeping.manifests_in(installed.keeping.index_folder())[0].size
    opened = []
    for _ in range(OPENED):
        installed.forget()
        opened.append(took(installed.laid_out))
    return [
        Told("laid out from the database, processor", made.processor / 1e3, "s"),
        Told("laid out with its planes and written, processor", written.processor / 1e3, "s"),
        Told("laid out with its planes and written, clock", written.clock / 1e3, "s"),
        Told("on disk", size / 1024**2, "MiB"),
        Told("opened from disk, processor", min(one.processor for one in opened) / 1e3, "s"),
        Told("opened from disk, clock", min(one.clock for one in opened) / 1e3, "s"),
    ]


def _services_changed(installed: Installation, services: Sequence[Service]) -> list[Told]:
    """Change one service after the other, in each way in turn, the planes following; then compare with what is made anew.

    The first of each way is not counted: it is when a process reads what was compiled.
    """
    kinds, times = list(CHANGES.items()), []
    for number in range(len(kinds) + CHANGED):
        one, other = services[number], services[-1 - number]
        _, changed = kinds[number % len(kinds)]
        installed.keep([changed(one, other)], after=1)
        times.append(took(installed.laid_out))
    index, anew = installed.laid_out(), installed.laid_out_anew()
    if "shelves" not in vars(index):
        raise MeasureFailed("the planes did not follow")
    draw = np.random.default_rng(CHECKED)
    homes, ages = draw.choice(sorted(installed.geography.municipalities), CHECKED), draw.integers(16, 65, CHECKED)
    for home, age in zip(homes.tolist(), ages.tolist(), strict=True):
        question = Question(PersonFacts(home, age=age), ON)
        if index.answer(question) != anew.answer(question):
            raise MeasureFailed(f"the index that followed does not answer as one made anew in {home}")
    return summary("one service changed, planes included", times[len(kinds) :])


def _texts_changed(installed: Installation) -> list[Told]:
    """Change one agreement after the other, then come back to those of before, which is not counted."""
    known = dict(installed.agreements.agreements)
    keys = sorted(known)

    def suspended(text: Agreement, _: int) -> Agreement | None:
        return replace(text, effective_until=date(2026, 2, 1))

    def removed(_: Agreement, __: int) -> Agreement | None:
        return None

    def other_values(text: Agreement, number: int) -> Agreement | None:
        clause = known[keys[number - 1]].articles[0].clauses[0]
        return _with_condition(text, clause.body.condition)

    def new_value(text: Agreement, number: int) -> Agreement | None:
        return _with_condition(text, Among("occupation", frozenset({f"N{number:04}"})))

    told = []
    for name, changed in (
        ("one agreement suspended", suspended),
        ("one agreement removed", removed),
        ("one agreement over values that others name", other_values),
        ("one agreement over a value that none named", new_value),
    ):
        times = []
        for number in range(1, min(CHANGED, len(keys) - 1) + 1):
            key = keys[number]
            text = changed(known[key], number)
            others = {one: found for one, found in known.items() if one != key}
            named = {} if text is None else {key: replace(text, digest=f"{name}-{number}")}
            texts = AgreementSet(others | named)
            installed.laid_out()
            times.append(took(lambda texts=texts: installed.laid_out(texts)))
        told += summary(name, times)
    return told


def _with_condition(text: Agreement, condition: Condition) -> Agreement:
    (article,) = text.articles
    clauses = tuple(replace(one, body=replace(one.body, condition=condition)) for one in article.clauses)
    return replace(text, articles=(replace(article, clauses=clauses),))


def _any_day(index: Index) -> list[Told]:
    """Ask about a day of each week of sixty years, none of them kept."""
    times = []
    for number in range(0, (LAST - FIRST).days, 7):
        index.days.clear()
        times.append(took(lambda day=FIRST + timedelta(days=number): index.usable_on(day)))
    return summary("any day from 1990 to 2050", times)
