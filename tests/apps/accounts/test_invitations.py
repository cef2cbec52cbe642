from __future__ import annotations

from datetime import timedelta

import pytest

from maillage.apps.accounts import models, queries
from maillage.apps.accounts.passphrases import PassphraseTooEasy
from maillage.apps.accounts.use_cases import invitations
from maillage.apps.accounts.use_cases.invitations import InvitationExpired, Invitee
from maillage.apps.audit.models import AuditEvent
from maillage.domain.accounts import Role, SiteLevel
from maillage.domain.permissions import NotPermitted
from tests.apps.accounts.conftest import AT, FT, ML, TODAY, give_role, open_account

ZOE = Invitee(" Zoe@Exemple.invalid", "Zoé", Role.ADVISER)
NEW = "cinq autres mots choisis ici"


def accept(link, *, passphrase=NEW, at=AT):
    return invitations.accept_invitation(link=link, name="Zoé", passphrase=passphrase, language="fr", at=at)


def test_an_invitation_opens_an_account_with_one_membership(gaelle):
    link = invitations.invite(by=gaelle, invitee=ZOE, at=AT)

    account = accept(link)

    assert [(one.role, one.organisation) for one in queries.memberships_of(account, TODAY)] == [(Role.ADVISER, FT)]
    assert queries.account_with("ZOE@exemple.invalid") == account
    assert list(AuditEvent.objects.values_list("what", flat=True)) == ["invite", "open_account", "join"]


def test_the_link_itself_is_kept_nowhere(gaelle):
    link = invitations.invite(by=gaelle, invitee=ZOE, at=AT)

    kept = [*models.Invitation.objects.values_list("digest", flat=True), *map(str, AuditEvent.objects.values())]
    assert not [one for one in kept if link in one]


def test_a_link_serves_once(gaelle):
    link = invitations.invite(by=gaelle, invitee=ZOE, at=AT)
    accept(link)

    with pytest.raises(InvitationExpired):
        accept(link)


@pytest.mark.parametrize("days", [7, 30])
def test_a_link_expires_after_seven_days(gaelle, days):
    link = invitations.invite(by=gaelle, invitee=ZOE, at=AT)

    assert invitations.find_invited(link, at=AT + timedelta(days=7, seconds=-1)) is not None
    with pytest.raises(InvitationExpired):
        accept(link, at=AT + timedelta(days=days))


def test_an_easy_passphrase_leaves_the_link_usable(gaelle):
    link = invitations.invite(by=gaelle, invitee=ZOE, at=AT)

    with pytest.raises(PassphraseTooEasy):
        accept(link, passphrase="court")
    assert accept(link)


def test_a_withdrawn_link_opens_nothing_and_another_organisation_cannot_withdraw_it(gaelle, hugo):
    link = invitations.invite(by=gaelle, invitee=ZOE, at=AT)
    (waiting,) = invitations.pending_invitations(by=gaelle, at=AT)

    assert not invitations.withdraw_invitation(by=hugo, invitation=waiting.id, at=AT)
    assert invitations.withdraw_invitation(by=gaelle, invitation=waiting.id, at=AT)
    with pytest.raises(InvitationExpired):
        accept(link)


def test_a_second_invitation_to_the_same_role_replaces_the_first(gaelle):
    first, second = (invitations.invite(by=gaelle, invitee=ZOE, at=AT) for _ in range(2))

    with pytest.raises(InvitationExpired):
        accept(first)
    assert accept(second)


def test_only_an_administrator_invites(amel, bruno):
    for actor in (amel, bruno):
        with pytest.raises(NotPermitted, match="Seul un administrateur"):
            invitations.invite(by=actor, invitee=ZOE, at=AT)


def test_nobody_is_invited_to_a_site_of_another_organisation(gaelle):
    site = models.Site.objects.create(organisation=ML, name="Siège", level=SiteLevel.SEAT.value)

    with pytest.raises(NotPermitted, match="Ce site n’est pas"):
        invitations.invite(by=gaelle, invitee=Invitee("zoe@exemple.invalid", "Zoé", Role.ADVISER, site.pk), at=AT)


