"""The index: laying it out, keeping it, opening it, following a change, any day: `python -m bench.index [RESULTS]`.

A national catalogue invented from a seed is kept in a database of its own (SQLite in a new folder). Seconds are those of
the clock and, after a change, of this process's processor: the machine may have other work.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bench.worlds import ON, national_geography, national_offer

SERVICES, AGREEMENTS, SEED = 100_000, 300, 2026
CHANGED = 30
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, LAST = date(1990, 1, 1), date(2050, 1, 1)


def took(work: Callable[[], object]) -> tuple[float, float]:
    """Time one call: the clock and the processor, in milliseconds."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3


def summary(name: str, times: list[tuple[float, float]]) -> dict[str, float]:
    """Give the median and the 99th percentile of the clock, and the median of the processor."""
    clock, processor = np.array(times).T
    return {
        f"{name}_p50_ms": float(np.percentile(clock, 50)),
        f"{name}_p99_ms": float(np.percentile(clock, 99)),
        f"{name}_processor_p50_ms": float(np.percentile(processor, 50)),
    }


def measure(shared: Path) -> dict[str, float]:
    """Fill the database, then measure."""
    from maillage.apps.catalogue import queries  # noqa: PLC0415 (needs the settings)
    from maillage.apps.catalogue.following import CatalogueState  # noqa: PLC0415
    from maillage.apps.catalogue.use_cases import keep_records  # noqa: PLC0415
    from maillage.apps.eligibility import keeping  # noqa: PLC0415
    from maillage.domain.eligibility import Settings  # noqa: PLC0415

    geography = national_geography(shared)
    offer = national_offer(geography, services=SERVICES, agreements=AGREEMENTS, seed=SEED)
    # Those that will change are the only ones of their source: a file of one record closes nobody else's.
    services = [
        replace(one, provenance=replace(one.provenance, source=f"bench-{place}")) if place % 3_000 == 0 else one
        for place, one in enumerate(offer.services)
    ]
    keep_records(services, format_name="bench", at=AT)

    def wanted(**said: Any) -> keeping.Wanted:
        known_in, token = queries.last_change()
        texts = said.get("agreements", offer.agreements)
        digests = tuple(sorted(one.digest for one in texts))
        state = CatalogueState(known_in, token, said.get("on", ON))
        return keeping.Wanted(texts, digests, state, geography, "bench", Settings())

    def forget() -> None:
        keeping._kept.clear()  # noqa: SLF001 - as in a process that begins
        keeping._days.clear()  # noqa: SLF001

    found = {"laid_out_from_the_database_s": took(lambda: keeping.laid_out(wanted()))[0] / 1e3}
    found["built_on_disk_s"] = took(lambda: keeping.written(wanted()))[0] / 1e3
    found["size_mib"] = keeping.manifests_in(keeping.index_folder())[0].size / 1024**2
    opened = []
    for _ in range(3):
        forget()
        opened.append(took(lambda: keeping.laid_out(wanted())))
    found["opened_s"] = min(opened)[0] / 1e3
    changes = []
    for service in services[3_000 : 3_000 * (CHANGED + 1) : 3_000]:
        keep_records([replace(service, age_from=33, name="Autre")], format_name="bench", at=AT + timedelta(days=1))
        changes.append(took(lambda: keeping.laid_out(wanted())))
    found |= summary("one_service_changed", changes)
    found |= texts_changed(keeping, wanted, offer)
    index = keeping.laid_out(wanted())
    days = [FIRST + timedelta(days=number) for number in range(0, (LAST - FIRST).days, 7)]
    cold = []
    for day in days:
        index.days.clear()
        cold.append(took(lambda day=day: index.usable_on(day)))
    found |= summary("any_day", cold)
    found["any_day_most_ms"] = max(cold)[0]
    return found


def texts_changed(keeping: Any, wanted: Callable[..., Any], offer: Any) -> dict[str, float]:
    """Time an agreement suspended, one taken out, and one whose condition names a value that none did."""
    from maillage.domain.agreements import AgreementSet  # noqa: PLC0415
    from maillage.domain.rules import Among  # noqa: PLC0415

    known = dict(offer.agreements.agreements)
    suspended, removed, novel = [], [], []
    for number, key in enumerate(sorted(known)[5 : 5 + 5 * CHANGED : 5]):
        digest = f"{number:063x}"
        closed = replace(known[key], effective_until=date(2026, 2, 1), digest=f"a{digest}")
        texts = AgreementSet({**known, key: closed})
        keeping.laid_out(wanted())
        suspended.append(took(lambda texts=texts: keeping.laid_out(wanted(agreements=texts))))
        texts = AgreementSet({one: text for one, text in known.items() if one != key})
        keeping.laid_out(wanted())
        removed.append(took(lambda texts=texts: keeping.laid_out(wanted(agreements=texts))))
        (article,) = known[key].articles
        condition = Among("occupation", frozenset({f"N{number:04}"}))
        clauses = tuple(replace(one, body=replace(one.body, condition=condition)) for one in article.clauses)
        text = replace(known[key], articles=(replace(article, clauses=clauses),), digest=f"b{digest}")
        texts = AgreementSet({**known, key: text})
        keeping.laid_out(wanted())
        novel.append(took(lambda texts=texts: keeping.laid_out(wanted(agreements=texts))))
    return (
        summary("one_agreement_suspended", suspended)
        | summary("one_agreement_removed", removed)
        | summary("new_condition_value", novel)
    )


def main() -> int:
    """Measure in a folder of its own, print, and write the figures where asked."""
    shared = Path(os.environ.get("MAILLAGE_SHARED") or Path(__file__).parent.parent.parent / "shared")
    if not (shared / "data").is_dir():
        print(f"No real municipalities in {shared}: set MAILLAGE_SHARED to the folder that holds data/.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"MAILLAGE_HOME": folder, "DATABASE_URL": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
        import django  # noqa: PLC0415 (the settings read the environment)
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        figures = measure(shared)
    for name, value in figures.items():
        print(f"{name:44} {value:.3g}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
