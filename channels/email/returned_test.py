"""A test email of ours that has come to the office's mailbox: what its signature is worth, and what
the server that received it made of it."""

import re
from collections.abc import Callable, Sequence

from channels.email.mail_parts import part
from channels.email.sender_dns import Finding, NoDns

KeyOf = Callable[[str], bytes]
"""Gives the record of a signature's key by its name in DNS; raises NoDns."""

_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]{3,12})", re.IGNORECASE)
_MOST = 4_000


def judge(raw: bytes, domain: str, key_of: KeyOf) -> Sequence[Finding]:
    """What there is to say of it.

    Args:
        domain: of our From.
    """
    findings = [_signature(raw, domain, key_of)]
    said = part(raw).fields.get("authentication-results", "")[:_MOST]
    results = {name.lower(): result.lower() for name, result in _RESULT.findall(said)}
    if results:
        words = ", ".join(f"{name}={result}" for name, result in results.items())
        passed = all(result == "pass" for result in results.values())
        received = Finding("good" if passed else "bad", f"The server that got it says: {words}.")
        findings.append(received)
    return findings


def _signature(raw: bytes, domain: str, key_of: KeyOf) -> Finding:
    import dkim  # only this command needs it
    from dkim.util import InvalidTagValueList, parse_tag_value

    message = dkim.DKIM(raw)
    signatures = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    found = Finding(
        "bad", f"DKIM: the email is not signed. Your mail provider can sign for {domain}."
    )
    for place, value in enumerate(signatures):
        signer = selector = "nobody"
        try:
            tags = parse_tag_value(value)
            signer = tags.get(b"d", b"").decode("ascii", "replace").lower()
            selector = tags.get(b"s", b"").decode("ascii", "replace")
            holds = message.verify(place, dnsfunc=lambda name, timeout=5: key_of(name.decode()))
        except NoDns:
            return Finding("note", "DKIM: no DNS server answers, so its key cannot be looked up.")
        except (dkim.DKIMException, InvalidTagValueList, ValueError):
            holds = False
        who = f"{signer} (selector {selector})"
        if holds and _aligned(signer, domain):
            return Finding("good", f"DKIM: signed by {who}, and the signature holds.")
        if holds:
            words = f"DKIM: signed by {who}, which DMARC does not count for {domain}."
        else:
            words = f"DKIM: the signature of {who} does not hold."
        found = Finding("bad", words)
    return found


def _aligned(signer: str, domain: str) -> bool:
    """By DMARC's relaxed rule, as far as it can be known without the list of public suffixes."""
    one, other = sorted((signer, domain.lower()), key=len)
    return one == other or (other.endswith(f".{one}") and "." in one)
