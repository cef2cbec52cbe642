"""The database of a matrix: made once for a module, under the row policies; every cell undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings

from maillage.apps.people.acting import prepare_roles
from tests.web.conftest import load_demonstration


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Open the database for a module, in one transaction that is undone.

    One address asks for everybody here, hence no limit.
    """
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MAILLAGE_API_PER_MINUTE=0):
        prepare_roles(connection)
        load_demonstration()
        yield
        transaction.set_rollback(True)
