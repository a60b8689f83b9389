"""An email address."""

import re

from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem
from campaign.fields.tappable import is_ending
from campaign.normalisation import normalised

_LONGEST = 320
_MOST_PASTED = 500
_IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")
_AROUND = " .,;:!?<>()[]'\"“”‘’«»"
_LEAD_IN = re.compile(r".*\b(?:is|it['’]?s|yw|ydy)\s+(?=\S+@)", re.IGNORECASE)
_AT = re.compile(r"\s*@\s*")
_WIDE = str.maketrans("＠．", "@.")
_COMMA = re.compile(r",(?=[^@]*$)")

# Where most people's mail is. One who mistypes a name of these is asked whether they meant it.
_PROVIDERS = frozenset(
    {
        *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.com"),
        *("live.co.uk", "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "btinternet.com"),
        *("virginmedia.com", "talktalk.net", "ntlworld.com", "blueyonder.co.uk", "eircom.net"),
        *("tiscali.co.uk", "protonmail.com"),
    }
)
# Those that are a slip away from one of them, and are providers all the same.
_ALSO_PROVIDERS = frozenset({"email.com", "mail.com", "gmx.com", "hotmail.com.au", "yahoo.com.au"})
_NOT_ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "vom": "com", "comm": "com", "xom": "com"}


def email(text: str) -> str:
    """An address, internationalised ones too, normalised; whether it exists is not asked.

    It is found in what people paste: `Ada <ada@example.org>`, `mailto:ada@example.org?subject=Hi`,
    with a full stop or a semicolon behind it, with spaces or words around it. Names reserved for
    other uses, such as `.test` and `.localhost`, are refused
    (https://www.rfc-editor.org/rfc/rfc6761).

    Raises:
        FieldProblem: malformed.
    """
    written = one_line(text).translate(_WIDE)
    if len(written) > _MOST_PASTED:
        raise FieldProblem("email", "malformed")
    return _valid(_address_in(written))


def likely_email(email: str) -> str | None:
    """The address that was likely meant, where a well-known provider is mistyped; else None.

    Args:
        email: as `email` gives it.
    """
    local, _, domain = email.rpartition("@")
    if domain in _PROVIDERS or domain in _ALSO_PROVIDERS:
        return None
    meant = min((one for one in _PROVIDERS if _one_slip(domain, one)), default=None)
    if meant is None:
        before, _, ending = domain.rpartition(".")
        right = _NOT_ENDINGS.get(ending) if not is_ending(ending) else None
        meant = f"{before}.{right}" if right else None
    return f"{local}@{meant}" if meant else None


def masked(email: str) -> str:
    """An address as it is shown where others may look on: whoever has it knows it again."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def mailbox(email: str) -> str:
    """The same for addresses that most likely lead to one mailbox, for limits; not to write to.

    Case, width, dots in front of the @ and a `+tag` are left out: many providers pass them over,
    and where one does not, two people share a limit. `googlemail.com` is `gmail.com`.

    Args:
        email: as `email` gives it, so its domain is in Unicode and lower case.
    """
    local, _, domain = normalised("NFKC", email).casefold().rpartition("@")
    plain = local.partition("+")[0].replace(".", "") or local
    return f"{plain}@{'gmail.com' if domain == 'googlemail.com' else domain}"


def _valid(address: str) -> str:
    import email_validator  # most campaigns ask for none

    if len(address) > _LONGEST:
        raise FieldProblem("email", "malformed")
    try:
        return email_validator.validate_email(address, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        raise FieldProblem("email", "malformed") from None


def _address_in(written: str) -> str:
    """What of it is the address. A word in front of it may be a part of it that a space has split
    off, so it is left where it is, unless a colon is behind it."""
    pasted = _IN_BRACKETS.findall(written)
    plain = _AT.sub("@", pasted[0] if len(pasted) == 1 else _LEAD_IN.sub("", written))
    before, _, found = plain.rpartition(": ")
    found = found if "@" not in before else plain
    address, _, behind = found.strip(_AROUND).partition(" ")
    found = address if "@" in address and "@" not in behind else found
    found = found.strip(_AROUND)
    if found[:7].lower() == "mailto:":
        found = found[7:].partition("?")[0]
    return _COMMA.sub(".", found.strip(_AROUND))


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two neighbours have changed places."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if at is None:
        return len(typed) != len(meant)
    rest, wanted = typed[at:], meant[at:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return wanted in (swapped, wanted[:1] + rest[1:], wanted[:1] + rest) or wanted == rest[1:]
