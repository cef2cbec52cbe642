"""The addresses of the public pages, in French because people read them."""

from __future__ import annotations

from django.urls import path

from maillage.web.public import views

app_name = "public"
urlpatterns = [
    path("lieux/", views.places_page, name="places"),
    path("lieux/<path:place_id>/", views.place_page, name="place"),
    path("communes/", views.municipalities_page, name="municipalities"),
    path("communes/<str:code>/", views.municipality_page, name="municipality"),
    path("services/", views.services_page, name="services"),
    path("services/<path:service_id>/", views.service_page, name="service"),
    path("donnees-personnelles/", views.personal_data_page, name="personal-data"),
    path("organismes/", views.organisations_page, name="organisations"),
    path("organismes/<path:organisation_id>/", views.organisation_page, name="organisation"),
]
