"""Promises about an update as a letter: well-formed whatever its words are, and easy to end."""

import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email import headers
from channels.email.letter import Button, Picture, write
from channels.email.letter_html import letter_html
from channels.email.letter_text import WIDTH, in_lines, letter_text
from channels.email.mailbox_address import MailboxAddress, mailbox_address
from channels.email.transport import MailTransport
from messages import bot_texts
from tests import hostile
from tests.amount import cases
from tests.email.letters import (
    LETTER,
    MESSAGE_ID,
    NOW,
    PAGE,
    PIXEL,
    html_of,
    read,
    text_of,
    written,
)
from tests.email.mail_house import MailHouse
from tests.strict_html import StrictHtml

NAMES = [
    *("From", "To", "Subject", "Message-ID", "List-Id", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "Precedence", "X-Auto-Response-Suppress", "Reply-To", "Date"),
    *("MIME-Version", "Content-Type"),
]
INJECTIONS = (
    "News\r\nBcc: eve@example.org",
    "News\nBcc: eve@example.org",
    "News\rBcc: eve@example.org",
    "=?utf-8?q?News=0ABcc:_eve@example.org?=",
    "=?utf-8?b?TmV3cw0KQmNjOiBldmVAZXhhbXBsZS5vcmc=?=",
    "News\u2028Bcc: eve@example.org",
    "News\x85Bcc: eve@example.org",
    "News\x0b\x0c\x1cBcc: eve",
    '"Eve" <eve@example.org>, Ada',
    "a" * 2_000,
    "ŵ" * 2_000,
    "a, b; c: d@e <f>",
    "\\",
    '"',
    " ",
    "",
    "\x00",
    "\u202eevil",
)
words = st.sampled_from(INJECTIONS) | st.sampled_from(hostile.VALUES) | st.text(max_size=200)


def test_it_says_the_same_twice_and_brings_its_pictures() -> None:
    message = read(written())
    assert message.get_content_type() == "multipart/alternative"
    plain, related = message.iter_parts()
    html, picture = related.iter_parts()
    assert [one.get_content_type() for one in (plain, html, picture)] == [
        "text/plain",
        "text/html",
        "image/png",
    ]
    assert picture.get_content() == PIXEL
    assert picture["Content-Disposition"] == "inline"
    shown = html_of(message)
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in shown
    assert 'alt="Four boxes"' in shown
    assert '<html lang="en" dir="ltr"' in shown
    for said in (shown, text_of(message)):
        for part in ("Twelve of you", "the letter", "Ask a friend", LETTER.petition, LETTER.office):
            assert part in " ".join(said.split())
        for page in ("/l?a=1", "/s/r_1", PAGE + "/page"):
            assert page in said


def test_its_plain_text_reads_well() -> None:
    assert text_of(read(written())) == (
        "Twelve of you stood outside.\n"
        "\n"
        "Read the letter: https://petition.example.org/l?a=1&b=2\n"
        "\n"
        "Ask a friend: https://petition.example.org/s/r_1\n"
        "\n"
        "----------------------------------------\n"
        "\n"
        "You’re getting this email because you asked for updates about “Keep the\n"
        "Whipps Cross unit open”. Questions? Just reply to it.\n"
        "\n"
        "Unsubscribe, or choose what you get:\n"
        f"{PAGE}/page\n"
        "\n"
        "Keep the Unit Campaign\n"
        "hello@example.org\n"
        "12 High Street, London\n"
    )


def test_it_says_that_people_can_reply_only_where_somebody_gets_it() -> None:
    for language, invites in (("en", "Just reply to it."), ("cy", "Atebwch ef.")):
        for said in (html_of, text_of):
            answered = said(read(written(language=language, reply_to="hello@example.org")))
            assert invites in " ".join(answered.split())
            alone = said(read(written(language=language, reply_to="")))
            assert invites not in " ".join(alone.split())


