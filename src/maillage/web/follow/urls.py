"""The addresses of the person's page."""

from __future__ import annotations

from django.urls import path

from maillage.web.follow import views

app_name = "follow"
urlpatterns = [
    path("suivi/<str:token>/", views.follow_page, name="follow"),
    path("suivi/<str:token>/<uuid:uptake>/<slug:action>/", views.act, name="act"),
    path("suivi/<str:token>/fin/", views.end, name="end"),
]
