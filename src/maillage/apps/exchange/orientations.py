"""What is known of people under the names of France Travail's orientation: one person, or one's whole portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from maillage.apps.audit.use_cases import record_event
from maillage.apps.exchange.answers import written_table
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.people.orientation import FIELDS, orientation_of
from maillage.apps.people.queries import own_people, person_for
from maillage.apps.people.use_cases.portfolios import LINES_MOST
from maillage.domain.accounts import Actor
from maillage.domain.personal_data import looks_like_national_number

WHO = ("identifiant", "nom", "prenom")
COLUMNS = (*WHO, *FIELDS)
_TRUTHS: Mapping[str, bool | None] = {"": None, "true": True, "false": False}


def orientation_for(actor: Actor, person: UUID, *, at: datetime) -> dict[str, str | bool | None]:
    """Give what an actor may see of a person; ``None`` is unknown or withheld. The look is written in the journal.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        AccountFrozen: this look was one too many; nothing is shown.
    """
    written = orientation_of(person_for(actor, person, at=at, why="orientation"))
    return {name: _TRUTHS.get(text, text) for name, text in written.items()}


def orientations_file(actor: Actor, *, at: datetime) -> str:
    """Write the people in the actor's own hands as CSV with semicolons, which a portfolio is brought in from.

    Each look is written in the journal, as is the export itself. At most 5,000 people, by name.

    Raises:
        AccountFrozen: these looks were too many; nothing is shown.
    """
    records = own_people(actor, most=LINES_MOST, at=at, why="orientation file")
    record_event(
        by=actor, what="export_orientations", subject=actor.organisation, at=at, details={"lines": len(records)}
    )
    return written_table(COLUMNS, (_line(record) for record in records))


def _line(record: PersonRecord) -> list[str]:
    held = "" if looks_like_national_number(record.external_id) else record.external_id
    return [held, record.family_name, record.given_name, *orientation_of(record).values()]
