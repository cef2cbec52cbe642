"""The settings of the tests: those of the product, in a home of their own, pages with the static files as they are."""

from __future__ import annotations

import os
import tempfile

HOME = tempfile.TemporaryDirectory(prefix="maillage-tests-")  # removed when the process ends
os.environ["MAILLAGE_HOME"] = HOME.name

from maillage.config.settings import *  # noqa: E402, F403
from maillage.config.settings import STORAGES  # noqa: E402

# What an earlier collectstatic left would hide a change to a style sheet.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
