"""Whose id a reader of an uptake is not told: an organisation whose name would tell a condition of the person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from maillage.apps.referrals.queries import UptakeSeen
from maillage.apps.referrals.wording import Told
from maillage.apps.sharing.queries import is_name_kept
from maillage.domain.accounts import Actor


def names_kept(
    uptakes: Iterable[UptakeSeen], history: Iterable[Told] = (), *, actor: Actor, on: date
) -> frozenset[str]:
    """Give the organisations, among who sent and who recorded the ``history``, whose ids are kept from an actor.

    Who sent chose the recipient, and who follows the person knows both: only who receives may not be told.
    """
    senders = {one.sender_organisation for one in uptakes if one.recipient_organisation == actor.organisation}
    met = senders | {told.organisation for told in history} if senders else senders
    return frozenset(name for name in met if is_name_kept(name, to=actor.organisation, on=on))
