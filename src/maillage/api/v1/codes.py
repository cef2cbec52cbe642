"""The codes that facts, agreements and files are written with."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from maillage.api.v1.shapes import ERRORS, Codes
from maillage.engine.codes import all_codes

router = Router(tags=["codes"])


@router.get("/codes", response={200: list[Codes], **ERRORS}, operation_id="listCodes")
def list_codes(request: HttpRequest) -> list[dict[str, Any]]:
    """Give every list of codes, with French labels."""
    return [{"name": name, "codes": codes} for name, codes in all_codes().items()]
