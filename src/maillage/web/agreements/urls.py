"""The addresses of the pages of the agreements."""

from __future__ import annotations

from django.urls import path

from maillage.web.agreements.views import differences_page, file_download, list_page, pdf_download, text_page

app_name = "agreements"
urlpatterns = [
    path("accords/", list_page, name="list"),
    path("accords/<slug:agreement_id>/", text_page, name="text"),
    path("accords/<slug:agreement_id>/differences/", differences_page, name="differences"),
    path("accords/<slug:agreement_id>/accord.yaml", file_download, name="file"),
    path("accords/<slug:agreement_id>/accord.pdf", pdf_download, name="pdf"),
]
