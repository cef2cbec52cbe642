"""The cast: Amel follows Driss and Élise at the agency, Bruno receives them at the Mission locale, Chloé steers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection

from maillage.apps.accounts.models import Account, Membership
from maillage.apps.catalogue.use_cases import keep_records
from maillage.apps.imports.use_cases import import_file
from maillage.apps.people.acting import prepare_roles
from maillage.apps.people.drafts import PersonDraft
from maillage.apps.people.use_cases import create_person
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.referrals.use_cases.sending import Address, Request, Sent, send_referral
from maillage.domain.accounts import Actor, Role
from maillage.domain.organisations import Organisation
from maillage.domain.referrals import Move
from maillage.domain.services import OwnBasis, Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import TerritoryRef

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ON = date(2026, 11, 2)
AGENCY, MISSION, POST = "agence-le-blanc", "ml-indre", "la-poste"
HERE = Provenance("test")
COMMUNES = (
    "code,nom,lat,lon,population,codes_postaux,arrondissement,departement,region,epci,zone_emploi,clpe\n"
    "36018,Le Blanc,46.6309,1.09388,6298,36300,361,36,24,243600319,2405,CLPE36004\n"
)
AGREEMENT = """\
id: essai
title: Convention d’essai
level: LOCAL
kind: AGREEMENT
territory: departement:36
parties: [{id: agence, organisation: agence-le-blanc}, {id: ml, organisation: ml-indre}]
signed_on: 2024-01-01
articles:
  - number: P1
    title: Ateliers
    text: « Les ateliers sont ouverts aux jeunes. »
    clauses: [{id: ateliers, opens: {provider: ml, services: [atelier], condition: {registered: true}, answer_within_days: 15}}]
  - number: P2
    title: Délégation
    text: « L’accompagnement des jeunes est délégué. »
    clauses:
      - id: delegation
        delegates:
          from: agence
          to: ml
          services: [accompagnement]
          condition: {age: {from: 16, to: 25}}
          priority: [jeunes]
          volume: {count: 2, per: YEAR, counts: PEOPLE}
  - number: P3
    title: Informations
    text: « Les partenaires partagent l’identité et les coordonnées. »
    clauses: [{id: partage, shares: {from: agence, to: ml, fields: [identité, coordonnées], purpose: Accueillir}}]
"""
POINT = Point(46.64, 1.09)
RESERVED = "Convention d’essai"


def service(name: str, organisation: str, **more) -> Service:
    return Service(name, name.capitalize(), organisation, HERE, point=POINT, **more)


OFFER = (
    Organisation(AGENCY, "Agence du Blanc", HERE),
    Organisation(MISSION, "Mission locale", HERE, catchment_area=(TerritoryRef.parse("departement:36"),)),
    Organisation(POST, "La Poste", HERE),
    service("accueil", MISSION, own_basis=OwnBasis.LAW, own_source="L. 5314-2"),
    service("atelier", MISSION, reserved_by=RESERVED),
    service("accompagnement", MISSION, reserved_by=RESERVED),
    service("ordinateurs", POST),
)


@pytest.fixture
def offer(tmp_path: Path, settings, db) -> None:
    path = tmp_path / "communes.csv"
    path.write_text(COMMUNES)
    import_file(by="tests", format_name="communes", path=path, at=AT)
    keep_records(OFFER, format_name="test", at=AT - timedelta(days=900))
    folder = tmp_path / "agreements"
    (folder / "essai").mkdir(parents=True)
    (folder / "essai" / "agreement.yaml").write_text(AGREEMENT)
    settings.MAILLAGE_AGREEMENTS = folder
    prepare_roles(connection)  # on PostgreSQL, all that follows is under the row policies


def member(name: str, role: Role, organisation: str) -> Actor:
    """Make a member of an organisation with their account."""
    account = Account.objects.create(email=f"{name.lower()}-{uuid4()}@example.org", name=name, opened_at=AT)
    held = Membership.objects.create(
        account=account, organisation=organisation, role=role.value, valid_from=date(2020, 1, 1)
    )
    return Actor(account.id, name, held.id, role, organisation)


@pytest.fixture
def amel(offer) -> Actor:
    return member("Amel", Role.ADVISER, AGENCY)


@pytest.fixture
def bruno(offer) -> Actor:
    return member("Bruno", Role.PARTNER_ADVISER, MISSION)


@pytest.fixture
def chloe(offer) -> Actor:
    return member("Chloé", Role.OFFICER, AGENCY)


def person(by: Actor, given_name: str = "Driss", **facts) -> UUID:
    known = {
        "family_name": "Benali",
        "municipality": "36018",
        "birth_date": date(2006, 5, 31),
        "registered": True,
        "target_groups": ("jeunes",),
    }
    return create_person(by=by, draft=PersonDraft(given_name=given_name, **{**known, **facts}), at=AT)


@pytest.fixture
def driss(amel) -> UUID:
    return person(amel)


def sent(by: Actor, who: UUID, *services: str, at: datetime = AT, key: str = "", **more) -> Sent:
    """Send somebody to services."""
    to = tuple(Address(name) for name in services or ("atelier",))
    return send_referral(actor=by, person=who, request=Request(to, **more), at=at, key=key)


def moved(by: Actor, uptake: UUID, move: Move, *, days: int = 0, **said):
    """Make a move some days after the sending."""
    return move_uptake(actor=by, uptake=uptake, move=move, said=Said(**said), at=AT + timedelta(days=days))


@pytest.fixture
def uptake(amel, driss) -> UUID:
    return sent(amel, driss).uptakes[0].uptake
