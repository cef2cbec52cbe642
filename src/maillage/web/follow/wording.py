"""What the person reads, in plain words: where it stands, what comes next, whose turn it is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.apps.referrals.queries import UptakeSeen
from maillage.domain.referrals import UptakeState
from maillage.web.components.days import day, hour
from maillage.web.partners.wording import where_met


def where_it_stands(uptake: UptakeSeen, partner: str) -> str:
    """Say where a request stands, to the person."""
    named = {"partner": partner}
    return {
        UptakeState.SENT: _("Votre demande est arrivée chez %(partner)s.") % named,
        UptakeState.UNDER_STUDY: _("%(partner)s lit votre demande.") % named,
        UptakeState.ACCEPTED: _("%(partner)s a dit oui. Un rendez-vous va vous être donné.") % named,
        UptakeState.WAITING_FOR_PLACE: _("%(partner)s vous gardera une place dès qu’il y en aura une.") % named,
        UptakeState.APPOINTED: _("Vous avez rendez-vous avec %(partner)s.") % named,
        UptakeState.NO_SHOW: _("Vous n’avez pas pu venir. %(partner)s peut vous donner un autre rendez-vous.") % named,
        UptakeState.RECEIVED: _("Vous avez rencontré %(partner)s.") % named,
        UptakeState.COMPLETED: _("C’est terminé avec %(partner)s.") % named,
        UptakeState.FAILED: _("Cela s’est arrêté avec %(partner)s. Voyez avec votre conseiller ce qui peut suivre.")
        % named,
        UptakeState.REFUSED: _("%(partner)s ne peut pas vous recevoir. Votre conseiller cherche autre chose avec vous.")
        % named,
        UptakeState.EXPIRED: _("%(partner)s n’a pas répondu. Votre conseiller le sait.") % named,
        UptakeState.WITHDRAWN: _("La demande est retirée. %(partner)s ne voit plus rien de vous.") % named,
        UptakeState.REDIRECTED: _("Votre conseiller vous envoie ailleurs : demandez-lui où.") % named,
    }[uptake.state]


def what_next(uptake: UptakeSeen) -> str:
    """Say what comes next and by when; empty when nothing is awaited."""
    if uptake.state is UptakeState.APPOINTED and uptake.appointment_at is not None:
        when = {"day": day(uptake.appointment_at), "hour": hour(uptake.appointment_at), "where": where_met(uptake)}
        return (_("Le %(day)s à %(hour)s, %(where)s.") if when["where"] else _("Le %(day)s à %(hour)s.")) % when
    answering = {UptakeState.SENT, UptakeState.UNDER_STUDY}
    if uptake.state in answering and uptake.due_on is not None and not uptake.is_late:
        return _("Une réponse est attendue avant le %(day)s. Vous n’avez rien à faire.") % {"day": day(uptake.due_on)}
    if uptake.state in answering:
        return _("La réponse tarde : vous pouvez appeler.")
    return ""
