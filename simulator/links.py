"""Addresses in links and buttons, checked as td does: `parse_url` of tdutils/td/utils/HttpUrl.cpp,
and `check_link` of td/telegram/LinkManager.cpp."""

import re
from ipaddress import IPv6Address

_PARTS = re.compile(r"(?:(?P<scheme>[^:]*)://)?(?P<server>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_PORT = re.compile(r"(?P<host>.+):(?P<port>[^:\]@]*)", re.DOTALL)
_SCHEMES = ("http", "https")
_INTERNAL = re.compile(r"(?i)(?:tg|ton):(?://)?([A-Za-z0-9_-]+)(.*)", re.DOTALL)
_HOST = re.compile(r"(?:[a-z.0-9_!$,~*'();&+=-]|[^\0-\x7f]|%[0-9a-f]{2})*")
_SPACE = re.compile(r"[\0\t-\r ]")


class WrongLink(ValueError):
    """Not an address Telegram takes; says why, in Telegram's words."""


def checked(link: str) -> str:
    """The address as Telegram keeps it: with scheme and a path.

    Raises:
        WrongLink: no address.
    """
    internal = _INTERNAL.fullmatch(link)
    if internal:
        return f"{link[: link.index(':')].lower()}://{internal.group(1).lower()}{internal.group(2)}"
    parts = _PARTS.fullmatch(link)
    assert parts is not None  # noqa: S101 - the pattern takes any text
    scheme = (parts["scheme"] or "http").lower()
    if scheme not in _SCHEMES:
        raise WrongLink("Unsupported URL protocol")
    server, port = parts["server"].lower(), ""
    if found := _PORT.fullmatch(server):
        server = found["host"]
        port = f":{_port(found['port'])}"
    userinfo, at, host = server.rpartition("@")
    is_ipv6 = host.startswith("[") and host.endswith("]")
    if is_ipv6:
        _check_ipv6(host[1:-1])
    if not host:
        raise WrongLink("URL host is empty")
    if host == ".":
        raise WrongLink("Host is invalid")
    if not is_ipv6 and not _HOST.fullmatch(host):
        wrong = "Wrong percent-encoded symbol" if "%" in host else "Disallowed character"
        raise WrongLink(f"{wrong} in URL host")
    if "." not in host and not is_ipv6:
        raise WrongLink("Wrong HTTP URL")
    rest = _SPACE.sub(lambda match: f"%{ord(match.group()):02X}", parts["rest"].rstrip(" \t\r\n\0"))
    return f"{scheme}://{userinfo}{at}{host}{port}{rest if rest.startswith('/') else '/' + rest}"


def _port(written: str) -> int:
    if not (written.isascii() and written.isdecimal()) or not 0 < int(written[:9]) <= 65_535:
        raise WrongLink("Wrong port number specified in the URL")
    return int(written[:9])


def _check_ipv6(written: str) -> None:
    try:
        IPv6Address(written)
    except ValueError:
        raise WrongLink("Wrong IPv6 address specified in the URL") from None
