"""Addresses in links and buttons, checked as td's LinkManager::check_link does."""

import re

_PARTS = re.compile(r"(?:(?P<scheme>[^:/?#]*)://)?(?P<host>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_SCHEMES = ("http", "https")
_INTERNAL = re.compile(r"(?i)(?:tg|ton):(?://)?([A-Za-z0-9_-]+)(.*)", re.DOTALL)
_FORBIDDEN_IN_HOST = re.compile(r"[\0- \"<>\\^`{|}\x7f]")
_SPACE = re.compile(r"[\0- ]")


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
    host = parts["host"].lower()
    if not host.rpartition("@")[2].partition(":")[0]:
        raise WrongLink("URL host is empty")
    if _FORBIDDEN_IN_HOST.search(host):
        raise WrongLink("Disallowed character in URL host")
    if "." not in host and "[" not in host:
        raise WrongLink("Wrong HTTP URL")
    rest = _SPACE.sub(lambda match: f"%{ord(match.group()):02X}", parts["rest"])
    return f"{scheme}://{host}{rest if rest.startswith('/') else '/' + rest}"
