"""The addresses of the adviser's pages, in French because people read them."""

from __future__ import annotations

from django.urls import path

from maillage.web.advisers.views import answer_page, question_page, sheet_page

app_name = "advisers"
urlpatterns = [
    path("", question_page, name="question"),
    path("portes/", answer_page, name="answer"),
    path("fiche/", sheet_page, name="sheet"),
]
