"""Promises of the web servers that we describe: they hand on all that the public needs."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bot.web.stop_emails import FORMS as STOP_FORMS
from channels.browser.pages import FORMS

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = (ROOT / "docs" / "operator.md").read_text("utf-8")
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
PUBLIC = (
    *("/s/code", "/s/code/whatsapp", "/embed/slug.js", "/api/campaigns/slug.json"),
    *("/picture/slug.png", "/assets/chat.js", "/healthz"),
    *(*FORMS, "/chat/picture/one", "/chat/file/one/0", "/chat/telegram", f"{STOP_FORMS}token"),
)
CLOSED = ("/", "/metrics", "/readyz", "/config", "/chats", "/email", "/telegram")


@pytest.mark.parametrize("text", [CADDYFILE, OPERATOR], ids=["Caddyfile", "operator.md"])
def test_caddy_hands_on_what_is_public_and_nothing_else(text: str) -> None:
    (patterns,) = re.findall(r"@pages path (.*)", text)
    handed_on = {
        path
        for path in (*PUBLIC, *CLOSED)
        if any(fnmatchcase(path, one) for one in patterns.split())
    }
    assert handed_on == set(PUBLIC)


def test_nginx_hands_on_what_is_public_and_nothing_else() -> None:
    (pattern,) = re.findall(r"location ~ (\S+) \{", OPERATOR)
    (exactly,) = re.findall(r"location = (\S+) \{ proxy_pass", OPERATOR)
    handed_on = {path for path in (*PUBLIC, *CLOSED) if re.search(pattern, path) or path == exactly}
    assert handed_on == set(PUBLIC)


def test_nginx_says_whose_request_it_is() -> None:
    """Or everybody would be one network, and share what one may ask for."""
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in OPERATOR
