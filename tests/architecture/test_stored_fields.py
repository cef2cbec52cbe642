"""Every field about a person is in the catalogue, with purpose, law, recipients and time; and the catalogue lies not."""

from __future__ import annotations

import pytest
from django.apps import apps

from maillage.domain.stored_fields import STORED_FIELDS

ABOUT_PEOPLE = ("people", "sharing", "referrals", "delegation")
"""Apps whose tables are about people, but for those named below."""
ABOUT_NOBODY = {
    "sharing.DiscreetOrganisation": "organisations",
    "referrals.Reception": "how an organisation takes people",
    "referrals.CodeAttempt": "addresses of networks",
    "referrals.RequestKept": "requests of professionals",
    "referrals.OwnForm": "an empty form",
    "referrals.AccessPointVisit": "counts, of nobody in particular",
    "delegation.VolumeUse": "counts of a volume",
}
ELSEWHERE = ("audit.Reading",)


def fields_about_people() -> set[str]:
    models = [
        *(model for label in ABOUT_PEOPLE for model in apps.get_app_config(label).get_models()),
        *(apps.get_model(name) for name in ELSEWHERE),
    ]
    return {
        f"{model._meta.label}.{field.name}"
        for model in models
        if model._meta.label not in ABOUT_NOBODY
        for field in model._meta.concrete_fields
    }


def test_every_stored_field_has_its_entry():
    assert sorted(fields_about_people() - set(STORED_FIELDS)) == []


def test_every_entry_is_a_stored_field():
    assert sorted(set(STORED_FIELDS) - fields_about_people()) == []


@pytest.mark.parametrize("name", ABOUT_NOBODY)
def test_a_table_about_nobody_names_no_person(name):
    columns = {field.name for field in apps.get_model(name)._meta.concrete_fields}

    assert not columns & {"person", "person_id", "family_name", "given_name", "birth_date", "telephone", "email"}


def test_no_field_is_a_national_number():
    assert [name for name in STORED_FIELDS if "nir" in name.lower().split(".")[-1].split("_")] == []
