"""Promises about what people write back: whose it is, and what is new in it."""

import pytest

from campaign import worker
from campaign.worker import Limits, WorkerDied
from channels.email.message_ids import (
    Sent,
    SentAlone,
    SentLetter,
    SentPersonal,
    message_id,
    read_message_id,
)
from channels.email.replies import Written, is_automatic, read_reply, read_words, sender_of

KEY = b"k" * 32
OURS = message_id(Sent(12, 345), KEY, "example.org")
OWN = "petition@example.org"
TO_OURS = f"From: Ada <ada@example.net>\nIn-Reply-To: {OURS}\n"


def read(header: str, words: str = "Yes.") -> object:
    return read_reply(f"{header}\n{words}\n".encode(), own=OWN)


@pytest.mark.parametrize(
    "sent",
    [
        *(Sent(12, 345), SentPersonal(1, 2, 3)),
        *(SentAlone("answer", 1, 2, 3), SentAlone("code", 1, 2, 2**62)),
    ],
    ids=["update", "thanks", "answer", "code"],
)
def test_a_letter_is_known_by_its_message_id_and_by_no_other(sent: SentLetter) -> None:
    name = message_id(sent, KEY, "example.org")
    assert read_message_id(name, b"old", KEY) == sent
    assert read_message_id(name, b"another") is None
    assert read_message_id(name.replace("12" if "12" in name else "1", "13", 1), KEY) is None


def test_the_message_ids_of_letters_that_have_gone_before_stay_the_same() -> None:
    assert OURS == "<12.345.2ce82315735b0f022b8e@example.org>"


def test_a_reply_is_somebodys_who_names_a_letter_of_ours() -> None:
    reply = read_reply(f"{TO_OURS}Message-ID: <x@y>\n\nYes.\n".encode(), own=OWN)
    assert reply is not None
    assert (reply.sender, reply.named, reply.message_id) == ("ada@example.net", [OURS], "<x@y>")
    in_thread = f"From: ada@example.net\nReferences: <other@x> {OURS}\n <third@x>\n"
    found = read_reply(f"{in_thread}\nYes.\n".encode(), own=OWN)
    assert found is not None
    assert found.named == [OURS]


@pytest.mark.parametrize(
    "header",
    [
        "From: ada@example.net\n",
        f"From: ada@example.net\nX-Else: {OURS}\n",
        f"In-Reply-To: {OURS}\n",
        f"From: Us <PETITION@example.org>\nIn-Reply-To: {OURS}\n",
        f"{TO_OURS}From: bob@example.net\n",
        f"From: ada@example.net, bob@example.net\nIn-Reply-To: {OURS}\n",
        f"From: ada@example.net <bob@example.net>\nIn-Reply-To: {OURS}\n",
        f"From: MAILER-DAEMON@example.net\nIn-Reply-To: {OURS}\n",
        f"From: no-reply@example.net\nIn-Reply-To: {OURS}\n",
    ],
)
def test_what_names_no_letter_or_not_one_sender_is_nobodys_reply(header: str) -> None:
    assert read(header) is None


@pytest.mark.parametrize(
    "field",
    [
        *("Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; x=y"),
        *("Precedence: bulk", "Precedence: auto_reply", "Precedence: List"),
        *("List-Id: <x.example.org>", "List-Unsubscribe: <mailto:x@y>", "List-Post: NO"),
        *("X-Auto-Response-Suppress: All", "X-Autoreply: yes", "X-Loop: x", "Return-Path: <>"),
        *("X-Spam-Flag: YES", "X-Spam-Status: Yes, score=9", "X-Failed-Recipients: a@b"),
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
    ],
)
def test_what_a_program_has_sent_by_itself_is_nobodys_reply(field: str) -> None:
    assert read(TO_OURS) is not None
    assert read(f"{TO_OURS}{field}\n") is None


def test_what_says_that_no_program_has_sent_it_is_a_reply() -> None:
    assert not is_automatic({"auto-submitted": "no", "x-spam-status": "No, score=0"})


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ada@example.net", "ada@example.net"),
        ("<Ada@Example.net>", "ada@example.net"),
        ("Ada Lovelace <ada@example.net>", "ada@example.net"),
        ('"Lovelace, Ada <x@y>" <ada@example.net>', "ada@example.net"),
        ("ada@example.net (Ada, of <London>)", "ada@example.net"),
        ("=?utf-8?q?Ada?= <ada@example.net>", "ada@example.net"),
        *(("", None), ("Ada", None), ("<>", None), ("a@b, c@d", None), ("<a@b> <c@d>", None)),
        *(("friends: ada@example.net;", None), ("ada@example.net <bob@example.net>", None)),
    ],
)
def test_a_sender_is_one_address_or_nobody(written: str, address: str | None) -> None:
    assert sender_of(written) == address


