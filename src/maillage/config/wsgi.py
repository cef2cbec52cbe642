"""What a WSGI server starts."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")

application = get_wsgi_application()
# The pages are read now: whoever comes first does not wait for them.
_ = get_resolver().url_patterns
