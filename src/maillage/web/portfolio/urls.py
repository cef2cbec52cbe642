"""The addresses of the adviser's rooms."""

from __future__ import annotations

from django.urls import path

from maillage.web.portfolio import (
    erasure,
    files,
    first,
    groups,
    leads,
    papers,
    person,
    reviews,
    sending,
    uptakes,
    volumes,
    wills,
)

app_name = "portfolio"
urlpatterns = [
    path("mon-portefeuille/", first.first_page, name="first"),
    path("mon-portefeuille/nouvelle-personne/", files.new_page, name="new"),
    path("mon-portefeuille/coller/", groups.paste_page, name="paste"),
    path("mon-portefeuille/tableau/", files.import_page, name="import"),
    path("mon-portefeuille/orientation.csv", files.orientations, name="orientations"),
    path("mon-portefeuille/doublons/", files.duplicates_page, name="duplicates"),
    path("mon-portefeuille/doublons/<uuid:person>/<uuid:other>/", files.merge, name="merge"),
    path("mon-portefeuille/reunion/", groups.gathering_page, name="gathering"),
    path("mon-portefeuille/venues/<uuid:walk_in>/", groups.walk_in_page, name="walk-in"),
    path("mon-portefeuille/delegations/", volumes.volumes_page, name="volumes"),
    path("mon-portefeuille/delegations/<uuid:delegation>/reprise/", volumes.hand_back_page, name="hand-back"),
    path("mon-portefeuille/delegations/<uuid:delegation>/point-d-etape/", reviews.review_page, name="review"),
    path("mon-portefeuille/delegations/<uuid:delegation>/accord/", volumes.agreed, name="agreed"),
    path("personnes/<uuid:person>/", person.person_page, name="person"),
    path("personnes/<uuid:person>/corriger/", files.edit_page, name="edit"),
    path("personnes/<uuid:person>/repondre/", person.answer_fact, name="answer"),
    path("personnes/<uuid:person>/adresser/", sending.send_page, name="send"),
    path("personnes/<uuid:person>/demandes/<uuid:referral>/", papers.sent_page, name="sent"),
    path("personnes/<uuid:person>/demandes/<uuid:referral>/lien/", papers.make_link, name="make-link"),
    path("personnes/<uuid:person>/demandes/<uuid:referral>/lien/fin/", papers.end_link, name="end-link"),
    path("personnes/<uuid:person>/refus/", wills.object_, name="object"),
    path("personnes/<uuid:person>/refus/leve/", wills.lift, name="lift"),
    path("personnes/<uuid:person>/accords/<uuid:consent>/retrait/", wills.revoke, name="revoke"),
    path("personnes/<uuid:person>/organisme-referent/", leads.lead_page, name="lead"),
    path("personnes/<uuid:person>/effacer/", erasure.erase_page, name="erase"),
    path("mon-portefeuille/effacement/", erasure.erased_page, name="erased"),
    path("personnes/<uuid:person>/dossier.json", wills.export, name="export"),
    path("demandes/<uuid:uptake>/", uptakes.uptake_page, name="uptake"),
    path("demandes/<uuid:uptake>/venue/", uptakes.came, name="came"),
    path("demandes/<uuid:uptake>/ailleurs/", groups.redirect_page, name="redirect"),
    path("demandes/<uuid:uptake>/fiche/", papers.sheet_page, name="sheet"),
    path("demandes/<uuid:uptake>/fiche-de-liaison.pdf", papers.liaison_page, name="liaison"),
    path("demandes/<uuid:uptake>/<slug:action>/", uptakes.act, name="act"),
]
