"""Where agreements meet the catalogue."""

from __future__ import annotations

from tests.engine.asking import agreement, offer, opens, service


def test_each_clause_says_how_many_services_it_concerns_employers_included():
    text = agreement(opens(), opens(services="all"), opens(services="[absent]"))

    met = offer(service(), service("entreprises", for_employers=True), texts=[text])

    assert [met.concerned_count[position] for position, _ in enumerate(met.clauses)] == [1, 2, 0]
