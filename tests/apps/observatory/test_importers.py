from __future__ import annotations

from datetime import date

import pytest

from maillage.apps.observatory import demonstration
from maillage.apps.observatory.models import UnemploymentRate, UnemploymentSeries
from maillage.apps.observatory.queries import unemployment_of
from tests.apps.observatory.conftest import LATER, NAMES, NOON

pytestmark = pytest.mark.django_db
FORMAT = "chomage-departements"
HEADER = "departement,trimestre,taux_chomage\n"
BANK = (
    '"Libellé";"idBank";"Dernière mise à jour";"Période";"2023-T1";"2023-T2";"2023-T3"\n'
    '"Taux de chômage localisé par région - Bretagne";"001515855";"20/12/2023 12:00";"";"5.7";"5.8";"6.0"\n'
    '"Codes";"";"";"";"A";"A";"SD"\n'
    '"Taux de chômage localisé par département - Indre";"001515901";"20/12/2023 12:00";"";"6.8";"6.9";""\n'
    '"Codes";"";"";"";"A";"A";"SD"\n'
    '"Taux de chômage localisé par département - Atlantide";"1";"20/12/2023 12:00";"";"1";"1";"1"\n'
    '"Taux de chômage localisé par département - Vienne";"1";"31/02/2023";"";"1";"1";"1"\n'
)


def counts_of(report):
    return report.added, report.changed, report.unchanged, report.closed


def reasons_of(report):
    return {line.line: line.reason for line in report.rejected}


def test_the_compact_table(load):
    report = load(FORMAT, HEADER + '36,2025-T3,7.0\n1,2025-T3,"5,4"\n2A,2025-T3,5.9\n')

    assert (counts_of(report), report.rejected) == ((3, 0, 0, 0), ())
    assert [unemployment_of(code).rates for code in ("36", "01", "2A")] == [
        (("2025-T3", 7.0),),
        (("2025-T3", 5.4),),
        (("2025-T3", 5.9),),
    ]


def test_lines_that_cannot_be_used_say_why(load):
    report = load(
        FORMAT, HEADER + "36,2025-T3,7.0\n36,2025-T3,8\n99,2025-T3,7\n36,2025-T5,7\n36,2025-T2,107\n36,2025-T1,\n"
    )

    assert reasons_of(report) == {
        3: "36 2025-T3 is already on line 2: line 2 was kept.",
        4: "departement: « 99 » is not the code of a department (36, 2A, 974).",
        5: "trimestre: « 2025-T5 » is not a quarter (2025-T3).",
        6: "taux_chomage: 107 is not a rate from 0 to 100.",
        7: "taux_chomage is empty.",
    }


def test_the_sheet_saved_as_a_table(load):
    report = load(FORMAT, "Code;Libellé;T1_2025;T2_2025\n36;Indre;6,8;6,9\nNotes : CVS;;;\n36;Indre;;\n")

    assert unemployment_of("36").rates == (("2025-T1", 6.8), ("2025-T2", 6.9))
    assert len(report.rejected) == 2


def test_the_bank_of_series_names_departments(load):
    load("territory-names", NAMES)

    report = load(FORMAT, BANK)

    found = unemployment_of("36")
    assert (found.rates, found.published_on, found.vintage) == (
        (("2023-T1", 6.8), ("2023-T2", 6.9)),
        date(2023, 12, 20),
        "2023-T2",
    )
    assert reasons_of(report) == {
        2: "Libellé: « Taux de chômage localisé par région - Bretagne » is not the series of a department.",
        6: "Libellé: « Atlantide » is not the name of a loaded department (territory-names).",
        7: "Dernière mise à jour: « 31/02/2023 » is not a day.",
    }


def test_the_same_file_again_changes_nothing(load):
    first = load(FORMAT, HEADER + "36,2025-T3,7.0\n")
    again = load(FORMAT, HEADER + "36,2025-T3,7.0\n", LATER)

    assert (counts_of(first), counts_of(again)) == ((1, 0, 0, 0), (0, 0, 1, 0))
    assert UnemploymentSeries.objects.get().recorded_at == NOON


def test_a_correction_comes_beside_what_was_published(load):
    load(FORMAT, HEADER + "36,2025-T2,6.9\n36,2025-T3,7.0\n")

    report = load(FORMAT, HEADER + "36,2025-T3,7.1\n67,2025-T3,6.6\n", LATER)

    assert counts_of(report) == (1, 1, 0, 1)
    assert list(UnemploymentRate.objects.order_by("id").values_list("percent", flat=True)) == [6.9, 7.0, 7.1, 6.6]
    assert unemployment_of("36").rates == (("2025-T3", 7.1),)


def test_an_older_publication_is_not_kept(load):
    load(FORMAT, HEADER + "36,2025-T3,7.0\n")

    report = load(FORMAT, HEADER + "36,2023-T3,6.0\n", LATER)

    assert report.warnings == ("The series up to 2025-T3 is already loaded: this one, up to 2023-T3, was not kept.",)
    assert unemployment_of("36").rates == (("2025-T3", 7.0),)


def test_a_file_of_statuses_alone_changes_nothing(load):
    report = load(FORMAT, "Libellé;2025-T3\nCodes;A\n")

    assert (report.warnings, UnemploymentSeries.objects.count()) == (
        ("No line holds a rate: nothing was changed.",),
        0,
    )


def test_the_demonstration_holds_the_recent_quarters_of_two_departments(db):
    reports = demonstration.load(by="demonstration", at=NOON)

    assert [(report.read, report.rejected) for report in reports] == [(30, ())]
    assert unemployment_of("36").rates[-1] == ("2025-T3", 7.0)
    assert unemployment_of("67").rates[-1] == ("2025-T3", 6.6)
    assert demonstration.load(by="demonstration", at=LATER) == ()
