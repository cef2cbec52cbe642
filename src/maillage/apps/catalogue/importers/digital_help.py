"""Digital help: the national map of digital mediation, and the structures that employ digital advisers.

A place of the map is a digital stage when one of its labels says so (« Étapes numériques (La Poste) ») or La Poste
carries it, a digital adviser's place when a national programme says so (« Conseillers numériques »), a France services
when either does (or its typology is RFS), and otherwise a digital point. A place may be several of these at once.
"""

from __future__ import annotations

from maillage.apps.catalogue.importers.missions_locales import said_on
from maillage.apps.catalogue.importers.receptions import (
    CONNECTION,
    DIGITAL_BASICS,
    JOB_OFFERS,
    ONLINE_SERVICES,
    PAPERWORK,
    reception_at,
)
from maillage.apps.catalogue.importers.records import (
    Bundle,
    CatalogueImporter,
    in_title_case,
    on_one_line,
    with_reception,
)
from maillage.apps.catalogue.mapping import Record, plain
from maillage.apps.imports.cells import insee_code_of, list_of, point_of, required_text_of, text_of
from maillage.apps.imports.reading import Row
from maillage.domain.access_points import AccessPoint, Helper, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.shared import Provenance
from maillage.engine.opening_hours import is_valid

MEDIATION, ADVISERS = "mediation-numerique", "conseillers-numeriques"
LA_POSTE = "356000000"
"""Its SIREN: what it gives of digital mediation is its digital stages, also in the list that has no labels."""
_HELPERS = {
    PlaceKind.DIGITAL_ADVISER: Helper.DIGITAL_ADVISER,
    PlaceKind.FRANCE_SERVICES: Helper.FRANCE_SERVICES_ADVISER,
    PlaceKind.DIGITAL_STAGE: Helper.COUNTER_STAFF,
}
_NETWORKS = {
    PlaceKind.DIGITAL_ADVISER: "conseillers-numeriques",
    PlaceKind.FRANCE_SERVICES: "france-service",
    PlaceKind.DIGITAL_STAGE: "la-poste",
}
_THEMES = {
    "aide aux demarches administratives": PAPERWORK,
    "aides aux demarches administratives": PAPERWORK,
    "maitrise des outils numeriques du quotidien": DIGITAL_BASICS,
    "utilisation securisee du numerique": DIGITAL_BASICS,
    "comprehension du monde numerique": DIGITAL_BASICS,
    "insertion professionnelle via le numerique": JOB_OFFERS,
    "acces internet et materiel informatique": CONNECTION,
    "materiel informatique a prix solidaire": "numerique--acquerir-un-equipement",
    "acquisition de materiel informatique a prix solidaire": "numerique--acquerir-un-equipement",
}
"""The services of the map, as they are searched, and the theme each is."""


