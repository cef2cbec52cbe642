"""The addresses of those who receive people."""

from __future__ import annotations

from django.urls import path

from maillage.web.partners import inbox, item, moves, reception, reply, visits

app_name = "partners"
urlpatterns = [
    path("boite/", inbox.inbox_page, name="inbox"),
    path("boite/accueil/", reception.reception_page, name="reception"),
    path("boite/venue/", reception.walk_in, name="walk-in"),
    path("boite/visites/", visits.visits_page, name="visits"),
    path("boite/<uuid:uptake>/", item.item_page, name="item"),
    path("boite/<uuid:uptake>/rendez-vous.ics", item.calendar, name="calendar"),
    path("boite/<uuid:uptake>/<slug:action>/", moves.move, name="move"),
    path("reponse/", reply.reply_page, name="reply"),
]
