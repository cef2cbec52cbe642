"""France services: the official list and its tidy form, hours of the week in the OSM notation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise

from maillage.apps.catalogue.importers.records import Bundle, CatalogueImporter, on_one_line, with_reception
from maillage.apps.catalogue.mapping import Record
from maillage.apps.imports.cells import insee_code_of, point_of, required_text_of, shown, text_of
from maillage.apps.imports.formats import RowRefused
from maillage.apps.imports.reading import Row
from maillage.domain.access_points import AccessPoint, Helper, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.shared import Period, Provenance
from maillage.engine.opening_hours import Span, week_of

SOURCE = "france-services"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
_SPAN = re.compile(r"(\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2})")
_NOTHING = (time.min, time.min)
"""« 00:00 - 00:00 » is how the list writes that there is no such span."""


class FranceServicesImporter(CatalogueImporter):
    """The list of France services; a site carried by La Poste belongs to La Poste, another is its own organisation.

    The list does not say who carries the others, so that each is known by the name it receives under.
    """

    name = "france-services"
    required_columns = (
        frozenset({"id_fs"}),
        frozenset({"lib_fs"}),
        frozenset({"insee_com"}),
        frozenset({"latitude", "lat"}),
        frozenset({"longitude", "lon"}),
    )

    def id_of(self, row: Row) -> str:
        return f"{SOURCE}--{required_text_of(row, 'id_fs', longest=50)}"

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        name = on_one_line(row, "lib_fs")
        if not name:
            raise RowRefused("lib_fs is empty: the site has no name.")
        municipality, point = self.settled(
            insee_code_of(row, "insee_com"), point_of(row, ("latitude", "lat"), ("longitude", "lon"))
        )
        is_la_poste = "La Poste" in name
        hours, hours_note = week_said_by([text_of(row, f"h_{day}") for day in DAYS])
        site = AccessPoint(
            id=record_id,
            name=name,
            kinds=frozenset({PlaceKind.FRANCE_SERVICES}),
            organisation=self.owner_in("la-poste", municipality) if is_la_poste else record_id,
            municipality=municipality,
            point=point,
            provenance=Provenance(SOURCE, licence="Licence Ouverte 2.0"),
            networks=frozenset({"france-service", "la-poste"} if is_la_poste else {"france-service"}),
            address=", ".join(filter(None, (on_one_line(row, "adresse"), on_one_line(row, "complement_adresse")))),
            postcode=text_of(row, "code_postal"),
            town=on_one_line(row, "lib_com"),
            telephone=on_one_line(row, "telephone"),
            email=on_one_line(row, "mail"),
            hours=hours,
            hours_note=" ".join(filter(None, (_appointment_note(row), hours_note, on_one_line(row, "commentaire")))),
            helpers=frozenset({Helper.FRANCE_SERVICES_ADVISER}),
            official_code=text_of(row, "id_fs"),
            valid=Period(labelled_on(text_of(row, "labellisation_fs", "labellisation"))),
        )
        return Bundle(record_id, (*_own_organisation(site), *with_reception(site)))


def labelled_on(text: str) -> date | None:
    """Read since when a site is labelled: « Espace labellisé 01/07/2021 », or an ISO date; ``None`` when not said."""
    french = re.search(r"(\d{2})/(\d{2})/(\d{4})", text)
    iso = re.search(r"(\d{4})-(\d{2})-(\d{2})", text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        raise RowRefused(f"labellisation_fs: {shown(text)} is not a date that exists.") from None


def week_said_by(days: Sequence[str]) -> tuple[str, str]:
    """Turn the hours of the days, Monday first, into the OSM notation and a note of what it cannot say.

    Spans that overlap come from a site of several teams or places: they are put together and the note keeps the text.
    """
    week: list[list[Span]] = []
    notes: list[str] = []
    for number, text in enumerate(days):
        spans = [_span_of(*found) for found in _SPAN.findall(text)]
        known = sorted({span for span in spans if span is not None and span != _NOTHING})
        merged = _merged(known)
        if text and (_SPAN.sub("", text).strip(" /") or None in spans or len(merged) != len(known)):
            notes.append(f"{DAYS[number]} : {text}.")
        week.append(merged)
    return week_of(week), " ".join(["Horaires variables.", *notes] if notes else [])


def _span_of(*parts: str) -> Span | None:
    from_hour, from_minute, until_hour, until_minute = map(int, parts)
    try:
        span = time(from_hour, from_minute), time(until_hour, until_minute)
    except ValueError:
        return None
    return span if span[0] < span[1] or span == _NOTHING else None


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Put together the spans that overlap; those that only touch stay apart as the source wrote them."""
    if all(one[1] <= other[0] for one, other in pairwise(spans)):
        return list(spans)
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _appointment_note(row: Row) -> str:
    return "Prise de rendez-vous possible." if text_of(row, "prise_rdv").casefold() == "oui" else ""


def _own_organisation(site: AccessPoint) -> tuple[Record, ...]:
    if site.organisation != site.id:
        return ()
    return (
        Organisation(
            id=site.id,
            name=site.name,
            provenance=site.provenance,
            networks=site.networks,
            telephone=site.telephone,
            email=site.email,
        ),
    )
