"""The settings of Django, read from the environment once.

MAILLAGE_HOME       folder of the database, the secret key, the static files and the fetched files
DATABASE_URL        postgres://user:password@host:port/name; the embedded SQLite when absent
MAILLAGE_HOSTS      names the site answers to, separated by commas; this machine only when absent
MAILLAGE_HTTPS      1 behind HTTPS: secure cookies, and browsers told to come back by HTTPS
MAILLAGE_SECRET_KEY the key that signs; made once in MAILLAGE_HOME when absent
MAILLAGE_SOURCES    file of addresses that completes or replaces those of config/sources.toml
MAILLAGE_AGREEMENTS folder of the signed texts to apply; those shipped when absent
MAILLAGE_API_ORIGINS     sites whose pages may call the API, separated by commas, or *; none when absent
MAILLAGE_API_PER_MINUTE  requests that one address may make to the API in a minute; 600 when absent, 0 for no limit
MAILLAGE_OIDC_ISSUER     address of the identity provider (ProConnect…); no button when absent
MAILLAGE_OIDC_CLIENT_ID  the name under which the provider knows this site
MAILLAGE_OIDC_CLIENT_SECRET  the secret agreed with the provider
MAILLAGE_OIDC_NAME       the provider's name on the button; ProConnect when absent
MAILLAGE_OIDC_ACR        how sure the provider must be, separated by commas; our own second proof when this and AMR are absent
MAILLAGE_OIDC_AMR        the means it must use, one of them at least, separated by commas
MAILLAGE_OIDC_VOUCHES_EMAIL  1 when its contract says that it verifies addresses, without saying so of each
MAILLAGE_OIDC_SCOPES     what is asked of it; openid email given_name usual_name siret when absent
MAILLAGE_OIDC_ALGORITHM  how it signs: RS256, or ES256
MAILLAGE_ADDRESS         the address of this site, written in e-mails; http://localhost:8000 when absent
MAILLAGE_EMAIL           smtp://user:password@host:port, smtps://…, console, or file:/folder; no e-mail when absent
MAILLAGE_EMAIL_FROM      who e-mails come from; maillage@localhost when absent
MAILLAGE_DEBUG      1 shows Django's error pages; never on a site that others reach
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from maillage.config.readers import (
    place_compiled_code,
    read_database,
    read_email,
    read_flag,
    read_home,
    read_list,
    read_number,
    read_provider,
    read_secret_key,
)

PACKAGE = Path(__file__).resolve().parent.parent
WEB = PACKAGE / "web"
API = PACKAGE / "api" / "v1"

MAILLAGE_HOME = read_home()
place_compiled_code(PACKAGE, MAILLAGE_HOME)
MAILLAGE_SOURCES = [
    Path(__file__).resolve().parent / "sources.toml",
    *(Path(name).expanduser() for name in [os.environ.get("MAILLAGE_SOURCES", "")] if name),
]
MAILLAGE_AGREEMENTS = (
    Path(os.environ["MAILLAGE_AGREEMENTS"]).expanduser() if os.environ.get("MAILLAGE_AGREEMENTS") else None
)
SECRET_KEY = read_secret_key(MAILLAGE_HOME)
DEBUG = read_flag("MAILLAGE_DEBUG")
HTTPS = read_flag("MAILLAGE_HTTPS")
ALLOWED_HOSTS = read_list("MAILLAGE_HOSTS", default="localhost,127.0.0.1,[::1]")
MAILLAGE_OIDC = read_provider()
MAILLAGE_OIDC_NAME = os.environ.get("MAILLAGE_OIDC_NAME", "").strip() or "ProConnect"
MAILLAGE_API_ORIGINS = read_list("MAILLAGE_API_ORIGINS")
MAILLAGE_API_PER_MINUTE = read_number("MAILLAGE_API_PER_MINUTE", default=600, most=1_000_000)

MAILLAGE_ADDRESS = os.environ.get("MAILLAGE_ADDRESS", "").strip().rstrip("/") or "http://localhost:8000"
MAILLAGE_EMAIL = bool(os.environ.get("MAILLAGE_EMAIL", "").strip())
_EMAIL = read_email()
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _EMAIL["EMAIL_HOST"], _EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _EMAIL["EMAIL_HOST_USER"], _EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_SSL, EMAIL_USE_TLS = _EMAIL["EMAIL_USE_SSL"], _EMAIL["EMAIL_USE_TLS"]
EMAIL_FILE_PATH = _EMAIL["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("MAILLAGE_EMAIL_FROM", "").strip() or "maillage@localhost"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "leaflet",
    "maillage.apps.audit",
    "maillage.apps.accounts",
    "maillage.apps.imports",
    "maillage.apps.territories",
    "maillage.apps.catalogue",
    "maillage.apps.agreements",
    "maillage.apps.eligibility",
    "maillage.apps.people",
    "maillage.apps.sharing",
    "maillage.apps.notifications",
    "maillage.apps.delegation",
    "maillage.apps.referrals",
    "maillage.apps.observatory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "maillage.config.security.content_security_policy",
    "maillage.api.v1.gate.answer_machines",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "maillage.web.components.identity.identify",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "maillage.config.unreadable_texts.UnreadableTexts",
]

ROOT_URLCONF = "maillage.config.urls"
WSGI_APPLICATION = "maillage.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*sorted(WEB.glob("*/templates")), API / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"days": "maillage.web.components.days"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "maillage.web.components.languages.other_language",
                "maillage.web.accounts.header.signed_in",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {"default": read_database(os.environ.get("DATABASE_URL", ""), MAILLAGE_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [WEB / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = MAILLAGE_HOME / "static"
STATICFILES_DIRS = [*sorted(WEB.glob("*/static")), API / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "maillage.config.storage.NamedByContent"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["maillage.apps.accounts.passphrases.PassphraseHasher"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # the longest a session lives; unused, it ends well before
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

# No background map by default: it would tell another site which places are looked at.
LEAFLET_CONFIG: dict[str, Any] = {"TILES": [], "NO_GLOBALS": False, "ATTRIBUTION_PREFIX": ""}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"terminal": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["terminal"], "level": "WARNING"},
}
