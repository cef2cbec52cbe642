"""« Adresser »: what leaves is what the agreement lets pass; what is missing stops it; what comes back is news."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.apps.audit.models import Reading
from maillage.apps.catalogue.use_cases import keep_records
from maillage.apps.delegation.models import Delegation
from maillage.apps.people.models import Link
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.referrals.use_cases.receptions import set_reception
from maillage.apps.referrals.use_cases.walk_ins import Visitor, tell_walk_in
from maillage.apps.sharing.models import Consent, FollowLink, InformationSheet, Objection
from maillage.apps.sharing.use_cases import mark_discreet
from maillage.domain.accounts import Role
from maillage.domain.organisations import Organisation
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import Channel, Manner
from maillage.domain.services import OwnBasis
from maillage.web.components.days import day
from maillage.web.portfolio import papers
from tests.apps.referrals.conftest import AGENCY, AGREEMENT, AT, HERE, member, person, sent, service
from tests.web.partners.conftest import browser_of
from tests.web.portfolio.test_people import page, post

NUMBER = "1 85 05 78 006 084"
SAID = {"why": "Pour un atelier.", "told": "SPOKEN", "send": "1"}


def send(client, who, *services: str, status: int = 302, **typed) -> str:
    return post(client, f"/personnes/{who}/adresser/", status, to=list(services), **{**SAID, **typed})


def test_the_screen_says_whom_why_and_exactly_what_leaves(adviser, driss):
    shown = page(adviser, f"/personnes/{driss}/adresser/?to=atelier")

    for words in ("Mission locale", "Convention d’essai", "article P1", "Votre date de naissance", "31 mai 2006"):
        assert words in shown
    assert "Je leur donne" in shown
    assert "Votre niveau" not in shown
    assert not Uptake.objects.exists()


def test_a_door_of_another_part_of_one_s_own_body_is_shown_and_never_sent_to(adviser, amel, driss):
    network = frozenset({"essai-national"})
    bodies = (
        Organisation("essai-national", "Réseau", HERE, networks=network),
        Organisation(AGENCY, "Agence du Blanc", HERE, networks=network, parent="essai-national"),
        Organisation("agence-argenton", "Agence d’Argenton", HERE, networks=network, parent="essai-national"),
    )
    own = {"own_basis": OwnBasis.LAW, "own_source": "L. 5312-1"}
    doors = (service("entretien", "agence-argenton", **own), service("conseil", AGENCY, **own))
    keep_records((*bodies, *doors), format_name="agences", at=AT)

    shown = page(adviser, f"/personnes/{driss}/")
    for name in ("entretien", "conseil"):
        assert name.capitalize() in shown
        assert f"/adresser/?to={name}" not in shown
        assert "Ce service est le vôtre" in page(adviser, f"/personnes/{driss}/adresser/?to={name}")
        with pytest.raises(SendingRefused, match="est le vôtre"):
            sent(amel, driss, name, at=timezone.now())
    assert "/adresser/?to=accueil" in shown
    assert shown.count("C’est chez vous") == len(doors)


def test_it_is_sent_once_and_what_the_person_was_told_is_kept(adviser, driss):
    send(adviser, driss, "atelier", key="k1")
    send(adviser, driss, "atelier", key="k1")

    sent = Uptake.objects.get()
    assert (sent.state, Link.objects.get().subject) == ("SENT", sent.pk)
    assert InformationSheet.objects.first().subject == sent.pk
    shown = page(adviser, f"/personnes/{driss}/demandes/{sent.referral_id}/")
    assert "C’est envoyé." in shown
    assert "Référence Maillage" in shown
    assert "Driss" not in shown[shown.index("<textarea") : shown.index("</textarea")]


def test_the_file_says_what_the_person_was_told_and_how(adviser, driss):
    assert "Ce qui lui a été dit" not in page(adviser, f"/personnes/{driss}/")
    send(adviser, driss, "atelier", told="SHEET")

    shown = page(adviser, f"/personnes/{driss}/")
    told = shown[shown.index("Ce qui lui a été dit") :]
    for words in (
        f"{day(timezone.localdate())}, par la fiche remise",
        "votre date de naissance",
        "rien d’autre",
        "CNIL",
    ):
        assert words in told


def test_several_services_are_one_request(adviser, driss):
    send(adviser, driss, "atelier", "ordinateurs")

    assert Uptake.objects.count() == 2
    assert Uptake.objects.values("referral").distinct().count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"told": ""}, "Dites à la personne ce qui part, puis cochez comment."),
        ({"why": ""}, "Remplissez ce champ."),
        ({"why": f"Son numéro : {NUMBER}."}, "contient un numéro de sécurité sociale"),
        ({"why": "x" * 281}, "Écrivez court"),
    ],
)
def test_what_is_missing_on_the_screen_stops_it(adviser, driss, typed, sentence):
    shown = send(adviser, driss, "atelier", status=422, wish="Le matin.", **typed)

    assert sentence in shown
    assert "Le matin." in shown
    assert not Uptake.objects.exists()


def test_missing_facts_are_named_and_confirmed(adviser, amel):
    unknown = person(amel, registered=None)
    assert "L’inscription à France Travail" in page(adviser, f"/personnes/{unknown}/adresser/?to=atelier")
    assert "Demandez à la personne, puis cochez" in send(adviser, unknown, "atelier", status=422)

    send(adviser, unknown, "atelier", confirmed=["registered"])

    assert Uptake.objects.get().state == "SENT"


def test_a_consent_that_the_text_asks_for_is_asked_here(adviser, driss, settings):
    file = settings.MAILLAGE_AGREEMENTS / "essai" / "agreement.yaml"
    file.write_text(AGREEMENT.replace("purpose: Accueillir", "purpose: Accueillir, consent: true"))
    assert "demande que la personne dise oui" in page(adviser, f"/personnes/{driss}/adresser/?to=atelier")

    for answer in ({}, {"consent-essai#partage": "NO"}):
        assert "Sans cela, retirez ce service" in send(adviser, driss, "atelier", status=422, **answer)
    send(adviser, driss, "atelier", **{"consent-essai#partage": "SPOKEN"})

    given = Consent.objects.get()
    assert (given.how, given.clause) == ("SPOKEN", "partage")
    assert "birth_date" in Link.objects.get().passed_fields
    post(adviser, f"/personnes/{driss}/accords/{given.pk}/retrait/")
    assert Link.objects.get().passed_fields == []


def test_a_closed_partner_and_a_refusal_are_said_before_anything_leaves(adviser, amel, bruno, driss):
    today = timezone.localdate()
    set_reception(
        actor=bruno, site=None, channel=Channel.INBOX, at=timezone.now(), closed_from=today, closed_why="Travaux"
    )
    assert "ne prend plus de nouvelles personnes" in page(adviser, f"/personnes/{driss}/adresser/?to=atelier")
    assert "Rien n’est parti" in send(adviser, driss, "atelier", status=422)

    post(adviser, f"/personnes/{driss}/refus/", organisation="la-poste")
    assert "a refusé que ce partenaire la voie" in page(adviser, f"/personnes/{driss}/adresser/?to=ordinateurs")


def test_an_unknown_service_is_refused_gently(adviser, driss):
    assert "n’est pas proposé à cette personne" in page(adviser, f"/personnes/{driss}/adresser/?to=nulle-part")
    assert adviser.get(f"/personnes/{driss}/adresser/").status_code == 302


def test_support_passes_with_the_person_s_agreement_and_a_spent_volume_waits(adviser, amel):
    people = [person(amel, name) for name in ("Ada", "Bo", "Cy")]
    assert "ne passe qu’avec l’accord de la personne" in send(adviser, people[0], "accompagnement", status=422)

    for one in people:
        send(adviser, one, "accompagnement", agreed="1")

    states = list(Uptake.objects.order_by("sent_on", "referral__made_at").values_list("state", flat=True))
    assert states == ["SENT", "SENT", "WAITING_FOR_PLACE"]
    shown = page(adviser, "/mon-portefeuille/delegations/")
    for words in ("Aucune place libre sur 2", "Le nombre de places est atteint", "rang 1 dans la liste d’attente"):
        assert words in shown
    assert "Plus aucune place sur 2" in page(adviser, "/mon-portefeuille/")


def test_a_person_is_taken_back_by_a_named_adviser(adviser, amel, bruno, driss):
    send(adviser, driss, "accompagnement", agreed="1")
    move_uptake(actor=bruno, uptake=Uptake.objects.get().pk, move=Move.RECEIVE, at=timezone.now())
    running = Delegation.objects.get()
    address = f"/mon-portefeuille/delegations/{running.pk}/reprise/"
    typed = {"reason": "PERSON_ASKED", "on": timezone.localdate().isoformat(), "to": str(amel.membership)}

    assert "Reprendre l’accompagnement de Driss Benali" in page(adviser, address)
    assert "entre le début" in post(adviser, address, 422, **{**typed, "on": "2020-01-01"})
    post(adviser, address, **typed)

    running.refresh_from_db()
    assert (running.state, running.handed_to) == ("ENDED", amel.membership)
    page(adviser, "/mon-portefeuille/delegations/00000000-0000-4000-8000-000000000000/reprise/", 404)


def test_what_the_partner_records_is_news_on_the_first_screen(adviser, bruno, driss, uptake):
    move_uptake(actor=bruno, uptake=uptake, move=Move.RECEIVE, at=timezone.now())

    shown = page(adviser, "/mon-portefeuille/")
    assert "Elle est venue le" in shown[shown.index("Du nouveau") :]


def test_she_came_on_the_third_is_noted_in_one_line(adviser, driss, uptake):
    came = timezone.localdate()
    post(adviser, f"/demandes/{uptake}/venue/", day="jamais", said_by="PERSON")
    assert "Écrivez le jour de la venue" in page(adviser, "/mon-portefeuille/")
    post(adviser, f"/demandes/{uptake}/venue/", day=(came + timedelta(days=9)).isoformat(), said_by="PERSON")
    assert "Ce jour n’est pas encore venu" in page(adviser, "/mon-portefeuille/")

    post(adviser, f"/demandes/{uptake}/venue/", day=came.isoformat(), said_by="PERSON")

    assert Uptake.objects.get().state == "RECEIVED"
    assert "Noté au nom du partenaire, après un échange avec la personne." in page(adviser, f"/demandes/{uptake}/")


def test_what_is_refused_waits_for_me_and_is_acknowledged(adviser, bruno, uptake):
    move_uptake(actor=bruno, uptake=uptake, move=Move.REFUSE, said=Said(reason="NO_PLACE"), at=timezone.now())
    shown = page(adviser, "/mon-portefeuille/")
    assert "1 réponse à lire" in shown
    assert "Ce qui vous attend" in shown

    post(adviser, f"/demandes/{uptake}/acknowledge/")

    assert "Ce qui vous attend" not in page(adviser, "/mon-portefeuille/")


def test_it_is_called_back_while_unopened_and_withdrawn_after(adviser, bruno, driss, uptake):
    assert "Rappeler" in page(adviser, f"/demandes/{uptake}/")
    move_uptake(actor=bruno, uptake=uptake, move=Move.OPEN, at=timezone.now())
    assert "ne peut plus être rappelée" in post(adviser, f"/demandes/{uptake}/call-back/", 422)
    assert "Choisissez une réponse." in post(adviser, f"/demandes/{uptake}/withdraw/", 422)

    post(adviser, f"/demandes/{uptake}/withdraw/", **{"withdraw-reason": "NEED_GONE"})

    assert Uptake.objects.get().state == "WITHDRAWN"
    post(adviser, f"/demandes/{uptake}/nothing/", 404)


def test_an_answer_by_telephone_is_noted_with_whom(adviser, uptake):
    def answer(status: int = 302, **typed) -> str:
        return post(
            adviser, f"/demandes/{uptake}/report/", status, **{f"report-{name}": one for name, one in typed.items()}
        )

    assert "Remplissez ce champ." in answer(422, answer="ACCEPT", with_whom="")
    assert "Écrivez le jour et l’heure" in answer(422, answer="APPOINT", with_whom="Bruno")
    assert "Dites pourquoi" in answer(422, answer="REFUSE", with_whom="Bruno")
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer(answer="APPOINT", with_whom="Bruno", day=tomorrow.isoformat(), hour="10:30")

    sent = Uptake.objects.get()
    assert (sent.state, sent.is_reported) == ("APPOINTED", True)
    assert "après un échange avec Bruno" in page(adviser, f"/demandes/{uptake}/")


def test_sent_elsewhere_the_chain_is_kept(adviser, bruno, driss, uptake):
    move_uptake(actor=bruno, uptake=uptake, move=Move.REFUSE, said=Said(reason="NO_PLACE"), at=timezone.now())
    assert "Ordinateurs" in page(adviser, f"/demandes/{uptake}/ailleurs/")

    post(adviser, f"/demandes/{uptake}/ailleurs/", to=["ordinateurs"], **SAID)

    first, second = Uptake.objects.get(pk=uptake), Uptake.objects.exclude(pk=uptake).get()
    assert (first.state, second.state) == ("REDIRECTED", "SENT")
    assert second.referral.based_on_id == uptake


def test_a_group_is_sent_to_a_meeting_all_or_nobody(adviser, amel):
    people = [str(person(amel, name)) for name in ("Ada", "Bo")]
    page(adviser, "/mon-portefeuille/reunion/")
    typed = {"service": "atelier", "why": "Réunion du 3.", "told": "on"}

    assert "Cochez au moins une personne." in post(adviser, "/mon-portefeuille/reunion/", 422, **typed)
    post(adviser, "/mon-portefeuille/reunion/", **typed, people=people)
    assert Uptake.objects.values("referral__gathering").distinct().count() == 1
    assert InformationSheet.objects.count() == 2

    closed = str(person(amel, "Cy", registered=False))
    shown = post(adviser, "/mon-portefeuille/reunion/", 422, **typed, people=[*people, closed])
    assert "Personne n’est adressé." in shown
    assert Uptake.objects.count() == 2


@pytest.mark.parametrize("answer", ["confirm", "dismiss"])
def test_who_came_by_themselves_is_confirmed_or_not(adviser, bruno, driss, answer):
    visitor = Visitor("Benali", "Driss", None, AGENCY)
    told = tell_walk_in(
        actor=bruno, visitor=visitor, service="accueil", came_on=timezone.localdate(), at=timezone.now()
    )
    assert "Driss Benali est venue d’elle-même" in page(adviser, f"/mon-portefeuille/venues/{told}/")
    assert "1 venue à confirmer" in page(adviser, "/mon-portefeuille/")

    post(adviser, f"/mon-portefeuille/venues/{told}/", person=str(driss), **{answer: "1"})

    assert Uptake.objects.filter(state="RECEIVED").count() == (answer == "confirm")
    page(adviser, f"/mon-portefeuille/venues/{told}/", 404)


def test_a_refusal_reaches_the_partner_at_once_and_can_be_undone(adviser, driss, uptake):
    post(adviser, f"/personnes/{driss}/refus/", organisation="ml-indre", reason="Je ne veux pas.")

    assert (Uptake.objects.get().state, Link.objects.get().objected_at is None) == ("WITHDRAWN", False)
    assert "Je ne veux pas." in page(adviser, f"/personnes/{driss}/")
    post(adviser, f"/personnes/{driss}/refus/leve/", organisation="ml-indre")
    assert Objection.objects.filter(lifted_at=None).count() == 0
    post(adviser, f"/personnes/{driss}/refus/leve/", organisation="ml-indre")
    assert "Ce refus n’est plus dans le dossier" in page(adviser, f"/personnes/{driss}/")


def test_the_papers_hold_what_passes_and_the_code(adviser, uptake):
    paper = adviser.get(f"/demandes/{uptake}/fiche-de-liaison.pdf")

    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert "La fiche à emporter" in page(adviser, f"/demandes/{uptake}/fiche/")


def test_the_page_and_the_paper_say_where_the_appointment_is(adviser, bruno, uptake, monkeypatch):
    starts_at = timezone.now() + timedelta(days=2)
    appoint(actor=bruno, uptake=uptake, starts_at=starts_at, at=timezone.now(), place="Salle B", manner=Manner.ON_SITE)
    written = []
    monkeypatch.setattr(papers, "liaison_pdf", lambda liaison, language: written.append(liaison) or b"%PDF-")

    assert adviser.get(f"/demandes/{uptake}/fiche-de-liaison.pdf").status_code == 200

    assert written[0].appointment.endswith(", sur place, Salle B")
    assert f"Rendez-vous le {written[0].appointment}" in page(adviser, f"/demandes/{uptake}/")


def test_the_paper_keeps_the_name_of_a_sender_that_would_tell_a_condition(adviser, uptake, monkeypatch):
    written = []
    monkeypatch.setattr(papers, "liaison_pdf", lambda liaison, language: written.append(liaison) or b"%PDF-")
    address = f"/demandes/{uptake}/fiche-de-liaison.pdf"

    adviser.get(address)
    mark_discreet(by=member("Ada", Role.ADMINISTRATOR, AGENCY), at=timezone.now())
    adviser.get(address)

    assert [one.sender for one in written] == ["Agence du Blanc", "un partenaire"]


def test_the_last_appointment_alone_is_said(adviser, bruno, uptake):
    for place, manner in (("Salle B", Manner.ON_SITE), ("", Manner.TELEPHONE)):
        starts_at = timezone.now() + timedelta(days=2)
        appoint(actor=bruno, uptake=uptake, starts_at=starts_at, at=timezone.now(), place=place, manner=manner)

    shown = page(adviser, f"/demandes/{uptake}/")
    assert ", par téléphone</strong>" in shown
    assert "Salle B</strong>" not in shown


def test_the_private_link_is_shown_once_and_ended(adviser, driss, uptake):
    address = f"/personnes/{driss}/demandes/{Uptake.objects.get().referral_id}/"

    assert "/suivi/" in post(adviser, f"{address}lien/", 200)
    assert "/suivi/" not in page(adviser, address)
    assert "Un lien marche jusqu’au" in page(adviser, address)
    printed = post(adviser, f"{address}lien/", 200, print="1")
    assert "Suivre ma demande" in printed
    post(adviser, f"{address}lien/fin/", 200)
    assert FollowLink.objects.filter(revoked_at=None).count() == 0
    assert "Ce lien ne marchait déjà plus." in post(adviser, f"{address}lien/fin/", 200)


def test_a_service_is_added_or_taken_out_and_what_was_typed_stays(adviser, driss):
    address = f"/personnes/{driss}/adresser/"
    shown = post(adviser, address, 200, to=["atelier", "ordinateurs"], add="1", why="Ma raison.", wish="Le matin.")
    for words in ("Ma raison.", "Le matin.", "Votre date de naissance", "La Poste"):
        assert words in shown

    shown = post(adviser, address, 200, to=["atelier", "ordinateurs"], drop="ordinateurs", why="Ma raison.")

    assert 'id="to-2"' not in shown
    assert "Ma raison." in shown
    assert not Uptake.objects.exists()


def test_the_page_of_a_request_leads_to_what_came_before_and_after(adviser, bruno, driss, uptake):
    assert "Les demandes liées" not in page(adviser, f"/demandes/{uptake}/")
    refusal = Said(reason="ANOTHER_SERVICE_FITS_BETTER")
    move_uptake(actor=bruno, uptake=uptake, move=Move.REFUSE, said=refusal, at=timezone.now())
    post(adviser, f"/demandes/{uptake}/ailleurs/", to=["ordinateurs"], **SAID)
    following = Uptake.objects.exclude(pk=uptake).get().pk

    for here, there in ((uptake, following), (following, uptake)):
        shown = page(adviser, f"/demandes/{here}/")
        chain = shown[shown.index("Les demandes liées") : shown.index('id="history"')]
        assert (f'href="/demandes/{there}/"' in chain, f'href="/demandes/{here}/"' in chain) == (True, False)
        assert chain.index("Atelier") < chain.index("adressée ailleurs") < chain.index("Ordinateurs")
        assert ("Mission locale" in chain, "La Poste" in chain) == (True, True)


def test_a_partner_is_led_to_what_it_has_opened_and_to_nothing_of_others(adviser, bruno, driss):
    send(adviser, driss, "atelier", "accueil", "ordinateurs")
    first, second = (Uptake.objects.get(service=name).pk for name in ("atelier", "accueil"))
    partner = browser_of(bruno)

    move_uptake(actor=bruno, uptake=first, move=Move.OPEN, at=timezone.now())
    assert "Les demandes liées" not in page(partner, f"/boite/{first}/")
    assert "Les demandes liées" not in page(partner, f"/boite/{second}/")
    move_uptake(actor=bruno, uptake=second, move=Move.OPEN, at=timezone.now())

    shown = page(partner, f"/boite/{first}/")
    assert f'href="/boite/{second}/"' in shown[shown.index("Les demandes liées") :]
    assert "Ordinateurs" not in shown


def test_no_words_about_a_person_keep_a_national_number(adviser, driss, uptake):
    told = f"{NUMBER}, dit-elle"
    today = timezone.localdate().isoformat()
    refused = [
        post(adviser, f"/personnes/{driss}/refus/", 422, organisation="la-poste", reason=told),
        post(adviser, f"/demandes/{uptake}/report/", 422, **{"report-answer": "ACCEPT", "report-with_whom": told}),
        post(
            adviser, f"/personnes/{driss}/organisme-referent/", 422,
            to="ml-indre", decided_by="Le conseil", decided_on=today, reason=told,
        ),
    ]  # fmt: skip

    assert all("contient un numéro de sécurité sociale" in shown for shown in refused)
    assert (Objection.objects.count(), Uptake.objects.get().state) == (0, "SENT")


@pytest.fixture
def supported(adviser, bruno, driss) -> Delegation:
    """Driss, whose support the Mission locale leads."""
    send(adviser, driss, "accompagnement", agreed="1")
    move_uptake(actor=bruno, uptake=Uptake.objects.get().pk, move=Move.RECEIVE, at=timezone.now())
    return Delegation.objects.get()


def test_a_review_that_is_due_is_on_the_first_screen_until_it_is_held(adviser, bruno, supported):
    today, address = timezone.localdate(), f"/mon-portefeuille/delegations/{supported.pk}/point-d-etape/"
    assert "Points d’étape à faire" not in page(adviser, "/mon-portefeuille/")
    assert "Aucun point d’étape n’est à faire" in page(adviser, address)
    assert "dans les six semaines" in post(adviser, address, 422, held_on=today.isoformat())
    Delegation.objects.filter(pk=supported.pk).update(review_due_on=today, started_on=today - timedelta(days=9))

    for reader in (adviser, browser_of(bruno)):
        shown = page(reader, "/mon-portefeuille/")
        assert "1 point d’étape à faire" in shown
        assert address in shown[shown.index("Points d’étape à faire") :]
        assert "Driss Benali" in page(reader, address)
    assert "Faire le point" in page(adviser, "/mon-portefeuille/delegations/")
    assert "entre le début" in post(adviser, address, 422, held_on="2020-01-01")
    assert Reading.objects.filter(what="reviews due").exists()
    post(adviser, address, held_on=today.isoformat())

    shown = page(adviser, "/mon-portefeuille/")
    assert ("Points d’étape à faire" in shown, "l’accompagnement continue" in shown) == (False, True)
    supported.refresh_from_db()
    assert (supported.state, supported.review_due_on) == ("RUNNING", None)
    event = supported.events.last()
    assert (event.state, event.reason, event.effective_on) == ("RUNNING", "AGE_REVIEW", today)


def test_the_file_says_who_leads_the_support_until_when_and_its_review(adviser, amel, supported):
    address, until = f"/personnes/{supported.person}/", timezone.localdate() + timedelta(days=400)
    shown = page(adviser, address)
    part = shown[shown.index("Accompagnement par un partenaire") :]

    for words in ("Mission locale · En cours", "jusqu’à la reprise", "à revoir ensemble le 31 mai 2032", "/reprise/"):
        assert words in part
    Delegation.objects.filter(pk=supported.pk).update(until=until)
    assert f"jusqu’au {day(until)}" in page(adviser, address)
    Delegation.objects.filter(pk=supported.pk).update(
        state="ENDED", handed_to=amel.membership, ended_on=until, end_reason="PERSON_ASKED"
    )
    assert "Accompagnement par un partenaire" not in page(adviser, address)
