"""The recent rates of unemployment that the product ships, for the departments of its demonstration."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from maillage.apps.imports.use_cases import ImportReport, import_file
from maillage.apps.observatory.models import UnemploymentSeries

FILE = Path(__file__).resolve().parents[2] / "demonstration" / "unemployment.csv"


def load(*, by: str, at: datetime) -> tuple[ImportReport, ...]:
    """Load the rates of the demonstration where no series is loaded, the way any file is imported."""
    if UnemploymentSeries.objects.exists():
        return ()
    return (import_file(by=by, format_name="chomage-departements", path=FILE, at=at),)
