"""The rights of a person over what is kept: read all of it, and have what sharing keeps leave with the file."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from maillage.apps.audit.queries import events_about, looks_at
from maillage.apps.audit.use_cases import record_event
from maillage.apps.people.acting import as_system
from maillage.apps.people.queries import person_for
from maillage.apps.people.use_cases.records import permitted
from maillage.apps.sharing import models
from maillage.domain.accounts import Actor

KEPT = (models.Consent, models.Objection, models.InformationSheet, models.FollowLink)
"""What sharing keeps about a person, table by table."""


def everything_about(*, by: Actor, person: UUID, at: datetime) -> dict[str, object]:
    """Gather all that is kept about a person, for them to read: the file, who sees it, their wills, who looked at it.

    The looks are told with the organisation and the page, without the name of the professional. What the contexts above
    keep (referrals, delegations) is added by who asks them.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
    """
    permitted(by, person, "export_person", on=timezone.localdate(at))
    with transaction.atomic():
        record = asdict(person_for(by, person, at=at, why="export of all that is kept"))
        record_event(by=by, what="export_person", subject=f"person:{person}", at=at)
    links = record.pop("links")
    record.pop("shown")
    looks = [
        {"at": look.at, "organisation": look.organisation, "page": look.what, "ground": look.basis}
        for look in looks_at(person)
        if not look.was_refused
    ]
    events = [{"at": when, "what": what} for when, _, what in events_about(f"person:{person}")]
    wills = {str(model._meta.model_name): _rows(model, person) for model in KEPT}  # noqa: SLF001 (Django's own door)
    return {"person": record, "links": links, **wills, "looks": looks, "events": events, "given_at": at}


def _rows(
    model: type[models.Consent | models.Objection | models.InformationSheet | models.FollowLink], person: UUID
) -> list[Mapping[str, object]]:
    rows = model.objects.filter(person_id=person).order_by("pk").values()
    return [{name: value for name, value in row.items() if name != "token_hash"} for row in rows]


def as_json(kept: Mapping[str, object]) -> str:
    """Write all that is kept as JSON that other tools read."""
    return json.dumps(kept, default=_written, ensure_ascii=False, indent=2)


def as_text(kept: object, depth: int = 0) -> str:
    """Write all that is kept as lines that a person reads; what is unknown or empty is left out."""
    edge = "  " * depth
    if isinstance(kept, Mapping):
        parts = [
            (str(name).replace("_", " "), value) for name, value in kept.items() if value not in (None, "", [], ())
        ]
        return "\n".join(f"{edge}{name}:{_after(value, depth)}" for name, value in parts)
    if isinstance(kept, list | tuple | set | frozenset):
        return "\n".join(f"{edge}-{_after(value, depth)}" for value in kept)
    return f"{edge}{_written(kept)}"


def _after(value: object, depth: int) -> str:
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return "\n" + as_text(value, depth + 1)
    return f" {_written(value)}"


def _written(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return ", ".join(sorted(str(one) for one in value))
    return str(value.value) if isinstance(value, Enum) else str(value)


def forget(people: Collection[UUID]) -> int:
    """Remove what sharing keeps of people whose files have left; gives how many rows went.

    Called with the people that ``people.use_cases.let_leave`` gives, which wrote the events.
    """
    with as_system("sharing.forget"), transaction.atomic():
        return sum(model.objects.filter(person_id__in=people).delete()[0] for model in KEPT)
