"""Web addresses that people's apps open, and that Telegram takes under a button or in a text.

Telegram refuses the whole message for one that it does not take, so it is refused where it is
written. Source: `parse_url` of tdlib/td, tdutils/td/utils/HttpUrl.cpp, and `check_link`,
td/telegram/LinkManager.cpp; what is stricter here is said below.
"""

import re
from urllib.parse import urlsplit

LONGEST = 1000
_PORT = re.compile(r":[0-9]{1,5}")
# Beyond ASCII any letter may be in a host; what browsers make of it is theirs (UTS 46).
_LABEL = re.compile(r"(?:[a-z0-9_]|[^\W\d_])(?:[\w-]*\w)?", re.IGNORECASE)
_LAST_LABEL = re.compile(r"[^\W\d_][\w-]*")


class BadAddress(ValueError):
    """It is no web address, or none that Telegram takes."""


def web_address(written: str) -> str:
    """An address of the web as somebody types it; without https:// it gets it.

    Stricter than Telegram, as buttons are tapped in good faith: no other scheme than http and
    https, nobody's name and password, no bare number for a host, nothing percent-encoded in it.

    Raises:
        BadAddress: see there.
    """
    address = written if "://" in written or "." not in written else f"https://{written}"
    if len(address) > LONGEST:  # before urlsplit looks at each letter's normal form
        raise BadAddress
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress from None
    labels = host.removesuffix(".").split(".")
    if (
        parts.scheme not in ("http", "https")
        or not address.isprintable()
        or any(sign.isspace() for sign in address)
        or "@" in parts.netloc
        or len(labels) < 2
        or not all(_LABEL.fullmatch(label) for label in labels)
        or not _LAST_LABEL.fullmatch(labels[-1])
        or port == 0
        or not _is_host_and_port(parts.netloc, host)
    ):
        raise BadAddress
    return address


def _is_host_and_port(netloc: str, host: str) -> bool:
    """Whether what stands after the host is a port with its number, and no colon alone."""
    after = netloc[len(host) :]
    return netloc[: len(host)].lower() == host and (not after or bool(_PORT.fullmatch(after)))
