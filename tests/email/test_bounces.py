"""Promises about what comes back: known for what it is, and read without harm whatever it is."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.bounces import Bounce, read_bounce
from channels.email.mail_parts import MOST_BYTES, leaves
from channels.email.message_ids import Sent, message_id, read_message_id
from channels.email.status_codes import status_in
from tests import hostile
from tests.amount import cases

SAMPLES = {
    file.stem: file.read_bytes() for file in (Path(__file__).parent / "bounces").glob("*.eml")
}
OURS = "<12.345.0123456789abcdef0123@example.org>"
ADA = "ada@example.net"
MEANT = {
    "postfix_unknown": Bounce("hard", OURS, ADA, "5.1.1", "550 5.1.1, no such mailbox"),
    "postfix_delayed": Bounce("none", OURS),
    "postfix_given_up": Bounce(
        "soft", OURS, ADA, "4.4.1", "4.4.1, recipient’s server does not answer"
    ),
    "postfix_no_domain": Bounce("hard", OURS, ADA, "5.4.4", "5.4.4, no route to the domain"),
    "exim_unknown": Bounce("hard", OURS, ADA, "", "550"),
    "exim_full": Bounce("soft", OURS, ADA, "5.2.2", "552 5.2.2, mailbox full"),
    "exim_report": Bounce("hard", OURS, ADA, "5.1.1", "550 5.1.1, no such mailbox"),
    "exchange_unknown": Bounce("hard", OURS, ADA, "5.1.10", "550 5.1.10, recipient not found"),
    "exchange_policy": Bounce("soft", OURS, ADA, "5.7.1", "550 5.7.1, refused by policy"),
    "exchange_online_unknown": Bounce(
        "hard", OURS, ADA, "5.4.1", "550 5.4.1, recipient’s server does not answer"
    ),
    "sendmail_full": Bounce("soft", OURS, ADA, "5.2.2", "552 5.2.2, mailbox full"),
    "qmail_unknown": Bounce("hard", OURS, None, "5.1.1", "5.1.1, no such mailbox"),
    "complaint": Bounce("complaint", OURS, "ada@example.com"),
    "not_spam": Bounce("none", OURS),
    "out_of_office": Bounce("none", OURS),
    "reply": Bounce("none", OURS),
}


def test_every_sample_is_known() -> None:
    assert MEANT.keys() == SAMPLES.keys()


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", MEANT)
def test_a_bounce_is_known_for_what_it_is(name: str, ends: bytes) -> None:
    assert read_bounce(SAMPLES[name].replace(b"\n", ends)) == MEANT[name]


def test_the_first_megabyte_is_enough_and_all_that_is_read() -> None:
    late = b"x" * MOST_BYTES + b"\n\n" + SAMPLES["postfix_unknown"]
    assert read_bounce(late) == Bounce("none")
    cut_off = SAMPLES["postfix_unknown"].split(b"--5A0F83F2A0", 4)
    assert read_bounce(b"--5A0F83F2A0".join(cut_off[:4])).kind == "hard"


def test_a_mail_in_a_mail_in_a_mail_is_left_alone() -> None:
    mail = b"Content-Type: text/plain\n\nx"
    for level in range(500):
        mark = str(level).encode()
        mail = (
            b"Content-Type: multipart/mixed; boundary=b"
            + mark
            + b"\n\n--b"
            + mark
            + b"\n"
            + mail
            + b"\n--b"
            + mark
            + b"--\n"
        )
    assert len(list(leaves(mail))) <= 2
    assert read_bounce(mail) == Bounce("none")


pieces = st.sampled_from(
    [
        *("Content-Type: multipart/report; boundary=b\n", "Content-Type: message/rfc822\n"),
        *("Content-Type: message/delivery-status\n", "Content-Type: message/feedback-report\n"),
        *("Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n"),
        *(
            "\n",
            "\n\n",
            "--b\n",
            "--b--\n",
            "Action: failed\n",
            "Status: 5.1.1\n",
            "Status: 9.9.9\n",
        ),
        *("Diagnostic-Code: smtp; 550 5.1.1 x\n", "Final-Recipient: rfc822; a@b.example\n", " x\n"),
        *(
            "Message-ID: " + OURS + "\n",
            "X-Failed-Recipients: a@b\n",
            "=3D=\n",
            "====",
            "\x00",
            ":",
        ),
        *("Feedback-Type: abuse\n", "From: MAILER-DAEMON\n", "550 ", "5.1.1", "\r", "ŵ"),
    ]
)
mails = (
    st.binary(max_size=500)
    | st.lists(pieces, max_size=60).map(lambda some: "".join(some).encode())
    | st.sampled_from(hostile.VALUES).map(lambda text: text.encode("utf-8", "replace"))
)


@settings(max_examples=cases(short=200, full=10_000))
@given(mails)
def test_whatever_comes_is_read_without_failing(raw: bytes) -> None:
    bounce = read_bounce(raw)
    assert bounce.kind in ("hard", "soft", "complaint", "none")
    assert bounce.message_id in (None, OURS)
    assert bounce.recipient is None or ("@" in bounce.recipient and " " not in bounce.recipient)


@pytest.mark.parametrize("name", MEANT)
def test_a_spoilt_bounce_is_read_without_failing(name: str) -> None:
    raw, random = SAMPLES[name], Random(name)
    for _ in range(cases(short=50, full=2_000)):
        spoilt = bytearray(raw)
        for _ in range(random.randint(1, 20)):
            place = random.randrange(len(spoilt))
            if random.random() < 0.5:
                spoilt[place] = random.randrange(256)
            else:
                del spoilt[place : place + random.randint(1, 200)]
            if not spoilt:
                break
        read_bounce(bytes(spoilt))


def test_a_letter_of_ours_is_known_by_its_message_id_and_no_other() -> None:
    key, sent = b"k" * 32, Sent(12, 345)
    ours = message_id(sent, key, "example.org")
    assert read_message_id(ours, key) == sent
    assert read_message_id(ours, b"new", key) == sent, "after the key has changed"
    assert read_message_id(ours, b"another") is None
    assert read_message_id(ours.replace("12.345", "12.346"), key) is None
    assert read_message_id(OURS, key) is None
    assert read_message_id(ours + "x", key) is None
    assert message_id(sent, key, "example.org") == ours, "twice the same"
    assert len(ours) < 78


@pytest.mark.parametrize("text", ["10.0.0.1", "v5.1.1.2", "15.1.1", "5.1", "3.1.1", ""])
def test_what_is_no_status_is_none(text: str) -> None:
    assert status_in(text) is None
