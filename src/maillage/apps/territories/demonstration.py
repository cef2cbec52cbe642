"""The territories that the product ships: the Indre, and Haguenau-Wissembourg."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from maillage.apps.imports.use_cases import ImportReport, import_file
from maillage.apps.territories.models import GeographyVersion

FOLDER = Path(__file__).resolve().parents[2] / "demonstration"
FILES = (("passage", "passage.csv"), ("territories", "territories.csv"), ("territory-names", "names.csv"))


def is_loaded() -> bool:
    """Tell whether any territory is loaded: the demonstration never mixes with what an operator imported."""
    return GeographyVersion.objects.exists()


def load(*, by: str, at: datetime) -> tuple[ImportReport, ...]:
    """Load the territories of the demonstration, the way any file is imported."""
    return tuple(import_file(by=by, format_name=name, path=FOLDER / file, at=at) for name, file in FILES)
