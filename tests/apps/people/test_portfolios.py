from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from maillage.apps.accounts import models as accounts
from maillage.apps.audit.models import AuditEvent
from maillage.apps.people import models
from maillage.apps.people.queries import may_see, people_visible_to
from maillage.apps.people.use_cases import import_portfolio, transfer_portfolio
from maillage.apps.people.use_cases.portfolios import AdviserUnknown
from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import NotPermitted
from maillage.domain.personal_data import NationalNumberRefused
from maillage.engine.people_files import PortfolioUnreadable
from tests.apps.people.conftest import AGENCY, AT, ON, actor, referred

pytestmark = pytest.mark.django_db

HEADER = "Identifiant;Prénom;Nom;Commune;Date de naissance;telephone;registered_for_months;target_groups;RQTH ?"
NORA = "A1;Nora;Petit;36018;31/05/1992;02 54 00 00 00;14;LONG_TERM|RQTH;yes"


@pytest.fixture
def write(tmp_path):
    def written(*lines: str, name: str = "people.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


def test_a_portfolio_comes_in_with_every_line_told(places, amel, write):
    path = write(
        HEADER,
        NORA,
        "A2;Omar;Blanc;99999;;;;;",
        "A3;;Noir;36018;;;;;",
        "A4;Paul;Vert;36018;31 mai;;;;",
        "1850578006084;Rita;Gris;36018;;;;;",
        "A5;Sami;Rose;36018;;;often;;",
        "A6;Tom;Brun;36018;1990-01-02T00:00:00;;;none;",
    )

    report = import_portfolio(by=amel, path=path, at=AT)

    assert (report.read, len(report.kept), report.known, report.unread) == (7, 2, 0, ("RQTH ?",))
    assert [one.line for one in report.rejected] == [3, 4, 5, 6, 7]
    assert "national identity number" in report.rejected[3].reason
    assert "1850578006084" not in str(report.rejected)
    nora = models.Person.objects.get(given_name="Nora")
    assert (nora.registered, nora.registered_since, nora.birth_date) == (True, date(2025, 1, 2), date(1992, 5, 31))
    assert (nora.target_groups, nora.health.target_groups) == (["LONG_TERM"], ["RQTH"])
    assert models.Person.objects.get(given_name="Tom").target_groups == []
    assert all(may_see(amel, person, on=ON) for person in report.kept)


def test_the_same_file_twice_changes_nothing(places, amel, write):
    path = write(HEADER, NORA)
    import_portfolio(by=amel, path=path, at=AT)

    again = import_portfolio(by=amel, path=path, at=AT)

    assert (len(again.kept), again.known, models.Person.objects.count()) == (0, 1, 1)


def test_a_dry_run_keeps_nothing(places, amel, write):
    report = import_portfolio(by=amel, path=write(HEADER, NORA), at=AT, dry_run=True)

    assert (len(report.kept), models.Person.objects.count()) == (1, 0)
    assert not AuditEvent.objects.filter(what__in=("create_person", "import_portfolio")).exists()


def test_a_workbook_is_read_with_its_names(places, amel, tmp_path):
    polars = pytest.importorskip("polars")
    path = tmp_path / "people.xlsx"
    polars.DataFrame({"given_name": ["Nora"], "family_name": ["Petit"], "municipality": ["36018"]}).write_excel(path)

    assert len(import_portfolio(by=amel, path=path, at=AT).kept) == 1
    assert models.Person.objects.get().family_name == "Petit"


@pytest.mark.parametrize("column", ["NIR", "num_secu", "Numero Securite Sociale"])
def test_a_column_of_national_numbers_refuses_the_file(places, amel, write, column):
    with pytest.raises(NationalNumberRefused, match="never stored"):
        import_portfolio(
            by=amel, path=write(f"given_name;family_name;municipality;{column}", "Nora;Petit;36018;1"), at=AT
        )


def test_a_file_without_names_is_refused_saying_what_is_expected(places, amel, write):
    with pytest.raises(PortfolioUnreadable, match="no column given_name nor family_name"):
        import_portfolio(by=amel, path=write("id;municipality", "A1;36018"), at=AT)


def test_an_officer_brings_in_no_portfolio(places, write):
    with pytest.raises(NotPermitted):
        import_portfolio(by=actor("Chloé", Role.OFFICER, AGENCY), path=write(HEADER, NORA), at=AT)


def member(who: Actor) -> None:
    account = accounts.Account.objects.create(
        id=who.account, email=f"{who.account}@example.org", name=who.name, opened_at=AT
    )
    accounts.Membership.objects.create(
        id=who.membership,
        account=account,
        organisation=who.organisation,
        role=who.role.value,
        valid_from=date(2026, 1, 1),
    )


@pytest.fixture
def members(amel, anna):
    member(amel)
    member(anna)


def test_a_portfolio_is_handed_over_and_partners_go_on_seeing(driss, members, amel, anna, bruno):
    referred(amel, driss, bruno)

    assert transfer_portfolio(by=amel, giver=amel.membership, receiver=anna.membership, at=AT) == 1

    assert [may_see(one, driss, on=ON) for one in (amel, anna, bruno)] == [False, True, True]
    assert models.Link.objects.get().lead_adviser == anna.membership
    assert AuditEvent.objects.filter(what="transfer_person", subject=f"person:{driss}").exists()


def test_only_those_named_are_handed_over(driss, members, amel, anna):
    assert transfer_portfolio(by=amel, giver=amel.membership, receiver=anna.membership, people=[uuid4()], at=AT) == 0
    assert list(people_visible_to(anna, on=ON)) == []


@pytest.mark.parametrize(
    ("role", "organisation", "may"),
    [
        (Role.OFFICER, AGENCY, True),
        (Role.ADMINISTRATOR, AGENCY, True),
        (Role.ADVISER, AGENCY, False),
        (Role.EMPLOYER, AGENCY, False),
    ],
)
def test_who_hands_over_the_portfolio_of_somebody_else(driss, members, amel, anna, role, organisation, may):
    somebody = actor("Chloé", role, organisation)
    if may:
        assert transfer_portfolio(by=somebody, giver=amel.membership, receiver=anna.membership, at=AT) == 1
        return
    with pytest.raises(NotPermitted):
        transfer_portfolio(by=somebody, giver=amel.membership, receiver=anna.membership, at=AT)


def test_a_portfolio_goes_to_a_member_of_the_organisation(driss, members, amel, bruno):
    with pytest.raises(AdviserUnknown):
        transfer_portfolio(by=amel, giver=amel.membership, receiver=bruno.membership, at=AT)


def test_a_portfolio_comes_in_under_the_names_of_the_orientation(places, amel, write):
    path = write(
        "nom;prenom;date_naissance;code_commune;niveau_etude;brsa;boe;contrainte_mobilite;contrainte_sante",
        "Petit;Nora;1992-05-31;36018;AFS;oui;false;DEPENDANT_TRANSPORT;AUCUNE",
        "Blanc;Omar;;36018;;;;UN_PEU;",
    )

    report = import_portfolio(by=amel, path=path, at=AT)

    assert (len(report.kept), report.unread) == (1, ())
    assert [(one.line, "contrainte_mobilite « UN_PEU »" in one.reason) for one in report.rejected] == [(3, True)]
    nora = models.Person.objects.get(given_name="Nora")
    assert (nora.qualification, nora.minimum_income, nora.barriers) == ("AFS", True, ["mobilite"])
    assert nora.health.boe is False
