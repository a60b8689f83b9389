"""What the world's DNS says of a sender's domain: whether mail servers will believe our emails.

SPF (RFC 7208) names the servers that may send for the domain, DMARC (RFC 7489) says what to do with
emails that fail and asks for a From that fits, MX says where returned emails go. DKIM's key stands
under a name that only the signer knows; a received email tells it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver
    from dns.resolver import Resolver as BlockingResolver

SECONDS = 5.0
MOST_LOOKUPS = 10
"""Of an SPF record (RFC 7208, section 4.6.4): with more it is good for nothing."""

Kind = Literal["good", "note", "bad"]
_LOOKS_UP = ("include", "a", "mx", "ptr", "exists", "redirect")
_TERM = re.compile(r"[+~?-]?([a-z]+)(?:[:=/](\S*))?", re.IGNORECASE)
_TAG = re.compile(r"\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)


class NoDns(Exception):
    """No DNS server answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a domain, in words for an operator."""

    kind: Kind
    words: str


async def look(domain: str, resolver: "Resolver | None" = None) -> Sequence[Finding]:
    """What there is to say of a domain that emails come from.

    Args:
        resolver: who is asked; None for the system's.

    Raises:
        NoDns: nothing can be said.
    """
    from dns.asyncresolver import Resolver
    from dns.resolver import NoResolverConfiguration

    try:
        dns = _Dns(resolver or Resolver())
    except NoResolverConfiguration:
        raise NoDns from None
    return [await _spf(dns, domain), await _dmarc(dns, domain), await _mx(dns, domain)]


class _Dns:
    def __init__(self, resolver: "Resolver") -> None:
        self._resolver = resolver

    async def ask(self, name: str, kind: str) -> list[str]:
        """Records as text; none if there are none."""
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            answer = await self._resolver.resolve(name, kind, lifetime=SECONDS)
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError):
            raise NoDns from None
        except (ValueError, UnicodeError):  # it is no name
            return []
        if kind != "TXT":
            return [record.to_text() for record in answer]
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    async def spf_of(self, domain: str) -> list[str]:
        found = await self.ask(domain, "TXT")
        return [one for one in found if one.lower().split(" ")[0] == "v=spf1"]


async def _spf(dns: _Dns, domain: str) -> Finding:
    records = await dns.spf_of(domain)
    if not records:
        words = f"SPF: {domain} has no record, so nobody can tell which servers may send for it."
        return Finding("bad", f"{words} Your mail provider says which line to add to its DNS.")
    if len(records) > 1:
        return Finding("bad", f"SPF: {domain} has {len(records)} records, where only one may be.")
    terms = [found for word in records[0].split()[1:] if (found := _TERM.fullmatch(word))]
    lookups, missing = await _followed(dns, records[0])
    if missing:
        return Finding("bad", f"SPF: {domain} includes {missing}, which has no SPF record.")
    if lookups > MOST_LOOKUPS:
        return Finding(
            "bad", f"SPF: {domain} takes more than {MOST_LOOKUPS} look-ups, so it counts as broken."
        )
    last = records[0].split()[-1].lower()
    if last in ("+all", "all"):
        return Finding("bad", f"SPF: {domain} lets every server of the world send for it (+all).")
    included = [found[2] for found in terms if found[1].lower() in ("include", "redirect")]
    through = f", through {' and '.join(included)}" if included else ""
    return Finding(
        "good",
        f"SPF: {domain} names who may send for it{through}. Your mail server has to be among them.",
    )


async def _followed(dns: _Dns, record: str) -> tuple[int, str]:
    """How many look-ups a record takes, and the first domain in it that has none."""
    waiting, lookups = [record], 0
    while waiting:
        for word in waiting.pop().split()[1:]:
            found = _TERM.fullmatch(word)
            if found is None or found[1].lower() not in _LOOKS_UP:
                continue
            lookups += 1
            if lookups > MOST_LOOKUPS:
                return lookups, ""
            if found[1].lower() in ("include", "redirect") and "%" not in (found[2] or ""):
                below = await dns.spf_of(found[2] or "")
                if not below:
                    return lookups, found[2] or "nothing"
                waiting.append(below[0])
    return lookups, ""


async def _dmarc(dns: _Dns, domain: str) -> Finding:
    labels = domain.split(".")
    for first in range(max(1, len(labels) - 1)):
        above = ".".join(labels[first:])
        found = await dns.ask(f"_dmarc.{above}", "TXT")
        records = [one for one in found if one.lower().startswith("v=dmarc1")]
        if len(records) > 1:
            return Finding("bad", f"DMARC: {above} has {len(records)} records; only one may be.")
        if records:
            return _policy(domain, above, records[0])
    return Finding(
        "bad",
        f"DMARC: {domain} has no record, which Gmail and Yahoo want of everybody who sends much. "
        f'To begin with, a TXT record "v=DMARC1; p=none" at _dmarc.{domain} will do.',
    )


def _policy(domain: str, above: str, record: str) -> Finding:
    tags = {name.lower(): value.strip().lower() for name, value in _TAG.findall(record)}
    policy = tags.get("p", "")
    if above != domain:
        policy = tags.get("sp", policy)
    what = {
        "none": "emails that fail are let through",
        "quarantine": "emails that fail go to spam",
        "reject": "emails that fail are refused",
    }.get(policy)
    if what is None:
        return Finding("bad", f"DMARC: the record of {above} has no policy (p=none, for one).")
    return Finding(
        "good",
        f"DMARC: {above} asks for p={policy}: {what}. Our From and the envelope's sender are both "
        f"of {domain}, so they align; a DKIM signature has to be of {domain}, too.",
    )


async def _mx(dns: _Dns, domain: str) -> Finding:
    for kind in ("MX", "A", "AAAA"):
        found = await dns.ask(domain, kind)
        if found and found != ["0 ."]:
            return Finding("good", f"Emails that come back find their way to {domain}.")
    return Finding("bad", f"{domain} takes no emails (it has no MX), so none can come back to it.")


def key_lookup(resolver: "BlockingResolver | None" = None) -> Callable[[str], bytes]:
    """What gives the record of a DKIM key by its name, and waits for it.

    Args:
        resolver: who is asked; None for the system's.
    """
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer
    from dns.resolver import Resolver as Blocking

    def key_of(name: str) -> bytes:
        try:
            answer = (resolver or Blocking()).resolve(name, "TXT", lifetime=SECONDS)
        except (NXDOMAIN, NoAnswer, ValueError):
            return b""
        except (DNSException, OSError):
            raise NoDns from None
        return b"".join(next(iter(answer)).strings)

    return key_of
