from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.apps.accounts import models, queries
from maillage.apps.accounts.use_cases import invitations, members
from maillage.apps.accounts.use_cases.invitations import Invitee
from maillage.apps.accounts.use_cases.providers import Identity, NobodyInvited, account_of_identity
from maillage.apps.accounts.use_cases.signing_in import SignInRefused
from maillage.domain.accounts import Role
from tests.apps.accounts.conftest import AT, TODAY, open_account

ZOE = Identity("https://issuer.invalid", "sub-1", "zoe@exemple.invalid", email_is_verified=True, name="Zoé Exemple")


def invite(gaelle, email="zoe@exemple.invalid", role=Role.ADVISER):
    return invitations.invite(by=gaelle, invitee=Invitee(email, "Zoé", role), at=AT)


def test_an_invited_person_gets_an_account_without_passphrase(gaelle):
    invite(gaelle)
    invite(gaelle, role=Role.OFFICER)

    account = account_of_identity(identity=ZOE, at=AT)

    card = queries.find_account(account)
    assert (card.name, card.has_passphrase, card.has_provider) == ("Zoé Exemple", False, True)
    assert {one.role for one in queries.memberships_of(account, TODAY)} == {Role.ADVISER, Role.OFFICER}
    assert account_of_identity(identity=replace(ZOE, email="married@exemple.invalid"), at=AT) == account


@pytest.mark.parametrize(
    "identity",
    [
        replace(ZOE, email_is_verified=False),
        replace(ZOE, email="autre@exemple.invalid"),
        replace(ZOE, email=""),
    ],
)
def test_nobody_enters_without_an_invitation_to_a_verified_address(gaelle, identity):
    invite(gaelle)

    with pytest.raises(NobodyInvited):
        account_of_identity(identity=identity, at=AT)
    assert models.Account.objects.count() == 1


def test_an_address_alone_never_opens_an_account_that_exists(gaelle):
    open_account("Zoe")

    with pytest.raises(NobodyInvited):
        account_of_identity(identity=ZOE, at=AT)


def test_an_account_holds_one_identity(gaelle):
    invite(gaelle)
    account_of_identity(identity=ZOE, at=AT)
    invite(gaelle, role=Role.OFFICER)

    with pytest.raises(NobodyInvited):
        account_of_identity(identity=replace(ZOE, subject="sub-2"), at=AT)
    with pytest.raises(NobodyInvited):
        account_of_identity(identity=replace(ZOE, issuer="https://other.invalid"), at=AT)


def test_a_frozen_account_is_refused(gaelle):
    invite(gaelle)
    account = account_of_identity(identity=ZOE, at=AT)
    members.freeze_account(by="operator", account=account, why="A doubt.", at=AT)

    with pytest.raises(SignInRefused):
        account_of_identity(identity=ZOE, at=AT)


def test_a_link_of_renewal_is_no_invitation(gaelle, amel):
    invitations.renew_access(by=gaelle, membership=amel.membership, with_second_factor=False, at=AT)

    with pytest.raises(NobodyInvited):
        account_of_identity(identity=replace(ZOE, email="amel@exemple.invalid"), at=AT)
