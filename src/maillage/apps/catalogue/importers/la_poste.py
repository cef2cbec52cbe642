"""La Poste: the list of contact points, under the header of the file and that of the programming interface."""

from __future__ import annotations

import re

from maillage.apps.catalogue.importers.records import (
    Bundle,
    CatalogueImporter,
    in_title_case,
    on_one_line,
)
from maillage.apps.imports.cells import insee_code_of, point_of, required_text_of, text_of
from maillage.apps.imports.reading import Row
from maillage.domain.access_points import AccessPoint, Helper, PlaceKind
from maillage.domain.shared import Provenance

SOURCE = "la-poste"
ID = ("#Identifiant_du_site", "Identifiant_du_site", "identifiant_a", "identifiant")
LABEL = ("Libellé_du_site", "libelle_du_site", "libelle")
CHARACTERISTIC = ("Caractéristique_du_site", "caracteristique_du_site", "caracteristique")
INSEE_CODE = ("Code_INSEE", "code_insee", "insee_com", "commune")
LATITUDE = ("Latitude", "latitude", "lat")
LONGITUDE = ("Longitude", "longitude", "lon")
_ADDRESS = (
    ("Adresse", "adresse"),
    ("Complément_d_adresse", "complement_d_adresse", "complement"),
    ("Lieu_dit", "lieu_dit"),
)
_INTERNAL_SUFFIX = re.compile(r" (?:BP|RP|AP|API|APC|LPR)$")
"""La Poste's own mark of what the point is, said in words by its characteristic."""


class PostOfficesImporter(CatalogueImporter):
    """Post offices, agencies and relays: counters, hence access points without a service of their own."""

    name = "laposte-points"
    required_columns = (
        frozenset(ID),
        frozenset(LABEL),
        frozenset(CHARACTERISTIC),
        frozenset(INSEE_CODE),
        frozenset(LATITUDE),
        frozenset(LONGITUDE),
    )

    def id_of(self, row: Row) -> str:
        return f"{SOURCE}--{required_text_of(row, *ID, longest=50)}"

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        municipality, point = self.settled(insee_code_of(row, *INSEE_CODE), point_of(row, LATITUDE, LONGITUDE))
        office = AccessPoint(
            id=record_id,
            name=office_name(text_of(row, *CHARACTERISTIC), required_text_of(row, *LABEL, longest=200)),
            kinds=frozenset({PlaceKind.POST_OFFICE}),
            organisation=self.owner_in("la-poste", municipality),
            municipality=municipality,
            point=point,
            provenance=Provenance(SOURCE, licence="Licence Ouverte"),
            networks=frozenset({"la-poste"}),
            address=", ".join(filter(None, (in_title_case(on_one_line(row, *names)) for names in _ADDRESS))),
            postcode=text_of(row, "Code_postal", "code_postal"),
            town=in_title_case(on_one_line(row, "Localité", "localite")),
            telephone=on_one_line(row, "Numéro_de_téléphone", "numero_de_telephone"),
            helpers=frozenset({Helper.COUNTER_STAFF}),
            official_code=text_of(row, *ID),
        )
        return Bundle(record_id, (office,))


def office_name(characteristic: str, label: str) -> str:
    """Name a point by what it is and where: « Bureau de Poste – Le Blanc »."""
    place = in_title_case(_INTERNAL_SUFFIX.sub("", " ".join(label.split())))
    return f"{characteristic or 'La Poste'} – {place}"
