"""The accounts of the demonstration: one for each role, in organisations that the signed texts name. All are invented.

Their passphrase and the secret of their codes are derived from the key of the installation: two installations never share
them, nothing is printed that an operator's database would accept, and the listing can be shown again.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from maillage.apps.accounts import models
from maillage.apps.accounts.sealing import seal
from maillage.apps.audit.use_cases import record_event
from maillage.domain.accounts import Role, SiteLevel

DOMAIN = "demonstration.invalid"
WORDS = (
    "abricot", "agence", "alouette", "argile", "automne", "bateau", "biscuit", "bouleau", "brume", "cahier", "canal",
    "carotte", "cerise", "chemin", "cigogne", "citron", "colline", "cuivre", "dentelle", "domino", "écluse", "épicéa",
    "escale", "falaise", "ficelle", "fougère", "galet", "genêt", "grenier", "guitare", "hameau", "herbier", "horloge",
    "jardin", "jonquille", "lanterne", "lavoir", "lisière", "marmite", "mésange", "moulin", "myrtille", "noisette",
    "nuage", "oseille", "panier", "passerelle", "pavot", "pommier", "quai", "ravine", "renard", "rivage", "sablier",
    "sentier", "silex", "tilleul", "tisane", "tonneau", "verger", "village", "violon", "voilier", "yaourt",
)  # fmt: skip
WORDS_COUNT = 5


@dataclass(frozen=True, slots=True)
class DemonstrationSite:
    """A site of the demonstration; ``parent`` is the name of the one it stands under."""

    organisation: str
    name: str
    level: SiteLevel
    parent: str = ""
    municipality: str = ""
    safir: str = ""
    outreach_days: tuple[int, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account of the demonstration, with its memberships: role, organisation, name of the site, names of the teams."""

    name: str
    local: str
    memberships: tuple[tuple[Role, str, str, tuple[str, ...]], ...]

    @property
    def email(self) -> str:
        """The address that signs in; ``.invalid`` receives nothing."""
        return f"{self.local}@{DOMAIN}"


FT, ML, POST, FACE = "france-travail", "mission-locale--67180S00", "la-poste-centre-val-de-loire", "face"
CENTRE, BAS_RHIN = "france-travail-centre-val-de-loire", "france-travail-bas-rhin"
BLANC, HAGUENAU, SEAT = "Agence du Blanc", "Agence de Haguenau", "Siège de Haguenau"
WELCOME = "Accueil de l’agence de Haguenau"
SITES = (
    DemonstrationSite(FT, "Direction régionale Centre-Val de Loire", SiteLevel.REGIONAL_DIRECTORATE),
    DemonstrationSite(
        FT, "Direction territoriale de l’Indre", SiteLevel.DEPARTMENTAL_DIRECTORATE,
        "Direction régionale Centre-Val de Loire",
    ),
    DemonstrationSite(
        FT, BLANC, SiteLevel.AGENCY, "Direction territoriale de l’Indre", "36018", "00001", teams=("Suivi", "Guidé")
    ),
    DemonstrationSite(FT, "Direction régionale Grand Est", SiteLevel.REGIONAL_DIRECTORATE),
    DemonstrationSite(
        FT, HAGUENAU, SiteLevel.AGENCY, "Direction régionale Grand Est", "67180", "00002", teams=("Jeunes",)
    ),
    DemonstrationSite(BAS_RHIN, WELCOME, SiteLevel.AGENCY, "", "67180", "00003"),
    DemonstrationSite(ML, SEAT, SiteLevel.SEAT, "", "67180", teams=("Accueil", "Accompagnement")),
    DemonstrationSite(ML, "Antenne de Wissembourg", SiteLevel.BRANCH, SEAT, "67544"),
    DemonstrationSite(ML, "Permanence de Niederbronn", SiteLevel.OUTREACH, SEAT, "67324", outreach_days=(2, 4)),
    DemonstrationSite(POST, "Bureau du Blanc", SiteLevel.BRANCH, "", "36018"),
)  # fmt: skip
ACCOUNTS = (
    DemonstrationAccount("Amel Exemple", "amel", ((Role.ADVISER, FT, BLANC, ("Suivi",)),)),
    DemonstrationAccount("Yann Exemple", "yann", ((Role.ADVISER, FT, BLANC, ("Suivi",)),)),
    DemonstrationAccount("Claire Exemple", "claire", ((Role.ADVISER, FT, HAGUENAU, ("Jeunes",)),)),
    DemonstrationAccount("Inès Exemple", "ines", ((Role.ADVISER, BAS_RHIN, WELCOME, ()),)),
    DemonstrationAccount("Bruno Exemple", "bruno", ((Role.PARTNER_ADVISER, ML, SEAT, ("Accompagnement",)),)),
    DemonstrationAccount(
        "Chloé Exemple", "chloe",
        ((Role.OFFICER, FT, "Direction territoriale de l’Indre", ()), (Role.COMMITTEE_MEMBER, CENTRE, "", ())),
    ),
    DemonstrationAccount("Denis Exemple", "denis", ((Role.COMMITTEE_MEMBER, FACE, "", ()),)),
    DemonstrationAccount("Élise Exemple", "elise", ((Role.EMPLOYER, FACE, "", ()),)),
    DemonstrationAccount("Farid Exemple", "farid", ((Role.ACCESS_POINT_STAFF, POST, "Bureau du Blanc", ()),)),
    DemonstrationAccount("Gaëlle Exemple", "gaelle", ((Role.ADMINISTRATOR, FT, "", ()),)),
    DemonstrationAccount("Hugo Exemple", "hugo", ((Role.ADMINISTRATOR, ML, "", ()),)),
)  # fmt: skip


