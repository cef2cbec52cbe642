"""Many at once: a code, a link and a lock each count once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pyotp
import pytest
from django.db import connection, connections

from maillage.apps.accounts import models
from maillage.apps.accounts.use_cases import invitations, second_factors, signing_in
from maillage.apps.accounts.use_cases.invitations import InvitationExpired, Invitee
from maillage.apps.accounts.use_cases.signing_in import SignInRefused
from maillage.domain.accounts import Role
from tests.apps.accounts.conftest import AT, FT, PASSPHRASE, acting, give_role, open_account

AT_ONCE = 8
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def shared_database() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads share no database in memory: PostgreSQL runs this")


def all_at_once(do: Callable[[], object], refusal: type[Exception]) -> int:
    """Do the same thing from several threads; gives how many succeeded, the others being refused."""
    gate, successes = threading.Barrier(AT_ONCE), []

    def one() -> None:
        gate.wait()
        try:
            do()
            successes.append(1)
        except refusal:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(successes)


def test_a_code_given_by_many_at_once_serves_once():
    account = open_account("Amel").pk
    second_factors.enrol_authenticator(account=account, secret=SECRET, code=pyotp.TOTP(SECRET).at(AT), at=AT)
    models.Authenticator.objects.update(last_step=0)
    code = pyotp.TOTP(SECRET).at(AT)

    def give() -> None:
        second_factors.give_code(account=account, code=code, network_address=None, at=AT)

    assert all_at_once(give, SignInRefused) == 1


def test_a_link_opened_by_many_at_once_serves_once():
    gaelle = acting(give_role(open_account("Gaelle"), Role.ADMINISTRATOR, FT))
    link = invitations.invite(by=gaelle, invitee=Invitee("zoe@exemple.invalid", "Zoé", Role.ADVISER), at=AT)

    def accept() -> None:
        invitations.accept_invitation(link=link, name="Zoé", passphrase=PASSPHRASE, language="fr", at=AT)

    assert all_at_once(accept, InvitationExpired) == 1
    assert models.Account.objects.filter(email="zoe@exemple.invalid").count() == 1


def test_guesses_made_at_once_are_all_counted():
    account = open_account("Amel").pk

    def guess() -> None:
        signing_in.count_proof(account, is_right=False, means="code", network_address=None, at=AT)

    assert all_at_once(guess, SignInRefused) == 0
    assert models.Account.objects.get(pk=account).failure_count == AT_ONCE