def test_mail_programs_can_show_a_button_to_unsubscribe() -> None:
    wire = written(unsubscribe=PAGE + "x" * 300)
    assert f"\r\nList-Unsubscribe: <{PAGE + 'x' * 300}>\r\n".encode() in wire, "in one piece"
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in wire
    message = read(wire)
    assert message["Message-ID"] == MESSAGE_ID
    assert message["List-Id"] == "<keep-the-unit.petition.example.org>"
    assert message["Precedence"] == "bulk"
    assert message["Feedback-ID"] is None


def test_in_each_language_it_says_how_to_stop() -> None:
    assert "Dad-danysgrifio" in text_of(read(written(language="cy")))
    shown = html_of(read(written(language="cy")))
    assert "Dad-danysgrifio" in shown
    assert '<html lang="cy"' in shown
    assert 'dir="rtl"' in html_of(read(written(direction="rtl")))


def test_names_and_addresses_read_right_beside_words_of_the_other_direction() -> None:
    shown = html_of(read(written(direction="rtl", contact="12 High Street\nhello@example.org")))
    for line in (LETTER.office, "12 High Street", "hello@example.org"):
        assert f'<span dir="auto">{line}</span>' in shown


def test_outlook_for_windows_gets_a_table_with_its_own_margins_and_font() -> None:
    """It reads what is between "if mso" alone, and passes over margins of anything but cells."""
    shown = html_of(read(written()))
    tables = re.findall(r"<!--\[if mso\]><table[^>]*><tr><td([^>]*)>", shown)
    assert len(tables) == 1
    assert "padding:28px 24px" in tables[0]
    assert shown.count("<!--[if mso]>") == shown.count("<![endif]-->")


@pytest.mark.parametrize(
    "change",
    [
        {"unsubscribe": "javascript:alert(1)"},
        {"unsubscribe": PAGE + ">\r\nBcc: eve@example.org"},
        {"unsubscribe": PAGE + "> <https://evil.example"},
        {"unsubscribe_page": "x"},
        {"list_id": "a b"},
        {"reply_to": "a@b.example\r\nBcc: eve@example.org"},
        {"to": "ada@example.org, eve@example.org"},
        {"buttons": (Button("x", "javascript:alert(1)"),)},
    ],
)
def test_what_is_no_address_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no|not|takes|leads"):
        written(**change)


@pytest.mark.parametrize("kind", ["text/html", "image/png\r\nX: y", "image/", "image/png; name=x"])
def test_only_pictures_are_pictures(kind: str) -> None:
    with pytest.raises(ValueError, match="no kind of picture"):
        Picture(PIXEL, kind)


@settings(max_examples=cases(short=150, full=10_000))
@given(subject=words, office=words, others=words)
def test_no_words_make_a_header_and_all_parse_back(subject: str, office: str, others: str) -> None:
    wire = written(
        subject=subject,
        office=office,
        petition=others,
        contact=others,
        pictures=(Picture(PIXEL, "image/png", others),),
        buttons=(Button(others, "https://petition.example.org/"),),
    )
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", wire)
    wire.decode("ascii")
    head, _, body = wire.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n")) <= 78
    assert max(len(line) for line in body.split(b"\r\n")) <= 78
    message = read(wire)
    assert list(message.keys()) == NAMES
    assert str(message["Subject"]) == headers.cleaned(subject)
    for name, address in (("From", "petition@example.org"), ("Reply-To", "office@example.org")):
        (one,) = message[name].addresses
        assert one.addr_spec == address
        shown, meant = one.display_name, headers.cleaned(office)
        if len(meant.encode()) > 42:  # Python 3.11 reads a space between encoded words
            shown, meant = ("".join(name.split()) for name in (shown, meant))
        assert shown == meant
    assert [part.get_content_type() for part in message.walk()] == [
        *("multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png")
    ]
    assert not message.defects


class Balanced(StrictHtml):
    """What a mail program makes of it."""

    empty = frozenset({"br"})

    def check(self, tag: str, given: dict[str, str | None]) -> None:
        assert tag in {"p", "blockquote", "pre", "b", "i", "u", "s", "code", "a"}
        assert given.keys() <= {"style", "class", "href"}
        assert "href" not in given or (given["href"] or "").lower().startswith(
            ("http://", "https://", "mailto:", "tel:")
        )
        if tag in ("p", "blockquote", "pre"):
            assert self.opened == [], "blocks stand in nothing"


