from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from maillage.apps.audit.models import Reading
from maillage.apps.audit.use_cases import record_readings
from maillage.apps.people import models
from maillage.apps.people.use_cases import create_person
from maillage.cli.main import command_group
from tests.apps.people.conftest import AT, amel, draft, places, site  # noqa: F401 (the cast)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    def ran(*arguments: str) -> tuple[int, str]:
        try:
            status = command_group().main(args=list(arguments), standalone_mode=False)
        except SystemExit as end:
            status = end.code
        return status or 0, capsys.readouterr().out

    return ran


def look(actor, at):
    record_readings(actor=actor, people=[actor.account], what="page", at=at)


def test_the_journal_is_sealed_verified_and_its_seals_given(run, amel, tmp_path):  # noqa: F811
    look(amel, AT)
    held = tmp_path / "seals.jsonl"

    assert run("journal", "seal") == (0, "Sealed: 1 readings, 0 events.\n")
    assert run("journal", "export", str(held)) == (0, f"1 seals are in {held}.\n")
    assert run("journal", "verify", "--held", str(held)) == (0, "The journals are what was sealed: 1 batches.\n")
    held.write_text(held.read_text().replace('"digest": "', '"digest": "0'))
    assert run("journal", "verify", "--held", str(held)) == (
        1,
        "readings, batch 1: it is not the seal that the partner holds.\n",
    )


@pytest.mark.parametrize("content", ["not seals", '{"journal": "readings"}', "[]"])
def test_a_file_that_is_no_seals_is_told(run, tmp_path, content):
    held = tmp_path / "seals.jsonl"
    held.write_text(content)

    with pytest.raises(Exception, match="cannot be read as seals"):
        run("journal", "verify", "--held", str(held))


def test_data_leave_by_a_command(run, places, amel):  # noqa: F811
    person = create_person(by=amel, draft=draft(), at=AT)
    models.Person.objects.filter(pk=person).update(last_contact_on=date(2020, 1, 1))
    look(amel, timezone.now() - timedelta(days=500))
    run("journal", "seal")

    status, said = run("retention")

    assert status == 0
    assert said.startswith("1 files have left, 3 fields were emptied, 1 readings have left")
    assert not models.Person.objects.exists()
    assert not Reading.objects.exists()


def test_the_keys_turn_by_a_command(run, places, amel, settings, tmp_path):  # noqa: F811
    settings.MAILLAGE_HOME = tmp_path
    create_person(by=amel, draft=draft(), at=AT)

    assert run("identifiers", "rotate")[1].startswith("1 identifiers are sealed")


def test_the_roles_are_made_by_a_command(run):
    status, said = run("database", "roles")

    assert status == 0
    assert "the filter alone holds" in said or "has its rights" in said
