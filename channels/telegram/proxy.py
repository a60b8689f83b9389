"""Through which proxy Telegram is reached: the one that is set, or the environment's."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

NONE = "none"
SCHEMES = ("http", "socks5", "socks5h")
DEFAULT_PORTS = {"http": 80, "socks5": 1080}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadProxy(ValueError):
    """No proxy that Clamour can go through. Says nothing of the address: it may hold a password."""


def proxy_for(server: str, named: str = "") -> str:
    """The proxy for a server.

    The environment's names are those that everything else knows: HTTPS_PROXY, HTTP_PROXY,
    ALL_PROXY and NO_PROXY, in capitals or not (urllib.request.getproxies of Python's library).
    What is on this machine is never reached through the environment's proxy.

    Args:
        server: the Bot API server's address.
        named: the proxy that is set; "" for the environment's, "none" for none at all.

    Returns:
        Its address, with a port; "" for a server that is reached without one.

    Raises:
        BadProxy: it is none.
    """
    if named == NONE:
        return ""
    if named:
        return checked(named)
    parts = urlsplit(server)
    host = parts.hostname or ""
    if host in LOOPBACK or proxy_bypass(host):
        return ""
    found = getproxies()
    proxy = found.get(parts.scheme) or found.get("all") or ""
    return checked(proxy if not proxy or "://" in proxy else f"http://{proxy}")


def checked(address: str) -> str:
    """A proxy's address as the connections take it; "" stays.

    Raises:
        BadProxy: it is none, or of a kind that is not known.
    """
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadProxy from None
    if parts.scheme not in SCHEMES or not parts.hostname or parts.path not in ("", "/"):
        raise BadProxy
    # Names are looked up by the proxy in any case, so socks5h is socks5.
    scheme = parts.scheme.removesuffix("h")
    if port is not None:
        return f"{scheme}://{parts.netloc}"
    return f"{scheme}://{parts.netloc.removesuffix(':')}:{DEFAULT_PORTS[scheme]}"


def shown(address: str) -> str:
    """A proxy's address without name and password."""
    return address and f"{urlsplit(address).scheme}://{address.rpartition('@')[2].split('//')[-1]}"
