"""The addresses of those who steer."""

from __future__ import annotations

from django.urls import path

from maillage.web.steering import views

app_name = "steering"
urlpatterns = [
    path("pilotage/", views.rates_page, name="rates"),
    path("pilotage/taux.svg", views.rates_chart, name="chart"),
    path("pilotage/taux.csv", views.rates_table, name="table"),
]
