"""The offer that the product ships: the Indre and Haguenau-Wissembourg, and the schemes that the signed texts name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from maillage.apps.catalogue.queries import formats_kept
from maillage.apps.imports.use_cases import ImportReport, import_file

FOLDER = Path(__file__).resolve().parents[2] / "demonstration"
FILES = (("organisations", "organisations.csv"), ("access-points", "places.csv"), ("services", "schemes.csv"))


def holds_other_files() -> bool:
    """Tell whether an operator imported something: the demonstration is not mixed into it."""
    return bool(formats_kept() - {name for name, _ in FILES})


def load(*, by: str, at: datetime) -> tuple[ImportReport, ...]:
    """Load the offer of the demonstration, the way any file is imported; nothing where an operator imported other files.

    The territories must be loaded before. Loading again changes nothing.
    """
    if holds_other_files():
        return ()
    return tuple(import_file(by=by, format_name=name, path=FOLDER / file, at=at) for name, file in FILES)
