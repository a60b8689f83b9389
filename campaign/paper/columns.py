"""Which column holds what: guessed by its heading, and to be put right by staff."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from campaign.normalisation import normalised

FIELDS = ("name", "first_name", "last_name", "postcode", "email")
NAMES = ("name", "first_name", "last_name")

LONGEST = 80
"""Characters of a heading; what is longer is a sentence."""

_ALTERNATIVES = re.compile(r"[/|&+,;()\[\]\n]|\b(?:and|or|a|ac|neu|et|ou|und|oder|y|e|o|i|en)\b")
_PLURAL = re.compile(r"\((?:e?s|n|au)\)")
_FILLER = frozenset(
    [
        "your",
        "please",
        "print",
        "printed",
        "block",
        "capital",
        "capitals",
        "caps",
        "letters",
        "in",
        "full",
        "home",
        "uk",
        "of",
        "the",
        "signatory",
        "signer",
        "supporter",
        "petitioner",
        "person",
        "clearly",
        "legible",
        "required",
        "optional",
        "eich",
        "llawn",
    ]
)

# What people write above their columns, in the languages of Britain, of its neighbours and of those
# who live there. Compared without case, accents, spaces and an s at the end.
_HEADINGS: Mapping[str, str] = {
    "name": "name|full name|signer|signatory|signatories|supporter|petitioner|signed by|print name|"
    "enw|enw llawn|llofnodwr|llofnodydd|enwau|ainm|ainm iomlan|nom|nom complet|signataire|"
    "nom prenom|"
    "vollstandiger name|namen|nombre|nombre completo|nome|nome completo|nominativo|naam|namn|navn|"
    "volledige naam|imie nazwisko|nume|nume complet|nev|teljes nev|jmeno|cele jmeno|meno|nimi|isim|"
    "ad soyad|adi soyadi|ime|ονομα|ονοματεπωνυμο|имя|фио|имя фамилия|піб|імя|име|اسم|الاسم|"
    "الاسم الكامل|نام|שם|שם מלא|नाम|নাম|ਨਾਮ|ਨਾਂ|நாம்|"
    "姓名|名前|氏名|이름|성명|ho ten|ho va ten|magac|magaca",
    "first_name": "first name|forename|given name|christian name|initial|f name|first|given|"
    "enw cyntaf|enw bedydd|enwau cyntaf|cead ainm|prenom|vorname|vornamen|rufname|nombre de pila|"
    "primer nombre|voornaam|voornamen|imie|imiona|prenume|keresztnev|utonev|krestni jmeno|fornamn|"
    "fornavn|etunimi|eesnimi|ad|adi|vardas|vards|имена|שם פרטי|الاسم الأول|पहला नाम|名",
    "last_name": "last name|surname|family name|second name|l name|last|cyfenw|chyfenw|cyfenwau|"
    "sloinne|"
    "sloinneadh|nom de famille|nachname|nachnamen|familienname|zuname|apellido|cognome|sobrenome|"
    "apelido|achternaam|familienaam|nazwisko|nazwiska|nume de familie|vezeteknev|csaladnev|"
    "prijmeni|"
    "priezvisko|efternamn|efternavn|etternavn|sukunimi|perekonnanimi|soyad|soyadi|soyisim|pavarde|"
    "uzvards|prezime|priimek|επωνυμο|фамилия|прізвище|שם משפחה|اسم العائلة|اللقب|نام خانوادگی|姓",
    "postcode": "postcode|post code|postal code|p code|zip|zip code|eircode|eir code|cod post|"
    "côd post|codau post|code postal|plz|postleitzahl|codigo postal|cap|codice postale|"
    "codice avviamento postale|kod pocztowy|cod postal|postnummer|post nr|postkod|psc|iranyitoszam|"
    "posta kodu|почтовый индекс|индекс|邮编|郵便番号|우편번호",
    "email": "email|e mail|mail|email address|e mail address|mail address|email id|ebost|e bost|"
    "cyfeiriad ebost|cyfeiriad e bost|courriel|adresse email|adresse e mail|adresse mail|correo|"
    "correo electronico|email adresse|e mail adresse|mailadresse|posta elettronica|e mailadres|"
    "emailadres|adres email|adres e mail|e posta|e post|ríomhphost|почта|электронная почта|"
    "електронна пошта|邮箱|電子メール|メール|이메일",
}  # fmt: skip


def guess(cells: Sequence[str]) -> dict[str, int]:
    """What each heading means, by field; a column that says nothing to us is left out.

    Where there is a column for first or for last names, "Name" means what is missing of a name.
    """
    found: dict[str, int] = {}
    for column, cell in enumerate(cells):
        for field in meanings(cell):
            found.setdefault(field, column)
    if {"first_name", "last_name"} <= found.keys():
        found.pop("name", None)
    return found


def rivals(cells: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Whether another column has a heading that means the same as one that is read."""
    return any(
        field in columns and columns[field] != column
        for column, cell in enumerate(cells)
        for field in meanings(cell)
    )


@lru_cache(maxsize=4_096)
def meanings(heading: str) -> frozenset[str]:
    """The fields that a heading speaks of; a first and a last name in one column are a name."""
    if len(heading) > LONGEST:
        return frozenset()
    plain = _PLURAL.sub("", _folded(heading))
    if whole := _meaning(plain):
        return frozenset({whole})
    found = {one for part in _ALTERNATIVES.split(plain) if (one := _meaning(part))}
    if len(found & set(NAMES)) > 1:  # "Nom et prénom" is both, "Name (forename)" is one of them
        one_of_them = "(" in plain and not {"first_name", "last_name"} <= found
        found -= {"name"} if one_of_them else set(NAMES)
        found |= set() if one_of_them else {"name"}
    return frozenset(found)


def usable(columns: Mapping[str, int], width: int) -> bool:
    """Whether there is a name in it, and no column that the table has not."""
    named = bool(set(NAMES) & columns.keys())
    return named and all(
        field in FIELDS and 0 <= column < width for field, column in columns.items()
    )


def _meaning(part: str) -> str | None:
    words = _words(part)
    if (known := _KNOWN.get(_singular(words))) is not None:
        return known
    return _KNOWN.get(_singular([word for word in words if word not in _FILLER]))


def _words(text: str) -> list[str]:
    apart = "".join(c if c.isalnum() and not c.isdigit() else " " for c in text)
    return apart.split()


def _singular(words: Sequence[str]) -> str:
    return "".join(word.removesuffix("s") if len(word) > 3 else word for word in words)


def _folded(text: str) -> str:
    bare = normalised("NFKD", text).casefold().replace("ı", "i").replace("'", "").replace("’", "")
    return "".join(c for c in bare if not unicodedata.combining(c))


_KNOWN = {
    _singular(_words(_folded(heading))): field
    for field in reversed(FIELDS)
    for heading in _HEADINGS[field].split("|")
}
