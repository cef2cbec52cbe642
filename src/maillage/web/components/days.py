"""Days and hours as they are said, for pages and templates (``{% load days %}``): « 1er novembre », « 9 h 30 »."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from maillage.engine.wording import day_in_words
from maillage.web.components.hours import clock
from maillage.web.components.languages import current_language

register = template.Library()


@register.filter
def day(on: date | None) -> str:
    """Say a day, or that of an instant: « 3 novembre 2026 »; nothing when there is none."""
    return "" if on is None else day_in_words(_here(on), current_language())


@register.filter
def short_day(on: date) -> str:
    """Say a day without its year, as one does aloud: « 3 novembre »."""
    return day(on).removesuffix(f" {_here(on).year}")


@register.filter
def hour(at: datetime) -> str:
    """Say the hour of an instant: « 9 h 30 »."""
    return clock(timezone.localtime(at).time())


def _here(on: date) -> date:
    return timezone.localdate(on) if isinstance(on, datetime) else on
