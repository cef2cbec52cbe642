from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from maillage.apps.accounts import demonstration, models
from maillage.apps.audit.models import AuditEvent
from maillage.apps.catalogue import demonstration as catalogue
from maillage.apps.territories import demonstration as territories
from maillage.cli.demo import who_can_sign_in

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def organisations(db) -> None:
    territories.load(by="demonstration", at=AT)
    catalogue.load(by="demonstration", at=AT)


@pytest.fixture
def invite(maillage):
    def run(organisation: str = "france-travail"):
        typed = ("--organisation", organisation, "--email", "zoe@exemple.fr", "--name", "Zoé")
        return maillage("accounts", "invite-administrator", *typed)

    return run


def test_the_first_administrator_is_invited_from_the_machine(organisations, invite):
    said = invite()

    link = re.search(r"/invitation/\S+/", said.out)[0]
    assert said.status == 0
    assert "Administrateur" in Client().get(link).content.decode()


def test_an_unknown_organisation_is_refused(organisations, invite):
    said = invite("nowhere")

    assert (said.status, "No organisation « nowhere »" in said.err) == (1, True)


def test_real_accounts_are_never_mixed_with_the_demonstration(organisations, invite):
    demonstration.load(by="demonstration", at=AT)

    assert "holds the demonstration" in invite().err
    assert not models.Invitation.objects.exists()


def test_an_account_is_frozen_given_back_and_renewed(maillage):
    account = models.Account.objects.create(email="amel@exemple.fr", name="Amel", opened_at=AT)

    said = [
        maillage("accounts", *words).out.strip().splitlines()[0]
        for words in (
            ("freeze", "Amel@exemple.fr", "--why", "A doubt."),
            ("freeze", "amel@exemple.fr", "--why", "A doubt."),
            ("unfreeze", "amel@exemple.fr"),
            ("unfreeze", "amel@exemple.fr"),
            ("renew-access", "--email", "amel@exemple.fr"),
        )
    ]

    assert said[:4] == [
        "The account is frozen.",
        "The account was frozen already.",
        "The account is given back.",
        "The account was not frozen.",
    ]
    assert said[4].startswith("Hand this over safely")
    assert set(AuditEvent.objects.filter(subject=f"account:{account.pk}").values_list("by", flat=True)) == {"operator"}


@pytest.mark.parametrize(
    "words", [("freeze", "x@y.fr", "--why", "z"), ("unfreeze", "x@y.fr"), ("renew-access", "--email", "x@y.fr")]
)
def test_an_unknown_address_is_said(maillage, words):
    said = maillage("accounts", *words)

    assert (said.status, "No account has the address x@y.fr" in said.err) == (1, True)


def test_the_demonstration_lists_one_account_for_each_role(db):
    assert who_can_sign_in("http://localhost/connexion/") == []
    demonstration.load(by="demonstration", at=AT)

    listed = "\n".join(who_can_sign_in("http://localhost/connexion/"))

    assert demonstration.passphrase() in listed
    assert all(one.email in listed for one in demonstration.ACCOUNTS)
    assert all(role in listed for role in ("ADVISER", "OFFICER", "EMPLOYER", "ADMINISTRATOR", "COMMITTEE_MEMBER"))