def test_who_has_an_account_joins_by_signing_in_and_never_by_a_new_passphrase(gaelle, bruno):
    link = invitations.invite(by=gaelle, invitee=Invitee("bruno@exemple.invalid", "Bruno", Role.ADVISER), at=AT)

    with pytest.raises(InvitationExpired):
        accept(link)
    with pytest.raises(InvitationExpired):
        invitations.join_with_account(link=link, account=gaelle.account, at=AT)
    invitations.join_with_account(link=link, account=bruno.account, at=AT)

    assert {one.organisation for one in queries.memberships_of(bruno.account, TODAY)} == {FT, ML}


def test_joining_twice_gives_one_membership(gaelle, amel):
    for _ in range(2):
        link = invitations.invite(by=gaelle, invitee=Invitee("amel@exemple.invalid", "Amel", Role.ADVISER), at=AT)
        invitations.join_with_account(link=link, account=amel.account, at=AT)

    assert len(queries.memberships_of(amel.account, TODAY)) == 1


@pytest.mark.parametrize(("with_second_factor", "codes_left"), [(False, 1), (True, 0)])
def test_a_renewed_access_has_a_new_passphrase_and_keeps_the_second_proof_unless_lost(
    gaelle, amel, with_second_factor, codes_left
):
    models.RecoveryCode.objects.create(account_id=amel.account, digest="x")
    before = models.Account.objects.get(pk=amel.account).session_epoch

    link = invitations.renew_access(by=gaelle, membership=amel.membership, with_second_factor=with_second_factor, at=AT)
    assert accept(link) == amel.account

    after = models.Account.objects.get(pk=amel.account)
    assert after.check_password(NEW)
    assert after.session_epoch == before + 1
    assert models.RecoveryCode.objects.filter(account=amel.account).count() == codes_left


def test_an_administrator_never_renews_an_access_that_opens_another_organisation(gaelle, bruno):
    here = give_role(models.Account.objects.get(pk=bruno.account), Role.ADVISER, FT)

    with pytest.raises(NotPermitted, match="aussi pour un autre organisme"):
        invitations.renew_access(by=gaelle, membership=here, with_second_factor=True, at=AT)
    assert invitations.renew_access(by=gaelle, membership=bruno.membership, with_second_factor=True, at=AT) is None


def test_the_operator_renews_any_access(amel, db):
    link = invitations.renew_access_from_here(
        by="operator", email="AMEL@exemple.invalid", with_second_factor=False, at=AT
    )

    assert link is not None
    assert accept(link) == amel.account
    assert (
        invitations.renew_access_from_here(by="operator", email="x@exemple.invalid", with_second_factor=False, at=AT)
        is None
    )


def test_the_operator_invites_the_first_administrator_only(db):
    invite = invitations.invite_first_administrator
    account = accept(invite(by="operator", organisation=FT, email="zoe@exemple.invalid", name="Zoé", at=AT))

    assert [one.role for one in queries.memberships_of(account, TODAY)] == [Role.ADMINISTRATOR]
    with pytest.raises(NotPermitted, match="a déjà un administrateur"):
        invite(by="operator", organisation=FT, email="yann@exemple.invalid", name="Yann", at=AT)


def test_an_unknown_link_says_nothing(db):
    assert invitations.find_invited("x", at=AT) is None
    assert invitations.find_invited("", at=AT) is None


def test_what_a_link_opens_is_said(gaelle):
    open_account("Zoe")
    found = invitations.find_invited(invitations.invite(by=gaelle, invitee=ZOE, at=AT), at=AT)

    assert found is not None
    assert (found.email, found.role, found.has_account, found.is_renewal) == (
        "zoe@exemple.invalid",
        Role.ADVISER,
        True,
        False,
    )
