"""The municipalities that the cases name, with the codes of the territories they lie in (official codes of 2026)."""

from __future__ import annotations

from maillage.domain.territories import Geography, Municipality

# code, name, EPCI, employment zone, local committee, arrondissement, department, region
NAMED = """\
36006 Argenton-sur-Creuse 200068872 2405 CLPE36001 362 36 24
36018 Le_Blanc            243600319 2405 CLPE36004 361 36 24
36044 Châteauroux         243600327 2405 CLPE36001 362 36 24
36046 La_Châtre           243600350 2405 CLPE36003 363 36 24
36088 Issoudun            243600236 2405 CLPE36002 364 36 24
37261 Tours               243700754 2413 CLPE37004 372 37 24
45234 Orléans             244500468 2410 CLPE45003 452 45 24
67180 Haguenau            200067874 4409 CLPE67001 672 67 44
67482 Strasbourg          246700488 4423 CLPE67005 678 67 44
67544 Wissembourg         246700926 4409 CLPE67001 672 67 44
68066 Colmar              246800726 4405 CLPE68002 682 68 44
"""


def named_places() -> Geography:
    """Give the geography that the cases are asked in."""
    rows = [line.split() for line in NAMED.splitlines()]
    return Geography("2026", {row[0]: _municipality(*row) for row in rows})


def _municipality(code: str, name: str, *codes: str) -> Municipality:
    epci, zone, committee, arrondissement, department, region = codes
    return Municipality(
        code=code,
        name=name.replace("_", " "),
        point=None,
        population=None,
        epci=epci,
        employment_zone=zone,
        local_committee=committee,
        arrondissement=arrondissement,
        department=department,
        region=region,
    )