QUOTED = "> The Commissioner has read it.\n>\n> More soon.\n"
NEW = {
    "gmail": f"Yes, on Friday.\n\nOn Thu, 26 Nov 2009 at 10:30, Keep <p@e.org> wrote:\n\n{QUOTED}",
    "gmail, wrapped": "Yes, on Friday.\n\nOn Thu, 26 Nov 2009 at 10:30, Keep the Unit of London <\n"
    f"petition@example.org> wrote:\n\n{QUOTED}",
    "in Welsh": f"Yes, on Friday.\n\nAr Iau, 26 Tach 2009 am 10:30, ysgrifennodd K:\n\n{QUOTED}",
    "in German": f"Yes, on Friday.\n\nAm 26.11.2009 um 10:30 schrieb Keep <p@e.org>:\n{QUOTED}",
    "outlook": "Yes, on Friday.\n\n________________________________\nFrom: Keep <p@e.org>\n"
    "Sent: 26 November 2009 10:30\nTo: Ada\nSubject: News\n\nThe Commissioner has read it.\n",
    "below the quote": f"On Thu, 26 Nov 2009, Keep wrote:\n{QUOTED}\nYes, on Friday.\n",
    "a signature": f"Yes, on Friday.\n\n-- \nAda Lovelace\nLondon\n\n{QUOTED}",
    "crlf": f"Yes, on Friday.\r\n\r\nOn 26/11/2009 10:30, Keep wrote:\r\n{QUOTED}",
    "nothing quoted": "Yes, on Friday.\n",
}


@pytest.mark.parametrize("name", NEW)
def test_only_what_is_new_is_read(name: str) -> None:
    assert read_words(f"{TO_OURS}\n{NEW[name]}".encode()).words == "Yes, on Friday."


def test_two_paragraphs_and_a_list_stay_as_they_are() -> None:
    words = "I can bring\n\n* a drum\n* a friend\n\nAda"
    assert read_words(f"{TO_OURS}\n{words}\n\nOn 1/2/2009, K wrote:\n> x\n".encode()).words == words


def test_html_becomes_plain_words_and_nothing_of_it_is_run_or_fetched() -> None:
    html = (
        "<html><head><style>p {color: red}</style><title>x</title></head><body>"
        "<!-- <p>not seen</p> --><script>alert(1)</script>"
        "<div>I am <b>for</b> it &amp; so is <a href='javascript:x'>Bob</a>.<br>Really.</div>"
        "<p>Caf\xe9</p><img src='https://x.example/pixel.gif' alt='x'>"
        "<div class='gmail_quote'>On Thu, 26 Nov 2009 at 10:30 K &lt;p@e.org&gt; wrote:<br>"
        "<blockquote>Old <p>older</p></blockquote></div></body></html>"
    )
    raw = f"{TO_OURS}Content-Type: text/html; charset=iso-8859-1\n\n{html}".encode("iso-8859-1")
    assert read_words(raw).words == "I am for it & so is Bob.\nReally.\nCafé"


def test_lines_that_a_program_has_folded_are_one_again() -> None:
    flowed = "Content-Type: text/plain; format=flowed\n\nOne long line \nthat goes on.\nNew.\n"
    assert read_words((TO_OURS + flowed).encode()).words == "One long line that goes on.\nNew."


def test_files_are_counted_and_pictures_of_a_signature_are_not() -> None:
    parts = [
        "Content-Type: text/plain\n\nSee these.",
        "Content-Type: application/pdf; name=a.pdf\n\nxx",
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=b.txt\n\nxx",
        "Content-Type: image/png\nContent-ID: <logo>\n\nxx",
        "Content-Type: application/pgp-signature\n\nxx",
    ]
    mixed = "Subject: =?utf-8?q?Re=3A_Caf=C3=A9?=\nContent-Type: multipart/mixed; boundary=b\n\n"
    raw = TO_OURS + mixed + "".join(f"--b\n{one}\n" for one in parts) + "--b--\n"
    assert read_words(raw.encode()) == Written("See these.", "Re: Café", 2)


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "zip", "utf-7", "nonsense", ""])
def test_a_strange_alphabet_is_read_as_utf8(charset: str) -> None:
    raw = f"{TO_OURS}Content-Type: text/plain; charset={charset}\n\nCafé \\u0041\n".encode()
    assert read_words(raw).words == "Café \\u0041"


@pytest.mark.parametrize(
    "subject",
    ["=?utf-8?b?a?=", "=?nonsense?q?a?=", "=?utf-16?q?a=?=", "=?utf-8?q?=ff=fe?=", "=?", "\x00"],
)
def test_a_subject_that_cannot_be_read_keeps_no_words_back(subject: str) -> None:
    raw = f"{TO_OURS}Subject: {subject}\nContent-Type: text/plain\n\nYes.\n"
    assert read_words(raw.encode()).words == "Yes."


@pytest.mark.parametrize(
    "junk",
    [
        *("<![if !mso]>", "<![endif]>", "<![foo[x]]>", "<![CDATA[x]]>", "<!foo>", "<!DOCTYPE x>"),
        *("<!ENTITY a>", "<?xml version='1'?>", "<?x>", "</>", "<!>", "&#99999999999;"),
        "<![%x[y]]>",
    ],
)
def test_html_that_is_none_keeps_no_words_back(junk: str) -> None:
    raw = f"{TO_OURS}Content-Type: text/html\n\n<p>Before</p>{junk}<p>After</p>\n"
    words = read_words(raw.encode()).words
    assert words.startswith("Before")
    assert words.endswith("After")


async def test_what_takes_for_ever_is_given_up() -> None:
    raw = f"{TO_OURS}Content-Type: text/html\n\n".encode() + b"<a " * 60_000
    with pytest.raises(WorkerDied):
        await worker.run(read_words, raw, limits=Limits(seconds=3, cpu_seconds=2))
