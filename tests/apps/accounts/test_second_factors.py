from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from maillage.apps.accounts import models
from maillage.apps.accounts.use_cases import second_factors
from maillage.apps.accounts.use_cases.second_factors import KeyQuestion, ProofRefused, SiteOfKeys
from maillage.apps.accounts.use_cases.signing_in import SignInRefused
from tests.apps.accounts.conftest import AT, open_account

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SITE = SiteOfKeys("localhost", "http://localhost:8000")


def code_at(moment, secret=SECRET) -> str:
    return pyotp.TOTP(secret).at(int(moment.timestamp()))


@pytest.fixture
def account(db):
    return open_account("Amel").pk


@pytest.fixture
def codes(account) -> tuple[str, ...]:
    return second_factors.enrol_authenticator(
        account=account, secret=SECRET, code=code_at(AT - timedelta(seconds=60) + timedelta(seconds=30)), at=AT
    )


def give(account, code, at=AT):
    return second_factors.give_code(account=account, code=code, network_address=None, at=at)


def test_an_application_is_accepted_after_a_right_code_and_brings_recovery_codes(account, codes):
    assert len(set(codes)) == 10
    assert SECRET not in models.Authenticator.objects.get().sealed_secret
    assert models.RecoveryCode.objects.filter(account=account, used_at=None).count() == 10


def test_an_application_is_not_accepted_after_a_wrong_code(account):
    with pytest.raises(ProofRefused):
        second_factors.enrol_authenticator(account=account, secret=SECRET, code="000000", at=AT)

    assert not models.Authenticator.objects.exists()


@pytest.mark.parametrize(("seconds", "is_accepted"), [(0, True), (30, True), (-90, False), (90, False)])
def test_a_code_is_accepted_half_a_minute_around_its_time(account, codes, seconds, is_accepted):
    code = code_at(AT + timedelta(seconds=seconds))

    if is_accepted:
        assert give(account, f"{code[:3]} {code[3:]}") == "code"
    else:
        with pytest.raises(SignInRefused):
            give(account, code)


def test_a_code_serves_once_and_so_does_any_older_one(account, codes):
    give(account, code_at(AT + timedelta(seconds=30)))

    for moment in (AT + timedelta(seconds=30), AT):
        with pytest.raises(SignInRefused):
            give(account, code_at(moment))


def test_a_recovery_code_serves_once_however_it_is_written(account, codes):
    assert give(account, f" {codes[0].lower()} ") == "recovery-code"

    with pytest.raises(SignInRefused):
        give(account, codes[0])
    assert give(account, codes[1].replace("-", "")) == "recovery-code"


def test_a_recovery_code_of_somebody_else_opens_nothing(codes):
    other = open_account("Yann").pk

    with pytest.raises(SignInRefused):
        give(other, codes[0])


def test_new_recovery_codes_replace_the_former(account, codes):
    new = second_factors.renew_recovery_codes(account=account, at=AT)

    with pytest.raises(SignInRefused):
        give(account, codes[0])
    assert give(account, new[0]) == "recovery-code"


@pytest.mark.parametrize("code", ["", "0", "²²²²²²", "AAAAA-AAAAA", "999999999999", "😀"])
def test_anything_typed_as_a_code_is_only_refused(account, codes, code):
    with pytest.raises(SignInRefused):
        give(account, code)


def test_ten_wrong_codes_lock_the_account_for_the_right_one_too(account, codes):
    for _ in range(10):
        with pytest.raises(SignInRefused):
            give(account, "000000")

    with pytest.raises(SignInRefused):
        give(account, code_at(AT))
    later = AT + timedelta(minutes=15)
    assert give(account, code_at(later), at=later) == "code"


@pytest.mark.parametrize(
    "answer", [{}, {"id": 3}, {"id": "unknown"}, {"id": "known"}, {"id": "known", "response": {"signature": "AA"}}]
)
def test_an_answer_that_no_key_gave_opens_nothing(account, answer):
    models.Passkey.objects.create(account_id=account, credential="known", public_key=b"x", name="office", added_at=AT)

    with pytest.raises(SignInRefused):
        second_factors.give_passkey(answer=answer, asked=KeyQuestion("AAAA", SITE), network_address=None, at=AT)

    assert models.SignInAttempt.objects.filter(means="passkey", succeeded=False).count() == 1


@pytest.mark.parametrize("answer", [{}, {"id": "x", "rawId": "x", "type": "public-key", "response": {}}])
def test_an_answer_that_makes_no_key_is_not_kept(account, answer):
    with pytest.raises(ProofRefused):
        second_factors.enrol_passkey(account=account, answer=answer, asked=KeyQuestion("AAAA", SITE), name="", at=AT)

    assert not models.Passkey.objects.exists()


def test_the_last_proof_is_not_removed(account):
    key = models.Passkey.objects.create(account_id=account, credential="k", public_key=b"x", name="office", added_at=AT)

    assert not second_factors.remove_passkey(account=account, passkey=key.pk, at=AT)
    models.Passkey.objects.create(account_id=account, credential="l", public_key=b"x", name="home", added_at=AT)
    assert second_factors.remove_passkey(account=account, passkey=key.pk, at=AT)
    assert list(models.Passkey.objects.values_list("name", flat=True)) == ["home"]


def test_a_key_of_somebody_else_is_not_removed(account, codes):
    other = open_account("Yann").pk
    key = models.Passkey.objects.create(account_id=other, credential="k", public_key=b"x", name="office", added_at=AT)

    second_factors.remove_passkey(account=account, passkey=key.pk, at=AT)

    assert models.Passkey.objects.filter(pk=key.pk).exists()
