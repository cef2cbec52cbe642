"""Whether the site can answer: for whoever watches it."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from maillage.apps.people.acting import WallsDown, walls_hold


@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and its walls around people hold, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        is_walled = walls_hold()
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    if not is_walled:
        return JsonResponse({"status": WallsDown.sentence_en}, status=503)
    return JsonResponse({"status": "ok"})
