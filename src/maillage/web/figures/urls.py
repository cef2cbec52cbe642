"""The addresses of the figures, in French because people read them."""

from __future__ import annotations

from django.urls import path

from maillage.web.figures.offer_views import offer_page, offer_table
from maillage.web.figures.views import coverage_chart, coverage_page, coverage_table, unemployment_chart

app_name = "figures"
urlpatterns = [
    path("chiffres/", coverage_page, name="coverage"),
    path("chiffres/repartition.svg", coverage_chart, name="coverage-chart"),
    path("chiffres/couverture.<str:ending>", coverage_table, name="coverage-table"),
    path("chiffres/offre/", offer_page, name="offer"),
    path("chiffres/offre.<str:ending>", offer_table, name="offer-table"),
    path("chiffres/chomage-<str:department>.svg", unemployment_chart, name="unemployment-chart"),
]
