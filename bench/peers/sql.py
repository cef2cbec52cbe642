"""The SQL that DuckDB and PostgreSQL share: which clauses people hold, and which doors that opens."""

from __future__ import annotations

from bench.asked import NEED_AT, NEEDS_AT_MOST, RANK_AT, SERVICE_AT
from bench.conditions import in_sql
from bench.tables import BITS, World


def opened_words(world: World) -> list[str]:
    """Write, for each word of clauses, the mask of those that a person holds, by the group of their home."""
    words = []
    for word in range(world.clause_words):
        cases = []
        for group, kept in enumerate(world.clauses_of_group):
            terms = [
                f"case when {in_sql(left)} then {1 << bit % BITS}::bigint else 0 end"
                for bit, (_, left) in enumerate(kept)
                if bit // BITS == word
            ]
            if terms:
                cases.append(f"when {group} then {' + '.join(terms)}")
        words.append(f"(case grp {' '.join(cases)} else 0 end)" if cases else "0::bigint")
    return words


def serves(world: World, need: int) -> str:
    """Write that a candidate serves one of a person's needs."""
    words = range(world.theme_words)
    return "(" + " or ".join(f"(c.theme{word} & p.need{need}_{word}) <> 0" for word in words) + ")"


def own_conditions() -> str:
    """Write the service's own conditions: what is null is not open."""
    publics = "(c.publics = 0 or (p.target_group & c.publics) <> 0)"
    return f"{publics} and (c.low is null or p.age between c.low and c.high)"


def is_open(world: World) -> str:
    """Write that a clause, or the service's own basis, opens a candidate."""
    clauses = [f"(p.opened{word} & c.clause{word}) <> 0" for word in range(world.clause_words)]
    return f"(not c.reserved or {' or '.join(clauses)})"


def is_needed(world: World) -> str:
    """Write that a candidate serves a need, or that the person has none."""
    return f"(not p.has_needs or {' or '.join(serves(world, need) for need in range(NEEDS_AT_MOST))})"


def need_number(world: World) -> str:
    """Write the first need that a candidate serves, in the order given; 0 for those who need nothing."""
    cases = " ".join(f"when {serves(world, need)} then {need}" for need in range(1, NEEDS_AT_MOST))
    return f"(case when not p.has_needs or {serves(world, 0)} then 0 {cases} else 0 end)"


def slot(world: World, lowest: str) -> str:
    """Write which clause opens a candidate: the lowest bit in common and 1, or 0 for its own basis."""
    cases = " ".join(
        f"when (p.opened{word} & c.clause{word}) <> 0 then {1 + word * BITS} + "
        + lowest.format(mask=f"(p.opened{word} & c.clause{word})")
        for word in range(world.clause_words)
    )
    return f"(case {cases} else 0 end)"


def packed(world: World, lowest: str) -> str:
    """Write an answer as one number that sorts as answers do."""
    parts = (
        f"({need_number(world)}::bigint << {NEED_AT})",
        f"(c.rank::bigint << {RANK_AT})",
        f"(c.service::bigint << {SERVICE_AT})",
        f"{slot(world, lowest)}::bigint",
    )
    return " + ".join(parts)