pieces = st.sampled_from(
    [
        *("<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<s>", "</s>", "<u>", "<pre>"),
        *("</pre>", "<blockquote>", "</blockquote>", "</a>", "\n", "\n\n", "words ", "> ", '"'),
        *("<a href='javascript:alert(1)'>", '<a href="https://x.example/?a=1&b=2">', "<script>"),
        *("<!--", "-->", "&lt;", "&amp;", "&#60;b", "https://x.example/a_b).", "\u2060", "<", "'>"),
        *("\ue000", "\ue001", "    ", "w" * 90, "<style>", "</style>", "<svg/"),
    ]
)
fragments = st.lists(pieces, max_size=40).map("".join) | st.text() | st.sampled_from(hostile.VALUES)


def letters_only(text: str) -> str:
    return "".join(re.findall(r"\w", text))


@settings(max_examples=cases(short=100, full=3_000))
@given(fragments)
def test_whatever_the_words_are_the_html_is_sound_and_leads_nowhere_odd(html: str) -> None:
    shown = Balanced(letter_html(html)).words
    plain = letter_text(html)
    assert "\ue000" not in plain
    assert "<p" not in plain or "<p" in html
    if "<a" not in html and "\ue000" not in html and "\ue001" not in html:
        assert letters_only(shown) == letters_only(plain), "both say the same"


@settings(max_examples=cases(short=100, full=3_000))
@given(fragments)
def test_lines_are_short_but_for_long_words(text: str) -> None:
    broken = in_lines(text)
    assert letters_only(broken) == letters_only(text)
    for line in broken.split("\n"):
        short = len(line) <= WIDTH or line.startswith("    ")
        assert short or len(line.lstrip("> ").split()) <= 1 or len(line) <= WIDTH + len("> ")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://x.example">Sign</a>', "Sign: https://x.example"),
        ('Go, <a href="https://x.example">sign</a> it', "Go, sign (https://x.example) it"),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ("<s>old</s> new", "~old~ new"),
        ("<blockquote>one\ntwo</blockquote>then", "> one\n> two\n\nthen"),
        ("<pre>a  b\n c</pre>", "    a  b\n     c"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("", ""),
    ],
)
def test_plain_text_keeps_what_the_marks_say(html: str, text: str) -> None:
    assert letter_text(html).strip("\n") == text


@settings(max_examples=cases(short=60, full=2_000))
@given(words)
def test_each_form_is_encoded_as_python_encodes_it(petition: str) -> None:
    wire = written(petition=petition, html="<b>Ŵyt</b> = £5\n\nyn " + "hir " * 40)
    message = BytesParser(EmailMessage, policy=default).parsebytes(wire)
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        again = EmailMessage()
        again.set_content(part.get_content(), subtype=kind, cte="quoted-printable")
        assert part.get_payload().splitlines() == again.get_payload().splitlines()
        assert part["Content-Type"] == again["Content-Type"]


def test_an_address_of_other_letters_travels_as_servers_take_it() -> None:
    assert mailbox_address("ada@münchen.example") == ("ada@xn--mnchen-3ya.example", False)
    assert mailbox_address("ŵyn@example.org") == MailboxAddress("ŵyn@example.org", needs_utf8=True)


@pytest.fixture
async def house() -> AsyncIterator[MailHouse]:
    async with MailHouse.stands() as house:
        yield house


@pytest.mark.parametrize("to", ["ada@example.org", "ŵyn@example.org", "ada@münchen.example"])
async def test_it_arrives_as_it_was_written(house: MailHouse, to: str) -> None:
    message = write(
        LETTER, bot_texts(), sender="petition@example.org", to=to, message_id=MESSAGE_ID, now=NOW
    )
    async with MailTransport(house.named()) as transport:
        await transport.send(to, message)
    _, arrived = house.letters[0]
    assert str(arrived["Subject"]) == LETTER.subject
    assert text_of(arrived) == text_of(read(written()))
    assert arrived["To"] == to.replace("münchen", "xn--mnchen-3ya")
