"""Putting in the form by which one wants to be sent people, saying what fills it, taking it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from maillage.apps.audit.use_cases import record_event
from maillage.apps.referrals.models import OwnForm
from maillage.apps.referrals.permissions import TABLE
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, require
from maillage.domain.sharing import APPOINTMENT, ATTENDANCE, OUTCOME, SHAREABLE
from maillage.engine.form_files import fields_of_form

OF_THE_REQUEST = ("service", "why", "wish", "sender", "sender_person", "sent_on")
"""What the request itself fills in: it is written for the recipient to read."""
OF_THE_PERSON = tuple(sorted(SHAREABLE - {ATTENDANCE, OUTCOME, APPOINTMENT}))
"""What a clause may let pass, known on the day of sending."""


def put_form_in(*, actor: Actor, site: UUID | None, content: bytes, at: datetime) -> tuple[str, ...]:
    """Keep a form in the place of the former one; gives its fields. What filled a field of the same name still does.

    Raises:
        NotPermitted: the role puts no form in.
        FormRefused: the file cannot serve.
    """
    require(TABLE, "SET_OWN_FORM", actor, Relation.ORGANISATION)
    fields = fields_of_form(content)
    with transaction.atomic():
        former = OwnForm.objects.filter(organisation=actor.organisation, site=site).first()
        known = former.filled_by if former else {}
        OwnForm.objects.update_or_create(
            organisation=actor.organisation,
            site=site,
            defaults={
                "content": content,
                "fields": list(fields),
                "filled_by": {name: known[name] for name in fields if name in known},
                "put_in_at": at,
                "put_in_by": actor.membership,
            },
        )
        _record(actor, site, "put_form_in", at)
    return fields


def say_what_fills(*, actor: Actor, site: UUID | None, filled_by: Mapping[str, str], at: datetime) -> bool:
    """Say what fills each field of one's form; what is no field, or no source, is left out. Gives whether there is one.

    Raises:
        NotPermitted: the role puts no form in.
    """
    require(TABLE, "SET_OWN_FORM", actor, Relation.ORGANISATION)
    with transaction.atomic():
        row = OwnForm.objects.filter(organisation=actor.organisation, site=site).first()
        if row is None:
            return False
        sources = {*OF_THE_PERSON, *OF_THE_REQUEST}
        row.filled_by = {name: source for name, source in filled_by.items() if name in row.fields and source in sources}
        row.save(update_fields=["filled_by"])
        _record(actor, site, "say_what_fills_form", at)
    return True


def take_form_away(*, actor: Actor, site: UUID | None, at: datetime) -> bool:
    """Ask for one's own form no more; gives whether there was one.

    Raises:
        NotPermitted: the role puts no form in.
    """
    require(TABLE, "SET_OWN_FORM", actor, Relation.ORGANISATION)
    with transaction.atomic():
        count, _kinds = OwnForm.objects.filter(organisation=actor.organisation, site=site).delete()
        if count:
            _record(actor, site, "take_form_away", at)
    return bool(count)


def _record(actor: Actor, site: UUID | None, what: str, at: datetime) -> None:
    subject = f"own_form:{actor.organisation}:{site or ''}"
    record_event(by=actor, what=what, subject=subject, at=at)
