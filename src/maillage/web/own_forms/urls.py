"""The addresses of a partner's own form."""

from __future__ import annotations

from django.urls import path

from maillage.web.own_forms import views

app_name = "own-forms"
urlpatterns = [
    path("formulaire/", views.form_page, name="form"),
    path("formulaire/vierge.pdf", views.empty_form, name="empty"),
    path("demandes/<uuid:uptake>/formulaire.pdf", views.filled_page, name="filled"),
]