def holds_other_accounts() -> bool:
    """Tell whether an operator opened accounts: the demonstration is never mixed into theirs."""
    return models.Account.objects.filter(is_demonstration=False).exists()


def is_loaded() -> bool:
    """Tell whether the demonstration's accounts are here: no other is opened beside them."""
    return models.Account.objects.filter(is_demonstration=True).exists()


def passphrase() -> str:
    """Give the passphrase that every account of the demonstration has on this installation."""
    drawn = salted_hmac("maillage demonstration passphrase", "", algorithm="sha256").digest()
    return "-".join(WORDS[byte % len(WORDS)] for byte in drawn[:WORDS_COUNT])


def secret_of(email: str) -> str:
    """Give the secret of the codes of an account of the demonstration on this installation."""
    drawn = salted_hmac("maillage demonstration secret", email, algorithm="sha256").digest()[:20]
    return base64.b32encode(drawn).decode("ascii")


def code_for(account: UUID, *, at: datetime) -> str:
    """Give the code of the moment of an account of the demonstration, to be shown on its page; empty for any other."""
    found = models.Account.objects.filter(pk=account, is_demonstration=True).first()
    return str(pyotp.TOTP(secret_of(found.email)).at(int(at.timestamp()))) if found else ""


def load(*, by: str, at: datetime) -> tuple[DemonstrationAccount, ...]:
    """Open the accounts and sites of the demonstration; nothing where an operator opened accounts.

    Loading again changes nothing; gives the accounts to list.
    """
    if holds_other_accounts():
        return ()
    if not is_loaded():
        with transaction.atomic():
            sites = _open_sites()
            for one in ACCOUNTS:
                _open_account(one, sites, at)
            record_event(by=by, what="load_demonstration_accounts", subject="demonstration", at=at)
    return ACCOUNTS


def _open_sites() -> dict[tuple[str, str], models.Site]:
    opened: dict[tuple[str, str], models.Site] = {}
    for one in SITES:
        row = models.Site.objects.create(
            organisation=one.organisation,
            name=one.name,
            level=one.level.value,
            parent=opened.get((one.organisation, one.parent)),
            municipality=one.municipality,
            safir=one.safir,
            outreach_days=list(one.outreach_days),
        )
        models.Team.objects.bulk_create(models.Team(site=row, name=name) for name in one.teams)
        opened[one.organisation, one.name] = row
    return opened


def _open_account(one: DemonstrationAccount, sites: dict[tuple[str, str], models.Site], at: datetime) -> None:
    account = models.Account.objects.create(
        email=one.email, name=one.name, password=make_password(passphrase()), opened_at=at, is_demonstration=True
    )
    models.Authenticator.objects.create(account=account, sealed_secret=seal(secret_of(one.email)), confirmed_at=at)
    for role, organisation, site, teams in one.memberships:
        row = models.Membership.objects.create(
            account=account,
            organisation=organisation,
            role=role.value,
            site=sites.get((organisation, site)),
            valid_from=timezone.localdate(at) - timedelta(days=365),
        )
        row.teams.set(models.Team.objects.filter(site=row.site, name__in=teams))
