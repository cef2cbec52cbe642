from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from maillage.apps.audit.models import AuditEvent
from maillage.apps.people.acting import as_actor
from maillage.apps.people.queries import PersonNotFound, may_see, person_for
from maillage.apps.people.use_cases import open_link
from maillage.apps.sharing import models
from maillage.apps.sharing.queries import (
    consents_of,
    find_followed,
    is_objected,
    name_shown,
    names_of,
    what_passes,
)
from maillage.apps.sharing.standing import told_to
from maillage.apps.sharing.telling import labels_of, sheet_words
from maillage.apps.sharing.use_cases import (
    DaysOutOfBounds,
    WillUnknown,
    give_consent,
    lift_objection,
    make_follow_link,
    mark_discreet,
    object_to,
    record_information,
    review_links,
    revoke_consent,
    revoke_follow_link,
)
from maillage.domain.accounts import Role
from maillage.domain.permissions import NotPermitted
from maillage.domain.sharing import MINIMUM, SHAREABLE, ConsentMeans
from tests.apps.people.conftest import actor
from tests.apps.sharing.conftest import AT, FRAMEWORK, ON, PASSERELLE, SERVICE, SHARED

pytestmark = pytest.mark.django_db


def passes(person, agreement=FRAMEWORK, on=ON):
    return what_passes(person=person, agreement=agreement, sender=SERVICE, receiver=PASSERELLE, on=on)


def consent(by, person, **choices):
    known = {"organisation": PASSERELLE, "agreement": FRAMEWORK, "clause": "partage", "fields": SHARED}
    return give_consent(by=by, person=person, how=ConsentMeans.PAPER, **{**known, "at": AT, **choices})


@pytest.fixture
def linked(driss, amel, subject):
    """Open the link with what passes on that day: nothing yet, the clause asks for consent."""
    fields = passes(driss).fields
    open_link(
        by=amel,
        person=driss,
        kind="REFERRAL",
        subject=subject,
        organisation=PASSERELLE,
        fields=fields,
        at=AT,
        agreement=FRAMEWORK,
    )
    return driss


def shown(person, to, at=AT):
    return person_for(to, person, at=at, why="page").shown


def test_the_clause_of_the_text_says_what_passes_and_that_consent_is_asked(driss):
    (waiting,) = passes(driss).awaiting

    assert (waiting.fields, waiting.purpose, waiting.retention) == (SHARED, "Prendre rendez-vous", "Douze mois")
    assert passes(driss).fields == frozenset()
    assert passes(driss, agreement="unheard-of").fields == MINIMUM


def test_consent_given_and_taken_back_reach_the_next_look(linked, amel, paul):
    assert shown(linked, paul) == frozenset()
    given = consent(amel, linked)
    assert shown(linked, paul) == SHARED

    revoke_consent(by=amel, person=linked, consent=given, at=AT)

    assert shown(linked, paul) == frozenset()
    assert [one.is_revoked for one in consents_of(linked)] == [True]
    with pytest.raises(WillUnknown):
        revoke_consent(by=amel, person=linked, consent=given, at=AT)


def test_a_consent_to_some_fields_passes_those(linked, amel, paul):
    consent(amel, linked, fields={"family_name", "telephone"})

    assert shown(linked, paul) == {"family_name"}


def test_a_consent_that_ends_stops_passing_by_the_daily_review(linked, amel, paul):
    consent(amel, linked, until=date(2024, 4, 1))

    later = AT + timedelta(days=40)
    assert review_links(at=later) == 1
    assert shown(linked, paul, at=later) == frozenset()
    with pytest.raises(DaysOutOfBounds):
        consent(amel, linked, until=ON)


def test_an_objection_hides_the_person_at_once_until_it_is_lifted(linked, amel, paul, subject):
    assert may_see(paul, linked, on=ON)

    assert object_to(by=amel, person=linked, organisation=PASSERELLE, at=AT, reason="préfère un autre lieu") == (
        subject,
    )

    assert is_objected(linked, PASSERELLE)
    assert not is_objected(linked, "another")
    with pytest.raises(PersonNotFound):
        shown(linked, paul)
    assert lift_objection(by=amel, person=linked, organisation=PASSERELLE, at=AT) == 1
    assert may_see(paul, linked, on=ON)
    with pytest.raises(WillUnknown):
        lift_objection(by=amel, person=linked, organisation=PASSERELLE, at=AT)


def test_an_objection_to_everybody_outlives_one_that_is_lifted(linked, amel, paul):
    object_to(by=amel, person=linked, organisation="", at=AT)
    object_to(by=amel, person=linked, organisation=PASSERELLE, at=AT)

    assert lift_objection(by=amel, person=linked, organisation=PASSERELLE, at=AT) == 0
    assert not may_see(paul, linked, on=ON)


def test_who_receives_a_person_decides_nothing_for_them(linked, paul):
    with pytest.raises(NotPermitted):
        object_to(by=paul, person=linked, organisation=SERVICE, at=AT)
    with pytest.raises(PersonNotFound):
        object_to(by=actor("Élise", Role.ADVISER, SERVICE), person=linked, organisation="", at=AT)


