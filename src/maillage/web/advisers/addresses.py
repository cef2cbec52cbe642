"""The address of a page is its question: making, shortening and changing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import QueryDict
from django.urls import reverse

from maillage.web.advisers.forms import STATUSES, UNKNOWN, QuestionForm

SINGLE = ("age", "months", "qualification", "occupation")
MANY = ("group", "barrier", "theme")
FREE = ("show", "skip", "shown")
MINIFIED_POINT_DECIMALS = 3  # a hundred metres: enough for a distance, not enough for a door


def short_query(form: QuestionForm, typed: QueryDict, *, today: date) -> QueryDict:
    """Write the question of a valid form without what is blank: the code of the municipality, the facts known."""
    query = QueryDict(mutable=True)
    assert form.home is not None  # noqa: S101 (a valid form has one)
    query["municipality"] = form.home.code
    point = form.cleaned_data["point"]
    if point is not None:
        query["point"] = f"{point.latitude:.{MINIFIED_POINT_DECIMALS}f},{point.longitude:.{MINIFIED_POINT_DECIMALS}f}"
    for name in (*SINGLE[:1], *STATUSES, *SINGLE[1:]):
        value = form.cleaned_data[name]
        if value not in {None, "", UNKNOWN}:
            query[name] = str(value)
    for name in MANY:
        if form.cleaned_data[name]:
            query.setlist(name, form.cleaned_data[name])
    if form.cleaned_data["on"] not in {None, today}:
        query["on"] = form.cleaned_data["on"].isoformat()
    for name in FREE:
        if typed.getlist(name):
            query.setlist(name, typed.getlist(name))
    return query


def is_long(typed: QueryDict) -> bool:
    """Tell whether an address holds what a form sent without meaning it: blanks, or the text of the municipality."""
    return "place" in typed or any(value == "" for _, values in typed.lists() for value in values)


def changed(query: QueryDict, *, without: Iterable[str] = (), **changes: str | list[str]) -> QueryDict:
    """Give a copy of a question with some parts left out or replaced."""
    copy = query.copy()
    for name in without:
        copy.pop(name, None)
    for name, value in changes.items():
        copy.setlist(name, value if isinstance(value, list) else [value])
    return copy


def address(name: str, query: QueryDict | None = None) -> str:
    """Give the address of one of the adviser's pages with a question."""
    encoded = query.urlencode() if query else ""
    return reverse(f"advisers:{name}") + (f"?{encoded}" if encoded else "")


def hidden_fields(query: QueryDict, *, without: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """List what a small form must send again so that the rest of the question is kept."""
    left_out = set(without)
    return tuple((name, value) for name, values in query.lists() if name not in left_out for value in values)
