"""Addresses that pass a petition on by other apps, with the sharer's words and link in them."""

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode


def short_text(words: str, address: str) -> str:
    """What is sent where there is one field for all of it."""
    return f"{words} {address}"


def whatsapp(words: str, address: str) -> str:
    """https://faq.whatsapp.com/5913398998672934: a chat with words in it, to whom one chooses."""
    return f"https://wa.me/?text={quote(short_text(words, address))}"


def _email(words: str, address: str) -> str:
    """RFC 6068; the subject is the first sentence's worth of the words."""
    subject = words if len(words) <= SUBJECT_LENGTH else f"{words[: SUBJECT_LENGTH - 1]}…"
    fields = {"subject": subject, "body": f"{words}\n\n{address}\n"}
    return f"mailto:?{urlencode(fields, quote_via=quote)}"


def _sms(words: str, address: str) -> str:
    """RFC 5724, and what iOS makes of it: ?& is read by both."""
    return f"sms:?&body={quote(short_text(words, address))}"


def _facebook(_: str, address: str) -> str:
    return f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': address})}"


def _x(words: str, address: str) -> str:
    fields = {"text": words, "url": address}
    return f"https://x.com/intent/post?{urlencode(fields, quote_via=quote)}"


def _bluesky(words: str, address: str) -> str:
    """https://docs.bsky.app/docs/advanced-guides/intent-links"""
    return f"https://bsky.app/intent/compose?text={quote(short_text(words, address))}"


SUBJECT_LENGTH = 80
BY_APP: Mapping[str, Callable[[str, str], str]] = {
    "whatsapp": whatsapp,
    "email": _email,
    "sms": _sms,
    "facebook": _facebook,
    "x": _x,
    "bluesky": _bluesky,
}
"""By the name of the way."""

OTHER_PROGRAMS = ("email", "sms")
"""Ways that open another program, while the page stays."""
