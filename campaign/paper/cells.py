"""Classify one cell: a name, a postcode, a total, nothing that was given, or doubt."""

import re
from functools import lru_cache

from campaign import fields
from campaign.fields import FieldProblem

_NOT_GIVEN = re.compile(
    r"[\W_]*|[(\[]?(?:n ?/? ?a\.?|n ?/ ?k|none|nil|null|unknown|blank|"
    r"not (?:given|known|provided|stated)|"
    r"illegible|unreadable|anon(?:ymous)?|no (?:fixed )?(?:address|abode|post ?code)|withheld|"
    r"dim|dim (?:cod post|cyfeiriad)|anhysbys|annarllenadwy|inconnu|keine?|unbekannt|\?+|tbc|"
    r"tba)[)\]]?",
    re.I,
)
_DITTO = re.compile(r"[\"”“„〃]+|''|‘’|’’|do\.?|ditto|same|as above|uchod|yr un", re.I)
_WEAK = re.compile(
    r"[xyn]|yes|no|ie|na|oui|non|ja|nein|si|true|false|ok|"
    r"(?:\w{3,9}\.?,? )?\d{1,2}(?:st|nd|rd|th)?[ ./-][^\W\d_]{3,9}\.?,?(?:[ ./-]\d{2,4})?",
    re.I,
)
_MARKED = re.compile(
    r"(?<!\w)(?:void|deleted?|duplicated?|double|dupe|crossed out|struck (?:out|off|through)|"
    r"invalid|withdrawn|removed|rejected|cancelled|not (?:valid|signed|counted)|no signature|"
    r"unsigned|dyblyg|annilys|dilëwyd|dileu|croeswyd allan|heb lofnod)(?!\w)",
    re.I,
)
_LONGEST_MARK = 30
_OF_MARKS = re.compile(
    r"(?:is )?(?:signed|valid|counted|counts?|eligible|llofnodwyd|dilys)(?: ?[(?].*|\?| by hand)?",
    re.I,
)
_NO = re.compile(r"no?|false|0|na|nac ydy|[✗✘×]", re.I)
_OF_NUMBERS = re.compile(
    r"(?:how many|qty|quantity|count|tally|people|persons|signatures|signers|household(?: size)?|"
    r"(?:no\.?|number|nifer) (?:of |o )(?:people|persons|signatures|signers|names|bobl|lofnodion|"
    r"lofnodwyr|enwau)|faint|pobl|llofnodion)\??",
    re.I,
)
_THINGS = "signatures|names|people|rows|llofnodion"
_TOTAL = re.compile(
    r"(?:(?:grand |sub ?-?)?totals?|sum|count|cyfanswm|is-?gyfanswm|summe|gesamt|insgesamt|"
    r"total général|totale|totaal|suma|razem|signatures|llofnodion|page|tudalen|seite|"
    rf"(?:number|no\.?|nifer) (?:of |o )?(?:{_THINGS}))"
    rf"(?: (?:of|o|page|signed|this page|on this page|{_THINGS}))*"
    r"[\s:=.-]*\d*(?:[,. ’']\d{3})*(?: ?(?:/|of|o|von|de) ?\d+)?"
    rf"\s*(?:{_THINGS})?",
    re.I,
)
_SEVERAL = re.compile(
    r"[&+/;|]|\d|,.*,|\b[x×]\s*\d|(?<!\w)(?:and|a|ac|und|et|y|e|con|plus|family|teulu|famille|"
    r"familie|familia|couple|others|children)(?!\w)"
)
_FAMILY = re.compile(r"\b(?:and|family|teulu|families|household)\b", re.I)
_SENTENCE = re.compile(
    r"[:!?]|[^\W\d_]{4}\.$|(?<!\w)(?:by|at|to|the|on|from|for|in|is|all|this|these|was|were|gan|"
    r"ar|yn|dyma|page|signed|collected|checked|printed|petition|signatures|thanks|llofnodion|"
    r"deiseb)(?!\w)"
)
_COLLECTED = re.compile(
    r"(?:collected|signed|checked|printed|counted|entered|typed|verified|witnessed|compiled|"
    r"prepared|page|petition|signatures|thanks?|thank you|notes?|end|casglwyd|llofnodion|deiseb|"
    r"diwedd|diolch)\b",
    re.I,
)
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "rev",
        "revd",
        "sir",
        "dame",
        "lord",
        "lady",
        "cllr",
        "fr",
        "sr",
        "jr",
        "mme",
        "mlle",
        "m",
        "herr",
        "frau",
        "señor",
        "señora",
        "sra",
        "don",
        "doña",
    ]
)
_MOST_WORDS = 6


def is_given(cell: str) -> bool:
    """Whether somebody gave what was asked; "N/A", a dash and "illegible" are no answer."""
    return not _NOT_GIVEN.fullmatch(cell)


def is_ditto(cell: str) -> bool:
    """Whether it says: the same as above."""
    return bool(_DITTO.fullmatch(cell))


def is_weak(cell: str) -> bool:
    """Whether it tells nobody from others: a number, a date, a tick."""
    return not has_letters(cell) or bool(_WEAK.fullmatch(cell)) or not is_given(cell)


def is_total(cell: str) -> bool:
    """Whether it sums up other rows, or numbers a page."""
    return bool(_TOTAL.fullmatch(cell))


def is_marked(heading: str, cell: str) -> bool:
    """Whether it says that its row does not count: "crossed out", or "no" under "Signed?"."""
    if _OF_MARKS.fullmatch(heading):
        return bool(_NO.fullmatch(cell))
    return len(cell) <= _LONGEST_MARK and _MARKED.search(cell) is not None


def is_of_several(heading: str, cell: str) -> bool:
    """Whether it says that its row stands for more than one: 3 under "How many"."""
    return cell.isdecimal() and int(cell[:9]) > 1 and bool(_OF_NUMBERS.fullmatch(heading))


def doubt(name: str) -> str:
    """Why a name may not be one person's: "several", "odd_name", or "" for no reason."""
    try:
        fields.name(name)
    except FieldProblem:
        return "odd_name"
    if _SEVERAL.search(name) or _FAMILY.search(name):
        return "several"
    small = name != name.casefold() and _SENTENCE.search(name)
    if small or _COLLECTED.match(name) or _MARKED.search(name) or len(name.split()) > _MOST_WORDS:
        return "odd_name"
    return ""


def is_whole_name(name: str) -> bool:
    """Whether it tells one member of a family from another: more than a surname and initials."""
    words = [word.strip(".’'-") for word in re.split(r"[\s,]+", name.casefold())]
    named = [word for word in words if word not in _TITLES]
    return len(named) > 1 and len(named[0]) > 1 and len(named[-1]) > 1


def in_order(name: str) -> str:
    """`Lee, Ann` as Ann Lee."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name


@lru_cache(maxsize=4_096)
def postcode(cell: str) -> str | None:
    """A postcode in a cell, also at the end of an address; None if there is none."""
    words = cell.split()
    for tried in (cell, " ".join(words[-2:]), words[-1] if words else ""):
        try:
            return fields.postcode(tried)
        except FieldProblem:
            continue
    return None


def has_letters(cell: str) -> bool:
    """Whether there is a letter in it, of any script."""
    return any(map(str.isalpha, cell))
