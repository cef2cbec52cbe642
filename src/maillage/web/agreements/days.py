"""The day that an address asks for: read, or said to be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from maillage.engine.wording import day_in_words
from maillage.web.components.languages import current_language

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_SHOWN = 20


@dataclass(frozen=True)
class AskedDay:
    """A day asked for; ``mistake`` says what to write when it could not be read, and the day is then the default."""

    day: date
    typed: str = ""
    mistake: str = ""

    @property
    def iso(self) -> str:
        """The day as an address and a field hold it."""
        return self.day.isoformat()

    @property
    def words(self) -> str:
        """The day as it is said."""
        return day_in_words(self.day, current_language())


def read_day(typed: str, default: date) -> AskedDay:
    """Read a day; nothing typed is the default."""
    if not typed:
        return AskedDay(default)
    try:
        if DAY.fullmatch(typed):
            return AskedDay(date.fromisoformat(typed), typed)
    except ValueError:
        pass
    sentence = _("« %(typed)s » n’est pas un jour : écrivez-le comme 2024-03-01.")
    return AskedDay(default, typed, sentence % {"typed": typed[:LONGEST_SHOWN]})