def test_what_the_person_was_told_is_kept_as_it_was_said(linked, amel, subject):
    words = sheet_words(passes(linked), receiver="Passerelle", lead="l’agence")
    record_information(by=amel, person=linked, subject=subject, content=words.as_content(), how="PAPER", at=AT)

    (told,) = told_to(amel, linked, on=ON)

    assert (told.subject, told.how, told.content) == (subject, "PAPER", words.as_content())


def test_a_private_link_leads_to_one_referral_until_it_ends_or_is_revoked(linked, amel, subject):
    token = make_follow_link(by=amel, person=linked, subject=subject, at=AT)

    found = find_followed(token, at=AT)

    assert (found.person, found.subject) == (linked, subject)
    assert token not in models.FollowLink.objects.get().token_hash
    assert find_followed(token + "x", at=AT) is None
    assert find_followed(token, at=AT + timedelta(days=90)) is None
    revoke_follow_link(by=amel, person=linked, subject=subject, at=AT)
    assert find_followed(token, at=AT) is None
    with pytest.raises(WillUnknown):
        revoke_follow_link(by=amel, person=linked, subject=subject, at=AT)


def test_a_new_private_link_ends_the_former(linked, amel, subject):
    first = make_follow_link(by=amel, person=linked, subject=subject, at=AT)
    second = make_follow_link(by=amel, person=linked, subject=subject, at=AT, days=7)

    assert find_followed(first, at=AT) is None
    assert find_followed(second, at=AT).subject == subject
    with pytest.raises(DaysOutOfBounds):
        make_follow_link(by=amel, person=linked, subject=uuid4(), at=AT, days=0)


def test_the_name_of_a_discreet_organisation_is_kept_from_the_others(db, amel):
    csapa = actor("Chloé", Role.OFFICER, "csapa-fictif")
    assert name_shown("csapa-fictif", to=PASSERELLE, on=ON) == ("csapa-fictif", "csapa-fictif")

    mark_discreet(by=csapa, at=AT)

    assert name_shown("csapa-fictif", to=PASSERELLE, on=ON) == ("un partenaire", "a partner")
    assert name_shown("csapa-fictif", to=SERVICE, on=ON, lead=SERVICE) == ("csapa-fictif", "csapa-fictif")
    assert name_shown("csapa-fictif", to="csapa-fictif", on=ON)[0] == "csapa-fictif"
    mark_discreet(by=csapa, at=AT, is_discreet=False)
    assert name_shown("csapa-fictif", to=PASSERELLE, on=ON)[0] == "csapa-fictif"
    with pytest.raises(NotPermitted):
        mark_discreet(by=amel, at=AT)


def test_an_organisation_unknown_to_the_catalogue_is_known_by_its_id(db):
    assert names_of("somebody", on=ON) == {"somebody"}


def test_every_will_is_in_the_journal_without_the_persons_words(linked, amel):
    object_to(by=amel, person=linked, organisation=PASSERELLE, at=AT, reason="une raison intime")

    details = [str(event.details) for event in AuditEvent.objects.filter(subject=f"person:{linked}")]

    assert len(details) == 4
    assert not any("intime" in detail for detail in details)


def test_wills_are_recorded_the_same_behind_the_wall(linked, amel, paul, subject):
    with as_actor(amel, on=ON):
        consent(amel, linked)
        token = make_follow_link(by=amel, person=linked, subject=subject, at=AT)
    with as_actor(paul, on=ON):
        assert shown(linked, paul) == SHARED
    assert find_followed(token, at=AT).person == linked
    with as_actor(amel, on=ON):
        object_to(by=amel, person=linked, organisation=PASSERELLE, at=AT)
    with as_actor(paul, on=ON):
        assert not may_see(paul, linked, on=ON)


JARGON = ("bénéficiaire", "structure", "frein", "orientation", "prescri", "convention", "clause", "délégation", "RGPD")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sheet_says_what_to_whom_why_until_when_in_plain_words(linked, amel, language):
    consent(amel, linked)

    words = sheet_words(passes(linked), receiver="Passerelle", lead="L’agence du Blanc", language=language)

    assert words.passed == labels_of(SHARED, language)
    assert "Passerelle" in words.to_whom
    assert "Prendre rendez-vous" in words.why
    text = " ".join([*words.passed, *(str(value) for value in words.as_content().values())]).lower()
    assert [word for word in JARGON if word.lower() in text] == []


def test_without_a_clause_the_sheet_says_that_one_may_still_refuse(linked):
    minimum = passes(linked, agreement="unheard-of")

    assert "vous pouvez dire non" in sheet_words(minimum, receiver="Passerelle", lead="L’agence").ground
    assert "you may say no" in sheet_words(minimum, receiver="Passerelle", lead="The agency", language="en").ground
    assert sheet_words(minimum, receiver="Passerelle", lead="L’agence").why.startswith("Pourquoi : pour que")


def test_all_that_can_pass_has_words_for_the_person():
    assert len(labels_of(SHAREABLE, "fr")) == len(labels_of(SHAREABLE, "en")) == len(SHAREABLE)
