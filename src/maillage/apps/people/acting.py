"""In whose name the database is asked: settings of the transaction that the row policies read, and a role they bind."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from maillage.apps.people.walls import PREFIX, SYSTEM, raise_walls, settings_of
from maillage.domain.accounts import Actor
from maillage.domain.shared import MaillageError
from maillage.domain.visibility import Scope

_log = logging.getLogger(__name__)

APPLICATION_ROLE = "maillage_app"
"""A role of PostgreSQL that owns nothing and cannot bypass the row policies."""
JOURNALS = ("audit_auditevent", "audit_reading", "audit_seal")
_NOTHING = {**{f"{PREFIX}{scope.value}": "" for scope in Scope}, f"{PREFIX}{SYSTEM}": "", "role": "none"}
_acting: ContextVar[Mapping[str, str]] = ContextVar("acting", default=_NOTHING)
_bound: set[str] = set()


class WallsDown(MaillageError):
    """This login of PostgreSQL goes through the row policies: nobody's pages are served until the role is made."""

    sentence_fr = (
        "Les pages des personnes sont fermées : la connexion à PostgreSQL contourne les murs autour des dossiers. "
        "Lancez « maillage database roles », puis recommencez."
    )
    sentence_en = (
        "The pages about people are closed: the login of PostgreSQL goes through the walls around the files. "
        "Run « maillage database roles », then try again."
    )

    def __init__(self) -> None:
        super().__init__(self.sentence_en)


@contextmanager
def as_actor(actor: Actor, *, on: date) -> Iterator[None]:
    """Ask the database in the name of somebody, in one transaction: the policies show what that person sees.

    The settings end with the transaction, so that a connection lent to another request carries nothing along. Inside
    another ``as_actor`` or ``as_system`` the former name comes back at the end.

    Raises:
        WallsDown: the policies would not hold what is asked.
    """
    if not walls_hold():
        _log.critical("%s", WallsDown.sentence_en)
        raise WallsDown
    with _in_the_name_of({**_NOTHING, **settings_of(actor, on=on)}):
        yield


@contextmanager
def as_system(name: str) -> Iterator[None]:
    """Ask the database in the name of a background job, or of a use case that has just permitted something.

    ``name`` says which one (``people.transfer``); the policies show everything to it. Whoever opens it has checked
    the right of the actor before.
    """
    with _in_the_name_of({**_NOTHING, f"{PREFIX}{SYSTEM}": name}):
        yield


@contextmanager
def _in_the_name_of(values: Mapping[str, str]) -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield  # the filter alone holds; a transaction around every look would let one writer in at a time
        return
    before = _acting.get()
    with transaction.atomic():
        wanted = {**values, "role": APPLICATION_ROLE if _is_role_ready() else "none"}
        _set(wanted)
        token = _acting.set(wanted)
        try:
            yield
        finally:
            _acting.reset(token)
        # After an error the rollback brings the former settings back by itself.
        _set(before)


def _set(values: Mapping[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in values.items() for part in pair])


def walls_hold() -> bool:
    """Tell whether the row policies bind what is asked here: by the role of the application, else by the login itself.

    A superuser, or a login that bypasses policies, is bound by the role alone. The embedded database has no policies:
    the filter holds there, and this is true.
    """
    if connection.vendor != "postgresql" or _is_role_ready():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
        (bypasses,) = cursor.fetchone()
    return not bypasses


def _is_role_ready() -> bool:
    """Tell whether this login may act as the application's role, and that role may read; a yes is remembered."""
    name = str(connection.settings_dict["NAME"])
    if name in _bound:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(session_user, oid, 'MEMBER') AND has_table_privilege(oid, 'people_person', 'SELECT') "
            "FROM pg_roles WHERE rolname = %s",
            [APPLICATION_ROLE],
        )
        row = cursor.fetchone()
    if row is not None and row[0]:
        _bound.add(name)
        return True
    return False


def prepare_roles(connection: BaseDatabaseWrapper) -> bool:
    """Make the application's role where this login may, give it its rights, raise the walls; gives whether it stands.

    The role reads and writes rows, adds to the journals without changing them, and owns nothing.
    """
    if connection.vendor != "postgresql":
        return False
    raise_walls(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        (may_create,) = cursor.fetchone()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
        exists = cursor.fetchone() is not None
        if not (exists or may_create):
            return False
        if may_create:
            cursor.execute(
                f"DO $$ BEGIN CREATE ROLE {APPLICATION_ROLE} NOBYPASSRLS; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(JOURNALS)} FROM {APPLICATION_ROLE}")
    return True
