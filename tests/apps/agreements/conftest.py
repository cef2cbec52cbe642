from __future__ import annotations

from tests.apps.eligibility.conftest import agreements

__all__ = ["agreements"]
