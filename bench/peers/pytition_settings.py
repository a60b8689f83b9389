"""Pytition's own settings, with what every installation says for itself, and without its limit of
five signatures an address: the whole crowd comes from one."""

import os
from pathlib import Path

from pytition.settings.base import *  # noqa: F403

SECRET_KEY = "bench" * 10
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(os.environ["PEER_FOLDER"]) / "pytition.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
        },
    }
}
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["PEER_MAIL_PORT"])
SIGNATURE_THROTTLE = 10**9
MAINTENANCE_MODE_STATE_FILE_PATH = str(Path(os.environ["PEER_FOLDER"]) / "maintenance.txt")
STATIC_ROOT = os.environ["PEER_FOLDER"]
