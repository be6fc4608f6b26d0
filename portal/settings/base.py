"""What is true everywhere. Every environment variable the portal reads stands here."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(os.environ.get("STATE_DIR", BASE_DIR / ".run"))
BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = [key for key in [os.environ.get("SECRET_KEY_OLD", "")] if key]  # while a new key takes over
DEBUG = False
SANDBOX = False  # the outside world over real HTTP and SMTP, in development and tests only
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "127.0.0.1"]


def database(url: str) -> dict[str, object]:
    """Turn ``postgresql://user:password@host:port/name`` into a Django database entry."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
        "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer in transaction mode stays possible
        "ATOMIC_REQUESTS": False,  # the tenant middleware opens the one transaction of a request
    }


# `default` is the app role (owns nothing, no BYPASSRLS); `owner` migrates; `ops` (BYPASSRLS) dumps and mends.
APP_DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://portal_app@127.0.0.1:5432/samen")
DATABASES = {
    "default": database(APP_DATABASE_URL),
    "owner": database(os.environ.get("OWNER_DATABASE_URL", "postgresql://portal_owner@127.0.0.1:5432/samen")),
    "ops": database(os.environ.get("OPS_DATABASE_URL", "postgresql://portal_ops@127.0.0.1:5432/samen")),
}
DATABASE_ROUTERS = ["portal.tenancy.routers.RolesRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "portal",
    "portal.tenancy",
    "portal.people",
    "portal.audit",
    "portal.documents",
    "portal.outbox",
    "portal.links",
    "portal.web",
    "portal.operate",
    "accounting",
    "invoicing",
    "bankfeeds",
    "requests_app",
]

MIDDLEWARE = [
    "portal.operate.requests.RequestLines",
    "portal.operate.probes.Probes",
    "portal.operate.away.RedisAway",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.web.headers.PrivacyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.web.limits.RequestLimit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.people.visits.VisitMiddleware",
    "portal.people.middleware.ScopeMiddleware",
    "portal.web.methods.MethodPage",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.web.letters.Letters"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # a letter to nobody takes the same road and ends in portal.web.tasks
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900  # seconds: a mail may take its time
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "request_login_code": "20/m/ip,3/m/key",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds a proof of who one is stays fresh, for every weighty act
MFA_ADAPTER = "portal.people.factors.Factors"
MFA_FORMS = {
    "authenticate": "portal.people.factors.CodeForm",
    "reauthenticate": "portal.people.factors.CodeAgainForm",
    "login_webauthn": "portal.people.factors.PasskeyLoginForm",
    "authenticate_webauthn": "portal.people.factors.PasskeyAfterForm",
    "reauthenticate_webauthn": "portal.people.factors.PasskeyAgainForm",
    "add_webauthn": "portal.people.factors.PasskeyForm",
    "edit_webauthn": "portal.people.factors.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Samen"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds a phone's clock may be off; no step counts twice (CodeForm)
# encrypts the secrets of factors; without it a key is derived from SECRET_KEY (see portal.people.factors)
MFA_KEY = os.environ.get("MFA_KEY", "")
MFA_KEY_FALLBACKS = [key for key in os.environ.get("MFA_KEY_FALLBACKS", "").split(",") if key]
SECOND_FACTOR_REQUIRED = True  # of whoever works at a firm; only development and its demo may do without
STEP_UP_REQUIRED = True  # weighty acts ask who one is again, a quarter of an hour after the last proof
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": os.environ.get("DOCUMENT_ROOT", str(STATE_DIR / "documents")),
            "file_permissions_mode": 0o600,  # papers of clients: for the account of web and worker alone
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MAX_UPLOAD_BYTES = 25 * 1024 * 1024
MAX_REQUEST_BYTES = 100 * 1024 * 1024

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", os.environ.get("SANDBOX_SMTP_PORT", "1025")))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", "Samen <post@samen.example>")

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
WORKER_DEAF_AFTER = float(
    os.environ.get("WORKER_DEAF_AFTER", "45")
)  # seconds bells may wait at idle hands: operate.hearing
# kombu's defaults redeliver a killed worker's task only after about 100 seconds
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}

METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # who may read /metrics from elsewhere; empty: nobody

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "portal.web.headers.MaskTokens"}},
    "formatters": {
        "people": {
            "()": "portal.operate.lines.PlainLines",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "machines": {"()": "portal.operate.lines.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "people", "filters": ["mask"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {
        "portal.requests": {"level": "INFO"},
        "portal.tasks": {"level": "INFO"},
        # a refused or missing page is a line of portal.requests already; what broke comes with its trace
        "django.request": {"level": "ERROR"},
        # whoever knocks under a wrong name gets a 400 and its line; a trace for each would fill the disk
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
