"""The page that finds a place: the form, the list, the map beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from maillage.apps.eligibility.queries import offered_on
from maillage.domain.access_points import AccessPoint
from maillage.domain.shared import Point
from maillage.domain.territories import Municipality
from maillage.engine import opening_hours
from maillage.web.components import hours, maps, sentences
from maillage.web.components.forms import MunicipalityForm
from maillage.web.components.hours import Status
from maillage.web.components.languages import current_language
from maillage.web.components.links import Link
from maillage.web.components.maps import Drawing, Marker
from maillage.web.public.kinds import HELPS, kinds_said, kinds_wanted
from maillage.web.public.nearest import Near, far_said, places_near

SHOWN, SHOWN_AT_MOST = 12, 60
LOOKED_AT = 400  # places whose hours are read to find those that are open


class PlacesForm(MunicipalityForm):
    """Where, what for, and whether it must be open now."""

    kind = forms.ChoiceField(
        label=gettext_lazy("De quoi avez-vous besoin ?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choisissez une aide dans la liste.")},
    )
    open = forms.ChoiceField(
        required=False,
        choices=[("now", "now")],
        error_messages={"invalid_choice": gettext_lazy("Cochez ou laissez vide « ouvert maintenant ».")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].label = _("Où habitez-vous ?")
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 (declared above)
        kind.choices = [("", _("Tous les lieux")), *((code, said) for code, (said, _kinds) in HELPS.items())]


@dataclass(frozen=True)
class PlaceRow:
    """A place in a list. ``number`` is its place on the map, ``None`` when nobody knows where it stands."""

    name: str
    address: str
    kinds: str
    status: Status
    week: str
    facts: tuple[str, ...]
    where: str
    telephone: str
    telephone_address: str
    number: int | None
    point: Point | None
    is_demonstration: bool


@dataclass(frozen=True)
class PlacesPage:
    """All that the page shows once a municipality is known."""

    headline: str
    home_name: str
    home_code: str
    home_address: str
    rows: tuple[PlaceRow, ...]
    filters: tuple[Link, ...]
    only_open: Link
    more: Link | None
    drawing: Drawing | None
    start: str
    change_address: str
    has_demonstration: bool


def short_query(form: PlacesForm) -> QueryDict:
    """Write what a valid form asks, without what is blank."""
    query = QueryDict(mutable=True)
    assert form.home is not None  # noqa: S101 (a valid form has one)
    query["municipality"] = form.home.code
    for name in ("kind", "open"):
        if form.cleaned_data[name]:
            query[name] = form.cleaned_data[name]
    return query


def page_of(form: PlacesForm, shown: int, now: datetime) -> PlacesPage:
    """Find the places around a municipality, as they are at a moment of the time of the place."""
    assert form.home is not None  # noqa: S101 (a valid form has one)
    home, query = form.home, short_query(form)
    kind = form.cleaned_data["kind"]
    places = offered_on(now.date()).offer.access_points.values()
    nears = places_near(places, home, kinds=kinds_wanted(kind), on=now.date())
    if form.cleaned_data["open"]:
        nears = tuple(near for near in nears[:LOOKED_AT] if opening_hours.is_open(near.place.hours, now))
    numbers = numbers_of(nears[:shown])
    rows = tuple(row_of(near, numbers, now) for near in nears[:shown])
    return PlacesPage(
        headline=headline(len(nears), home, is_open=bool(form.cleaned_data["open"])),
        home_name=home.name,
        home_code=home.code,
        home_address=reverse("public:municipality", args=[home.code]),
        rows=rows,
        filters=tuple(filters_of(query, kind)),
        only_open=only_open_link(query),
        more=more_link(query, shown, len(nears)),
        drawing=maps.draw(home, [Marker(number, point) for point, number in numbers.items()]),
        start=f"{home.point.latitude},{home.point.longitude}" if home.point else "",
        change_address=f"{reverse('public:places')}?{changed(query, change='1')}",
        has_demonstration=any(row.is_demonstration for row in rows),
    )


def numbers_of(nears: tuple[Near, ...]) -> dict[Point, int]:
    """Number the points of some places in the order of the list; places at one point share its number."""
    points = dict.fromkeys(point for near in nears if (point := near.place.point) is not None)
    return {point: number for number, point in enumerate(points, start=1)}


def row_of(near: Near, numbers: dict[Point, int], now: datetime) -> PlaceRow:
    """Put a place of a list in words."""
    place = near.place
    facts = (far_said(near), sentences.equipment(place), sentences.helpers(place), sentences.appointment(place))
    week = opening_hours.in_words(place.hours, current_language())
    return PlaceRow(
        name=place.name,
        address=address_of(place),
        kinds=kinds_said(place.kinds),
        status=hours.status_at(place.hours, now),
        week=week[:1].upper() + week[1:],
        facts=tuple(fact for fact in facts if fact),
        where=sentences.address_line(place),
        telephone=place.telephone,
        telephone_address=sentences.telephone_address(place.telephone),
        number=numbers.get(place.point) if place.point else None,
        point=place.point,
        is_demonstration=place.provenance.is_demonstration,
    )


def address_of(place: AccessPoint) -> str:
    """Give the address of a place's page."""
    return reverse("public:place", args=[place.id])


def headline(count: int, home: Municipality, *, is_open: bool) -> str:
    """Say how many places were found: « 12 lieux à moins de 100 km du Blanc »."""
    if is_open:
        said = ngettext(
            "%(count)s lieu ouvert maintenant %(near)s", "%(count)s lieux ouverts maintenant %(near)s", count
        )
        nothing = _("Aucun lieu n’est ouvert maintenant %(near)s")
    else:
        said = ngettext("%(count)s lieu %(near)s", "%(count)s lieux %(near)s", count)
        nothing = _("Aucun lieu connu %(near)s")
    return (said if count else nothing) % {"count": count, "near": sentences.near(home.name)}


def filters_of(query: QueryDict, kind: str) -> Iterator[Link]:
    """Offer every kind of help as a link."""
    yield Link(_("Tous les lieux"), f"?{changed(query, kind='')}", is_current=not kind)
    for code, (said, _kinds) in HELPS.items():
        yield Link(str(said), f"?{changed(query, kind=code)}", is_current=code == kind)


def only_open_link(query: QueryDict) -> Link:
    """Keep what is open now, or show everything again."""
    if query.get("open"):
        return Link(_("Montrer aussi ce qui est fermé"), f"?{changed(query, open='')}", is_current=True)
    return Link(_("Seulement ce qui est ouvert maintenant"), f"?{changed(query, open='now')}")


def more_link(query: QueryDict, shown: int, found: int) -> Link | None:
    """Lead to a longer list."""
    following = min(found, SHOWN_AT_MOST)
    if shown >= following:
        return None
    words = _("Voir jusqu’à %(count)s lieux, de plus en plus loin") % {"count": following}
    return Link(words, f"?{changed(query, shown=str(following))}")


def changed(query: QueryDict, **changes: str) -> str:
    """Write a question with some parts replaced; a blank part is left out."""
    copy = query.copy()
    for name, value in changes.items():
        copy[name] = value
        if not value:
            del copy[name]
    return copy.urlencode()
