"""`maillage accounts`: what the operator of a site does to accounts from the machine that serves it."""

from __future__ import annotations

from uuid import UUID

import click
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts import demonstration
from maillage.apps.accounts.queries import account_with
from maillage.apps.accounts.use_cases import invitations, members
from maillage.apps.catalogue.queries import find_organisation
from maillage.cli.terminal import prepare_database

OPERATOR = "operator"


@click.group()
def accounts() -> None:
    """Open the first account of an organisation, renew an access, freeze and unfreeze."""


@accounts.command("invite-administrator")
@click.option("--organisation", required=True, help="Id of the organisation in the catalogue.")
@click.option("--email", required=True)
@click.option("--name", required=True)
def invite_administrator(*, organisation: str, email: str, name: str) -> None:
    """Invite the first administrator of an organisation, who invites the others."""
    prepare_database()
    now = timezone.now()
    if demonstration.is_loaded():
        raise click.ClickException(
            "This database holds the demonstration, whose passphrase is printed: use another one (MAILLAGE_HOME)."
        )
    if find_organisation(organisation, on=timezone.localdate(now)) is None:
        raise click.ClickException(
            f"No organisation « {organisation} » in the catalogue: import it, or correct the id."
        )
    link = invitations.invite_first_administrator(
        by=OPERATOR, organisation=organisation, email=email, name=name, at=now
    )
    say_link(link)


@accounts.command("renew-access")
@click.option("--email", required=True)
@click.option("--with-second-factor", is_flag=True, help="The telephone or the key is lost too.")
def renew_access(*, email: str, with_second_factor: bool) -> None:
    """Make a link with which somebody chooses a new passphrase."""
    prepare_database()
    link = invitations.renew_access_from_here(
        by=OPERATOR, email=email, with_second_factor=with_second_factor, at=timezone.now()
    )
    if link is None:
        raise click.ClickException(f"No account has the address {email}.")
    say_link(link)


def say_link(link: str) -> None:
    click.echo(
        "Hand this over safely: it serves once, for seven days, and is not shown again. After the site's address:"
    )
    click.echo(f"  {reverse('accounts:invitation', args=[link])}")


@accounts.command()
@click.argument("email")
@click.option("--why", required=True, help="A sentence that is kept with the account.")
def freeze(*, email: str, why: str) -> None:
    """Freeze an account: nothing opens from the next page on."""
    is_done = members.freeze_account(by=OPERATOR, account=_account(email), why=why, at=timezone.now())
    click.echo("The account is frozen." if is_done else "The account was frozen already.")


@accounts.command()
@click.argument("email")
def unfreeze(*, email: str) -> None:
    """Give a frozen account back."""
    is_done = members.unfreeze_account(by=OPERATOR, account=_account(email), at=timezone.now())
    click.echo("The account is given back." if is_done else "The account was not frozen.")


def _account(email: str) -> UUID:
    prepare_database()
    found = account_with(email)
    if found is None:
        raise click.ClickException(f"No account has the address {email}.")
    return found
