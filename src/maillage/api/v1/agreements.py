"""Agreements, and their text as it stands on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from maillage.api.v1.asking import Code, OnDay, Paging, Text
from maillage.api.v1.presenting import codes
from maillage.api.v1.shapes import ERRORS, AgreementLine, AgreementText, Listed
from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue.mapping import plain
from maillage.domain.agreements import (
    Agreement,
    AgreementSet,
    Clause,
    Delegates,
    Force,
    Opens,
    ServiceSelection,
    amendments_in_effect,
    consolidated,
    force_of,
    term_of,
    version_of,
)

router = Router(tags=["agreements"])


class AgreementFilters(OnDay, Paging):
    """What the list of agreements is narrowed by."""

    search: Text = ""
    in_force: bool | None = None


@router.get("/agreements", response={200: Listed[AgreementLine], **ERRORS}, operation_id="listAgreements")
def list_agreements(request: HttpRequest, filters: Query[AgreementFilters]) -> dict[str, Any]:
    """List agreements by title, with their state on a day."""
    known = agreements_in().agreements
    words = plain(filters.search).split()
    ordered = sorted(known, key=lambda one: (plain(one.title), one.id))
    lines = [
        line
        for one in ordered
        if all(word in f"{plain(one.title)} {plain(one.id)}" for word in words)
        and filters.in_force in {None, (line := _line(one, known, filters.day))["in_force"]}
    ]
    return filters.paged(lines[filters.offset : filters.offset + filters.size], len(lines))


@router.get("/agreements/{agreement_id}", response={200: AgreementText, **ERRORS}, operation_id="readAgreement")
def read_agreement(
    request: HttpRequest, agreement_id: Annotated[Code, Path()], filters: Query[OnDay]
) -> dict[str, Any]:
    """Give the text of an agreement as it stands on a day, in force or not."""
    known = agreements_in().agreements
    found = known.find(agreement_id)
    if found is None:
        raise Http404
    current = consolidated(found, on=filters.day)
    return {
        **_line(found, known, filters.day),
        "on": filters.day,
        "source": found.source,
        "source_url": found.source_url,
        "parties": [
            {
                "id": party.id,
                "organisation": party.organisation,
                "is_sponsor": party.is_sponsor,
                "signatories": [{"name": one.name, "function": one.function} for one in party.signatories],
            }
            for party in current.parties
        ],
        "amendments": [one.id for one in amendments_in_effect(found, on=filters.day)],
        "articles": [
            {
                "number": article.number,
                "is_numbered_by_source": article.is_numbered_by_source,
                "title": article.title,
                "text": article.text,
                "clauses": [_clause(clause) for clause in article.clauses],
            }
            for article in current.articles
        ],
    }


def _line(one: Agreement, known: AgreementSet, on: date) -> dict[str, Any]:
    state, term = force_of(one, known, on=on), term_of(consolidated(one, on=on))
    return {
        "id": one.id,
        "title": one.title,
        "level": one.level.value,
        "kind": one.kind.value,
        "territory": str(one.territory),
        "framework": one.framework or None,
        "signed_on": one.signed_on,
        "effective_from": term.start,
        "effective_until": term.end,
        "in_force": state is Force.IN_FORCE,
        "state": state.value,
        "version": version_of(one, on=on),
    }


def _clause(clause: Clause) -> dict[str, Any]:
    content: dict[str, Any] = {"id": clause.id, "kind": clause.kind.value}
    body = clause.body
    if isinstance(body, Opens | Delegates):
        territory = body.territory
        content["services"] = _selection(body.services)
        content["territory"] = None if territory is None else str(territory)
        content["priority"] = list(body.priority)
    if isinstance(body, Opens):
        content |= {"provider": body.provider, "reserves": body.reserves}
    elif isinstance(body, Delegates):
        content |= {"provider": body.from_party, "to_party": body.to_party, "reserves": True}
    return content


def _selection(services: ServiceSelection) -> dict[str, list[str]]:
    return {
        "ids": codes(services.ids),
        "themes": codes(services.themes),
        "place_kinds": codes(services.place_kinds),
        "networks": codes(services.networks),
    }