class DigitalMediationImporter(CatalogueImporter):
    """The places of digital mediation; each is an organisation too, but a digital stage, which is La Poste's."""

    name = "mediation-numerique"
    required_columns = (
        frozenset({"id"}),
        frozenset({"nom"}),
        frozenset({"code_insee", "insee_com", "commune"}),
    )

    def id_of(self, row: Row) -> str:
        return f"{MEDIATION}--{required_text_of(row, 'id', longest=200)}"

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        municipality, point = self.settled(
            insee_code_of(row, "code_insee", "insee_com"), point_of(row, ("latitude", "lat"), ("longitude", "lon"))
        )
        kinds = place_kinds_of(row)
        is_stage = PlaceKind.DIGITAL_STAGE in kinds
        hours = on_one_line(row, "horaires")
        place = AccessPoint(
            id=record_id,
            name=in_title_case(" ".join(required_text_of(row, "nom", longest=200).split())),
            kinds=kinds,
            organisation=self.owner_in("la-poste", municipality) if is_stage else record_id,
            municipality=municipality,
            point=point,
            provenance=Provenance(MEDIATION, said_on(row, "date_maj"), licence="Licence Ouverte 2.0"),
            networks=frozenset(_NETWORKS[kind] for kind in kinds if kind in _NETWORKS),
            address=", ".join(filter(None, (on_one_line(row, "adresse"), on_one_line(row, "complement_adresse")))),
            postcode=text_of(row, "code_postal"),
            town=on_one_line(row, "commune_nom") or on_one_line(row, "commune"),
            telephone=on_one_line(row, "telephone"),
            email=next(iter(list_of(row, "courriels")), ""),
            website=next(iter(list_of(row, "site_web")), "") or on_one_line(row, "prise_rdv"),
            hours=hours if is_valid(hours) else "",
            hours_note="" if is_valid(hours) else hours,
            helpers=frozenset(_HELPERS[kind] for kind in kinds if kind in _HELPERS),
            official_code=text_of(row, "id"),
        )
        themes = frozenset(_THEMES[said] for said in map(plain, list_of(row, "services")) if said in _THEMES)
        service = reception_at(place, themes | {ONLINE_SERVICES} if themes else themes)
        return Bundle(record_id, (*_organisation_of(place), place, *([service] if service else [])))


class DigitalAdvisersImporter(CatalogueImporter):
    """The structures that employ digital advisers: where they can be met is where the structure is."""

    name = "conseillers-numeriques"
    required_columns = (frozenset({"id"}), frozenset({"raison_sociale"}), frozenset({"insee_com", "commune"}))

    def id_of(self, row: Row) -> str:
        return f"{ADVISERS}--{required_text_of(row, 'id', longest=50)}"

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        municipality, point = self.settled(
            insee_code_of(row, "insee_com", "commune"), point_of(row, ("lat", "latitude"), ("lon", "longitude"))
        )
        place = AccessPoint(
            id=record_id,
            name=in_title_case(" ".join(required_text_of(row, "raison_sociale", longest=200).split())),
            kinds=frozenset({PlaceKind.DIGITAL_ADVISER}),
            organisation=record_id,
            municipality=municipality,
            point=point,
            provenance=Provenance(ADVISERS, licence="Licence Ouverte 2.0"),
            networks=frozenset({"conseillers-numeriques"}),
            address=in_title_case(on_one_line(row, "adresse")),
            postcode=text_of(row, "code_postal"),
            helpers=frozenset({Helper.DIGITAL_ADVISER}),
            official_code=text_of(row, "id"),
        )
        return Bundle(record_id, (*_organisation_of(place, text_of(row, "siret")), *with_reception(place)))


def place_kinds_of(row: Row) -> frozenset[PlaceKind]:
    """Decide what a place of the map is, from its programmes, labels and typology."""
    said = plain(" ".join(part for name in _DECIDING for part in list_of(row, name)))
    kinds = {
        kind
        for words, kind in (
            ("etapes numeriques", PlaceKind.DIGITAL_STAGE),
            ("conseillers numeriques", PlaceKind.DIGITAL_ADVISER),
            ("conseiller numerique", PlaceKind.DIGITAL_ADVISER),
            ("france services", PlaceKind.FRANCE_SERVICES),
        )
        if words in said
    }
    if "rfs" in said.split():
        kinds.add(PlaceKind.FRANCE_SERVICES)
    if text_of(row, "pivot", "siret").startswith(LA_POSTE):
        kinds.add(PlaceKind.DIGITAL_STAGE)
    return frozenset(kinds or {PlaceKind.DIGITAL_POINT})


_DECIDING = ("dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels", "typologie")


def _organisation_of(place: AccessPoint, siret: str = "") -> tuple[Record, ...]:
    if place.organisation != place.id:
        return ()
    return (
        Organisation(
            id=place.id,
            name=place.name,
            provenance=place.provenance,
            networks=place.networks,
            siret=siret,
            telephone=place.telephone,
            email=place.email,
            website=place.website,
        ),
    )
