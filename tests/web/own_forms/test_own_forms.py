"""The partner's own form: put in once, and given to the adviser filled with exactly what the clause lets pass."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from maillage.apps.referrals.models import OwnForm
from maillage.domain.accounts import Role
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import member, moved
from tests.engine.pdf_forms import form
from tests.web.partners.conftest import amel, browser_of, bruno, chloe, driss, offer, partner, uptake

__all__ = ["amel", "bruno", "chloe", "driss", "offer", "partner", "uptake"]
FORM = form("Nom", "Prénom", "Naissance", "Inscrite", "Motif")


def put(client, content: bytes = FORM):
    return client.post("/formulaire/", {"file": SimpleUploadedFile("f.pdf", content, "application/pdf")})


@pytest.fixture
def put_in(partner) -> None:
    assert put(partner).status_code == 302
    filled = {"field-0": "family_name", "field-1": "given_name", "field-2": "birth_date", "field-3": "registered"}
    assert partner.post("/formulaire/", {**filled, "field-4": "why", "fill": "1"}).status_code == 302


def filled(client, uptake) -> dict[str, str]:
    response = client.get(f"/demandes/{uptake}/formulaire.pdf")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    fields = PdfReader(io.BytesIO(response.content)).get_fields()
    return {name: one.get("/V", "") for name, one in fields.items()}


def test_the_adviser_is_given_what_the_clause_lets_pass_and_no_more(put_in, amel, uptake):
    """The clause shares identity and how to reach the person: that they are registered does not pass."""
    found = filled(browser_of(amel), uptake)

    assert (found["Nom"], found["Prénom"], found["Motif"]) == ("Benali", "Driss", "Inscrit depuis 14 mois.")
    assert found["Naissance"]
    assert found["Inscrite"] == ""


def test_once_ended_the_form_is_no_longer_given(put_in, amel, bruno, uptake):
    moved(bruno, uptake, Move.REFUSE, days=40, reason="NO_PLACE")

    assert browser_of(amel).get(f"/demandes/{uptake}/formulaire.pdf").status_code == 404


def test_a_file_that_acts_is_refused_and_the_former_one_kept(put_in, partner):
    refused = put(partner, form("Nom", script=True))

    assert refused.status_code == 422
    assert "un programme" in refused.content.decode()
    assert OwnForm.objects.get().fields == ["Nom", "Prénom", "Naissance", "Inscrite", "Motif"]


def test_a_new_version_keeps_what_filled_the_same_fields_until_it_is_taken_away(put_in, partner):
    put(partner, form("Nom", "Autre"))
    assert OwnForm.objects.get().filled_by == {"Nom": "family_name"}
    assert partner.get("/formulaire/vierge.pdf").status_code == 200

    partner.post("/formulaire/", {"away": "1"})
    partner.post("/formulaire/", {"away": "1"})
    assert not OwnForm.objects.exists()
    assert partner.get("/formulaire/vierge.pdf").status_code == 404
    assert partner.post("/formulaire/", {"fill": "1"}).status_code == 302


def test_whoever_sends_puts_no_form_in_and_another_agency_reads_none(put_in, amel, uptake):
    stranger = member("Zoé", Role.ADVISER, "ailleurs")

    assert put(browser_of(amel)).status_code == 403
    assert browser_of(stranger).get(f"/demandes/{uptake}/formulaire.pdf").status_code == 404
