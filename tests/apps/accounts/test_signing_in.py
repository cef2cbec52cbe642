from __future__ import annotations

import time
from datetime import timedelta
from statistics import median

import pytest

from maillage.apps.accounts import models
from maillage.apps.accounts.passphrases import PassphraseTooEasy
from maillage.apps.accounts.use_cases import members, signing_in
from maillage.apps.accounts.use_cases.signing_in import SignInRefused, TooManyAttempts, recognise
from maillage.apps.audit.models import AuditEvent
from tests.apps.accounts.conftest import AT, PASSPHRASE, open_account

HERE = "192.0.2.7"


def attempt(email: str = "amel@exemple.invalid", passphrase: str = PASSPHRASE, *, where=None, at=AT):
    return recognise(email=email, passphrase=passphrase, network_address=where, at=at)


@pytest.fixture
def account(db) -> models.Account:
    return open_account("Amel")


@pytest.mark.parametrize("email", ["amel@exemple.invalid", " Amel@Exemple.INVALID "])
def test_the_right_passphrase_recognises_the_account_and_asks_for_more(account, email):
    found = attempt(email)

    assert (found.account, found.has_second_factor) == (account.pk, False)
    assert not AuditEvent.objects.filter(what="sign_in").exists()


@pytest.mark.parametrize(
    ("email", "passphrase"),
    [
        ("amel@exemple.invalid", "une autre phrase secrète"),
        ("personne@exemple.invalid", PASSPHRASE),
        ("amel@exemple.invalid", PASSPHRASE + "x" * 200),
        ("amel@exemple.invalid", ""),
    ],
)
def test_whatever_is_wrong_gets_the_same_answer(account, email, passphrase):
    with pytest.raises(SignInRefused, match="The address or the proof is wrong"):
        attempt(email, passphrase)

    assert models.SignInAttempt.objects.filter(succeeded=False).count() == 1


def test_an_unknown_address_takes_as_long_as_a_wrong_passphrase(account):
    def seconds(email: str) -> float:
        times = []
        for _ in range(5):
            begun = time.process_time()
            with pytest.raises(SignInRefused):
                attempt(email, "une autre phrase secrète")
            times.append(time.process_time() - begun)
        return median(times)

    seconds("first@exemple.invalid")  # the digest that nobody opens is made once

    assert 0.4 < seconds("personne@exemple.invalid") / seconds("amel@exemple.invalid") < 2.5


def test_ten_failures_lock_the_account_even_for_the_right_passphrase(account):
    for _ in range(10):
        with pytest.raises(SignInRefused):
            attempt(passphrase="une autre phrase secrète")

    with pytest.raises(SignInRefused):
        attempt(at=AT + timedelta(minutes=14))
    assert attempt(at=AT + timedelta(minutes=15)).account == account.pk
    assert AuditEvent.objects.filter(what="lock_account").count() == 1


def test_after_a_lock_one_failure_locks_again_for_longer(account):
    for _ in range(10):
        with pytest.raises(SignInRefused):
            attempt(passphrase="une autre phrase secrète")
    later = AT + timedelta(minutes=16)
    with pytest.raises(SignInRefused):
        attempt(passphrase="une autre phrase secrète", at=later)

    with pytest.raises(SignInRefused):
        attempt(at=later + timedelta(minutes=29))
    assert attempt(at=later + timedelta(minutes=30)).account == account.pk


def test_ten_failures_from_one_network_stop_it_for_every_account(account):
    other = open_account("Yann")
    for number in range(10):
        with pytest.raises(SignInRefused):
            attempt(f"personne{number}@exemple.invalid", where=HERE)

    with pytest.raises(TooManyAttempts) as refused:
        attempt(where=HERE, at=AT + timedelta(minutes=14))
    assert refused.value.until == AT + timedelta(minutes=15)
    assert attempt(where="192.0.2.8").account == account.pk
    assert attempt(other.email, where=HERE, at=AT + timedelta(minutes=15)).account == other.pk


def test_only_a_complete_sign_in_forgets_the_failures(account):
    for _ in range(9):
        with pytest.raises(SignInRefused):
            attempt(passphrase="une autre phrase secrète")

    attempt()  # the passphrase alone proves nothing: guessing codes would start afresh
    account.refresh_from_db()
    assert account.failure_count == 9
    signing_in.complete_sign_in(account=account.pk, means="code", network_address=HERE, at=AT)
    account.refresh_from_db()
    assert account.failure_count == 0
    assert list(AuditEvent.objects.values_list("what", "details")) == [("sign_in", {"means": "code"})]


def test_a_frozen_account_opens_with_nothing(account):
    members.freeze_account(by="operator", account=account.pk, why="A doubt.", at=AT)

    with pytest.raises(SignInRefused):
        attempt()
    with pytest.raises(SignInRefused):
        signing_in.complete_sign_in(account=account.pk, means="code", network_address=None, at=AT)


def test_an_account_without_passphrase_opens_with_none(account):
    account.set_unusable_password()
    account.save()

    for passphrase in ("", "!", PASSPHRASE):
        with pytest.raises(SignInRefused):
            attempt(passphrase=passphrase)


def test_a_new_passphrase_ends_the_other_sessions(account):
    before = account.get_session_auth_hash()

    signing_in.change_passphrase(
        account=account.pk, former=PASSPHRASE, new="cinq autres mots choisis ici", network_address=None, at=AT
    )

    account.refresh_from_db()
    assert account.get_session_auth_hash() != before
    assert account.check_password("cinq autres mots choisis ici")


@pytest.mark.parametrize(
    ("former", "new", "refusal"),
    [("fausse phrase", "cinq autres mots choisis ici", SignInRefused), (PASSPHRASE, "court", PassphraseTooEasy)],
)
def test_a_passphrase_is_not_changed_by_who_ignores_it_nor_to_an_easy_one(account, former, new, refusal):
    with pytest.raises(refusal):
        signing_in.change_passphrase(account=account.pk, former=former, new=new, network_address=None, at=AT)

    account.refresh_from_db()
    assert account.check_password(PASSPHRASE)


def test_signing_out_everywhere_changes_what_sessions_are_checked_against(account):
    before = account.get_session_auth_hash()

    signing_in.sign_out_everywhere(account=account.pk, at=AT)

    account.refresh_from_db()
    assert account.get_session_auth_hash() != before
