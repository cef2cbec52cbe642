"""The officer's page: which rates fell, why, who is late; small cells never shown; the table to take away."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.http import QueryDict

from maillage.apps.referrals.demonstration_stories import GIVEN
from maillage.apps.referrals.endings import Ending, endings
from maillage.apps.referrals.rates import Cohort, Cut
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals.reasons import RefusalReason
from maillage.web.steering.asking import Asked, asked_in
from tests.web.partners.conftest import browser_of
from tests.web.steering.conftest import cast


def shown(client, address: str = "/pilotage/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_officer_reads_what_fell_why_and_who_is_late(chloe):
    page = shown(chloe)

    assert "demandes adressées" in page
    assert "Ce qui a baissé" in page
    assert "Il n’y a plus de place" in page
    assert "La Poste Centre-Val de Loire, Bureau du Blanc" in page
    assert "Ordinateur ou imprimante" in page
    assert not any(f"{name} " in page for name in GIVEN), "nobody is named"


def test_a_line_of_the_table_narrows_the_page(chloe):
    page = shown(chloe, "/pilotage/?by=RECIPIENT&agreement=2021-ml-alsace-nord")

    assert "Ne plus se limiter à" in page
    assert 'name="agreement" value="2021-ml-alsace-nord"' in page


def test_the_table_is_taken_away_with_what_is_hidden_left_empty(chloe):
    for cut in Cut:
        response = chloe.get(f"/pilotage/taux.csv?weeks=26&by={cut.name}")
        rows = list(csv.DictReader(io.StringIO(response.content.decode())))

        assert response.headers["Content-Disposition"].startswith("attachment")
        assert rows[-1]["name"] == ""
        for row in rows:
            counts = [row[name] for name in ("sent", "received", "outcome_positive")]
            assert not any(0 < int(count) < 5 for count in counts if count), (cut, row)


def test_the_chart_is_drawn_without_script(chloe):
    response = chloe.get("/pilotage/taux.svg")

    assert response.headers["Content-Type"] == "image/svg+xml"
    assert b"<script" not in response.content


def test_days_are_whole_weeks_that_have_ended():
    asked = asked_in(QueryDict("weeks=7&by=NOBODY&agreement="))

    assert asked == Asked(13, Cut.AGREEMENT)
    assert asked.cohort(today=date(2026, 11, 22)) == Cohort(date(2026, 8, 17), date(2026, 11, 16))


def test_too_few_to_tell_is_said(chloe):
    page = shown(chloe, "/pilotage/?group=seniors")

    assert "Moins de cinq demandes adressées" in page
    assert "taux.svg" not in page


def test_reasons_are_shown_from_five_people_on(told):
    today = date.today()  # noqa: DTZ011 (the demonstration is told up to the day of the test)
    found = endings(cast("chloe"), Asked(13, Cut.AGREEMENT).cohort(today=today))

    assert found
    assert all((one.count or 5) >= 5 and (one.before or 5) >= 5 for one in found)
    assert isinstance(found[0], Ending)
    assert found[0].reason is RefusalReason.NO_PLACE
    with pytest.raises(NotPermitted):
        endings(cast("amel"), Asked(13, Cut.AGREEMENT).cohort(today=today))


def test_who_receives_reads_no_rates(told):
    assert browser_of(cast("bruno")).get("/pilotage/").status_code == 403
