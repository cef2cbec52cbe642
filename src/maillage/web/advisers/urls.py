"""The addresses of the adviser's pages, in French because people read them."""

from __future__ import annotations

from django.urls import path

from maillage.web.advisers import views

app_name = "advisers"
urlpatterns = [
    path("", views.question_page, name="question"),
    path("portes/", views.answer_page, name="answer"),
    path("fiche/", views.sheet_page, name="sheet"),
    path("communes/", views.municipality_choices, name="municipalities"),
    path("fond-de-carte/", views.map_ground, name="map-ground"),
]
