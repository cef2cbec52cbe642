"""The addresses of those who steer."""

from __future__ import annotations

from django.urls import path

from maillage.web.steering import requests, views

app_name = "steering"
urlpatterns = [
    path("pilotage/", views.rates_page, name="rates"),
    path("pilotage/taux.svg", views.rates_chart, name="chart"),
    path("pilotage/taux.csv", views.rates_table, name="table"),
    path("organisme/demandes/", requests.request_list, name="requests"),
    path("organisme/demandes/<uuid:uptake>/", requests.request_page, name="request"),
]
