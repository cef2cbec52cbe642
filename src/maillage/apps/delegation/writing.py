"""One transaction in somebody's name: what a use case writes is kept whole or not at all, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction

from maillage.apps.people.acting import as_actor, as_system
from maillage.domain.accounts import Actor


@contextmanager
def writing_as(actor: Actor, *, on: date) -> Iterator[None]:
    """Write in the name of somebody, in one transaction."""
    with transaction.atomic(), as_actor(actor, on=on):
        yield


@contextmanager
def writing_as_system(name: str) -> Iterator[None]:
    """Write what was just permitted, or what a job does, in one transaction; ``name`` says which."""
    with transaction.atomic(), as_system(name):
        yield
