"""The rule of visibility compiled: to a filter of Django, and to the row policies of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, OuterRef, Q, QuerySet

from maillage.domain.accounts import Actor
from maillage.domain.visibility import (
    FOLLOWING_ROLES,
    HEALTH_RULE,
    LEAD_ONLY_RULE,
    LINK_RULE,
    OF_A_PERSON_SEEN,
    OVERSEEING_ROLES,
    PERSON_RULE,
    RECEIVING_ROLES,
    Absent,
    Among,
    Either,
    Every,
    Later,
    Marked,
    RowRule,
    Same,
    Scope,
    Through,
)

PREFIX = "maillage."
SYSTEM = "system"
"""The setting that names the background job, or the use case, that acts beyond what one actor sees."""
_KINDS = {
    Scope.ORGANISATION: "text",
    Scope.SITE: "uuid",
    Scope.MEMBERSHIPS: "uuid[]",
    Scope.TEAMS: "uuid[]",
    Scope.DAY: "date",
    Scope.FOLLOWS: "text",
    Scope.RECEIVES: "text",
    Scope.OVERSEES: "text",
}
NOBODY = Q(pk__in=())


@dataclass(frozen=True)
class Wall:
    """What holds of one table: which rows an actor sees, and the columns of which one names the organisation of a writer.

    Without such columns (``written_by`` empty) whoever sees what the row hangs on may write it.
    """

    rule: RowRule
    written_by: tuple[str, ...] = ()


WALLS: dict[str, Wall] = {
    "people_person": Wall(PERSON_RULE, ("lead_organisation",)),
    "people_healthfacts": Wall(HEALTH_RULE),
    "people_link": Wall(LINK_RULE, ("lead_organisation", "organisation")),
    "sharing_consent": Wall(OF_A_PERSON_SEEN),
    "sharing_objection": Wall(LEAD_ONLY_RULE),
    "sharing_informationsheet": Wall(LEAD_ONLY_RULE),
    "sharing_followlink": Wall(LEAD_ONLY_RULE),
}
"""Every table that holds something about a person, by name; a context adds its own with ``build_wall``."""


def build_wall(table: str, rule: RowRule, *written_by: str) -> None:
    """Add the tables of a context above this one, once its app is ready."""
    WALLS[table] = Wall(rule, written_by)


# What an actor brings


def values_of(actor: Actor, *, on: date) -> dict[Scope, object]:
    """Give what the rules compare rows with, for somebody on a day."""
    return {
        Scope.ORGANISATION: actor.organisation,
        Scope.SITE: actor.site,
        Scope.MEMBERSHIPS: actor.memberships,
        Scope.TEAMS: actor.teams,
        Scope.DAY: on,
        Scope.FOLLOWS: actor.organisation if actor.role in FOLLOWING_ROLES else None,
        Scope.RECEIVES: actor.organisation if actor.role in RECEIVING_ROLES else None,
        Scope.OVERSEES: actor.organisation if actor.role in OVERSEEING_ROLES else None,
    }


def settings_of(actor: Actor, *, on: date) -> dict[str, str]:
    """Give the same values as PostgreSQL reads them in the settings of a transaction."""
    return {f"{PREFIX}{scope.value}": _as_text(value) for scope, value in values_of(actor, on=on).items()}


def _as_text(value: object) -> str:
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(str(one) for one in value)) + "}"
    return "" if value is None else str(value)


# The filter


def visible_to(table: str, actor: Actor, *, on: date) -> Q:
    """Give the filter of the rows of a table that an actor sees on a day.

    Raises:
        KeyError: no wall was built around that table.
    """
    return as_filter(WALLS[table].rule, values_of(actor, on=on))


def as_filter(rule: RowRule, values: Mapping[Scope, object]) -> Q:  # noqa: PLR0911 (one case for each kind of rule)
    """Compile a rule to a filter for the values of one actor."""
    match rule:
        case Same(column, scope):
            return NOBODY if values[scope] is None else Q(**{column: values[scope]})
        case Among(column, scope):
            return Q(**{f"{column}__in": values[scope]})
        case Absent(column):
            return Q(**{f"{column}__isnull": True})
        case Marked(column):
            return Q(**{column: True})
        case Later(column, scope):
            return Q(**{f"{column}__gt": values[scope]})
        case Every(parts):
            return _every(parts, values)
        case Either(parts):
            return _either(parts, values)
        case Through(table, their_column, column, inner):
            within = as_filter(WALLS[table].rule if inner is None else inner, values)
            rows: QuerySet[models.Model] = QuerySet(model_of(table)).filter(within, **{their_column: OuterRef(column)})
            return Q(Exists(rows))


def _every(parts: tuple[RowRule, ...], values: Mapping[Scope, object]) -> Q:
    found = Q()
    for part in parts:
        inner = as_filter(part, values)
        if inner == NOBODY:
            return NOBODY
        found &= inner
    return found


def _either(parts: tuple[RowRule, ...], values: Mapping[Scope, object]) -> Q:
    found = [inner for inner in (as_filter(part, values) for part in parts) if inner != NOBODY]
    if not found:
        return NOBODY
    joined = found[0]
    for inner in found[1:]:
        joined |= inner
    return joined


def model_of(table: str) -> type[models.Model]:
    """Find the model of a table.

    Raises:
        StopIteration: no model has that table.
    """
    return next(model for model in apps.get_models() if model._meta.db_table == table)  # noqa: SLF001 (Django's own door)


# The row policies


def as_condition(rule: RowRule, table: str) -> str:  # noqa: PLR0911 (one case for each kind of rule)
    """Compile a rule to the condition of a policy on a table; settings are read once for a statement, not for a row."""
    match rule:
        case Same(column, scope):
            return f"{table}.{column} = {_setting(scope)}"
        case Among(column, scope):
            # The cast tells the array of a setting from a subquery, which would be run through for each row.
            return f"{table}.{column} = ANY ({_setting(scope)}::{_KINDS[scope]})"
        case Absent(column):
            return f"{table}.{column} IS NULL"
        case Marked(column):
            return f"{table}.{column}"
        case Later(column, scope):
            return f"{table}.{column} > {_setting(scope)}"
        case Every(parts):
            return "(" + " AND ".join(as_condition(part, table) for part in parts) + ")"
        case Either(parts):
            # What the row says by itself comes first: another table is looked into only where that does not decide.
            ordered = sorted(parts, key=_looks_elsewhere)
            return "(" + " OR ".join(as_condition(part, table) for part in ordered) + ")"
        case Through(_, _, column, _):
            return f"{_function_name(rule)}({table}.{column})"


def _looks_elsewhere(rule: RowRule) -> bool:
    match rule:
        case Every(parts) | Either(parts):
            return any(_looks_elsewhere(part) for part in parts)
        case _:
            return isinstance(rule, Through)


def _throughs(rule: RowRule) -> Iterator[Through]:
    """Give the looks into other tables of a rule, the innermost first."""
    match rule:
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _throughs(part)
        case Through(inner=inner):
            if inner is not None:
                yield from _throughs(inner)
            yield rule


def _function_name(rule: Through) -> str:
    return f"wall_{sha256(_body(rule).encode()).hexdigest()[:16]}"


def _body(rule: Through) -> str:
    # Without an inner rule the policy of the other table decides, as it does for whoever reads it.
    within = f" AND {as_condition(rule.inner, rule.table)}" if rule.inner is not None else ""
    return f"SELECT 1 FROM {rule.table} WHERE {rule.table}.{rule.their_column} = key{within}"  # noqa: S608 (names of our own)


def _function(rule: Through) -> str:
    # A function is planned once in a session; written out in the policy it would be planned with every statement.
    return (
        f"CREATE OR REPLACE FUNCTION {_function_name(rule)}(key uuid) RETURNS boolean LANGUAGE plpgsql STABLE "
        f"AS $wall$ BEGIN RETURN EXISTS ({_body(rule)}); END $wall$"
    )


def _setting(scope: Scope) -> str:
    # Absent, or emptied at the end of a transaction, a setting is NULL and shows nothing.
    return f"(SELECT NULLIF(current_setting('{PREFIX}{scope.value}', true), '')::{_KINDS[scope]})"


def statements_for(table: str, wall: Wall) -> list[str]:
    """Give the statements that raise the wall of one table, from whatever stood before."""
    system = f"(SELECT NULLIF(current_setting('{PREFIX}{SYSTEM}', true), '') IS NOT NULL)"
    seen = f"{system} OR {as_condition(wall.rule, table)}"
    ours = " OR ".join(f"{table}.{column} = {_setting(Scope.ORGANISATION)}" for column in wall.written_by)
    written = f"{system} OR {ours}" if ours else seen
    create = f"CREATE POLICY {table}_wall ON {table} USING ({seen}) WITH CHECK ({written})"
    return [
        *(_function(through) for through in _throughs(wall.rule)),
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {table}_wall ON {table}",
        create,
        f"COMMENT ON POLICY {table}_wall ON {table} IS '{sha256(create.encode()).hexdigest()}'",
    ]


def raise_walls(connection: BaseDatabaseWrapper) -> list[str]:
    """Make the policies of the database those of the code; give the tables whose wall was raised anew.

    Elsewhere than on PostgreSQL the filter alone holds and nothing is done.
    """
    if connection.vendor != "postgresql":
        return []
    raised = []
    with connection.cursor() as cursor:
        standing = _standing(cursor)
        present = set(connection.introspection.table_names(cursor))
        for table, wall in WALLS.items():
            statements = statements_for(table, wall)
            if table in present and f"IS '{standing.get(table)}'" not in statements[-1]:
                for statement in statements:
                    cursor.execute(statement)
                raised.append(table)
    return raised


def _standing(cursor: object) -> dict[str, str]:
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT tables.relname, obj_description(policies.oid, 'pg_policy') FROM pg_policy policies "
        "JOIN pg_class tables ON tables.oid = policies.polrelid WHERE tables.relforcerowsecurity"
    )
    return dict(cursor.fetchall())  # type: ignore[attr-defined]
