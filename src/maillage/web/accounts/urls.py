"""The addresses of accounts."""

from __future__ import annotations

from django.urls import path

from maillage.web.accounts import entering, keys, machines, members, notices, own, portfolio, providers, sites

app_name = "accounts"
urlpatterns = [
    path("avis/", notices.notice_list, name="notices"),
    path("avis/reponses.csv", notices.answers, name="answers"),
    path("avis/lus/", notices.mark_read, name="read-notices"),
    path("organisme/prevenir/", notices.webhook_list, name="webhooks"),
    path("organisme/prevenir/<uuid:webhook>/retrait/", notices.withdraw_webhook, name="end-webhook"),
    path("compte/logiciels/", machines.key_list, name="api-keys"),
    path("compte/logiciels/<uuid:key>/retrait/", machines.withdraw_key, name="withdraw-key"),
    path("connexion/", entering.sign_in, name="sign-in"),
    path("connexion/code/", entering.second_proof, name="second-proof"),
    path("connexion/premiere-fois/", entering.set_up, name="set-up"),
    path("connexion/cle/question/", keys.ask_key, name="ask-key"),
    path("connexion/cle/", keys.give_key, name="give-key"),
    path("connexion/fournisseur/", providers.ask_provider, name="ask-provider"),
    path("connexion/fournisseur/retour/", providers.from_provider, name="from-provider"),
    path("deconnexion/", entering.sign_out, name="sign-out"),
    path("invitation/<str:link>/", entering.invitation, name="invitation"),
    path("compte/", own.account_page, name="account"),
    path("compte/organisme/", own.memberships, name="memberships"),
    path("compte/phrase-secrete/", own.passphrase, name="passphrase"),
    path("compte/application/", own.authenticator, name="authenticator"),
    path("compte/codes-de-secours/", own.recovery_codes, name="recovery-codes"),
    path("compte/cles/question/", keys.ask_new_key, name="ask-new-key"),
    path("compte/cles/", keys.give_new_key, name="give-new-key"),
    path("compte/cles/<uuid:passkey>/retirer/", own.remove_key, name="remove-key"),
    path("compte/deconnecter-partout/", own.sign_out_everywhere, name="sign-out-everywhere"),
    path("equipe/", members.member_list, name="members"),
    path("equipe/inviter/", members.invite, name="invite"),
    path("equipe/invitations/<uuid:invitation>/retirer/", members.withdraw_invitation, name="withdraw-invitation"),
    path("equipe/absences/", members.stand_ins, name="stand-ins"),
    path("equipe/absences/<uuid:stand_in>/retirer/", members.withdraw_stand_in, name="withdraw-stand-in"),
    path("equipe/portefeuille/", portfolio.transfer, name="transfer"),
    path("equipe/sites/", sites.site_list, name="sites"),
    path("equipe/nom/", sites.keep_name, name="keep-name"),
    path("equipe/sites/nouveau/", sites.new_site, name="new-site"),
    path("equipe/sites/<uuid:site>/", sites.one_site, name="site"),
    path("equipe/sites/<uuid:site>/fermer/", sites.close_site, name="close-site"),
    path("equipe/sites/<uuid:site>/equipes/", sites.new_team, name="new-team"),
    path("equipe/equipes/<uuid:team>/fermer/", sites.close_team, name="close-team"),
    path("equipe/membres/<uuid:membership>/", members.member, name="member"),
    path("equipe/membres/<uuid:membership>/fin/", members.member_action, {"action": "end"}, name="end-membership"),
    path("equipe/membres/<uuid:membership>/gel/", members.member_action, {"action": "freeze"}, name="freeze-member"),
    path(
        "equipe/membres/<uuid:membership>/degel/", members.member_action, {"action": "unfreeze"}, name="unfreeze-member"
    ),
    path("equipe/membres/<uuid:membership>/acces/", members.member_action, {"action": "renew"}, name="renew-access"),
]
