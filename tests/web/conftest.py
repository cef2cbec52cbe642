from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maillage.apps.catalogue import demonstration as catalogue
from maillage.apps.observatory import demonstration as observatory
from maillage.apps.territories import demonstration as territories

LOADED_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
HAGUENAU = "municipality=67180&age=20&registered=yes&on=2022-03-01"
LE_BLANC = "municipality=36018&age=35&on=2024-10-15"


def load_demonstration() -> None:
    territories.load(by="demonstration", at=LOADED_AT)
    catalogue.load(by="demonstration", at=LOADED_AT)
    observatory.load(by="demonstration", at=LOADED_AT)


@pytest.fixture
def demonstration(db) -> None:
    load_demonstration()
