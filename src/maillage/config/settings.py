"""Settings: the least that Django needs, until the applications are declared."""

from __future__ import annotations

SECRET_KEY = "not-a-secret"  # noqa: S105
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
