"""Promises about letters that a program writes by itself: whatever their words, they are words."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email import headers
from channels.email.mailbox_address import BadAddress
from channels.email.plain_letter import plain_letter
from channels.email.transport import WIRE
from tests.amount import cases
from tests.email.letters import NOW, read
from tests.email.test_letter import words

NAMES = [
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
]
SENDERS = ["petition@example.org", "Keep the unit <petition@example.org>"]


@settings(max_examples=cases(short=150, full=10_000))
@given(subject=words, text=words, sender=st.sampled_from(SENDERS))
def test_no_words_make_a_header_and_all_parse_back(subject: str, text: str, sender: str) -> None:
    letter = plain_letter("ada@example.org", subject, text, sender=sender, now=NOW)
    wire = letter.as_bytes(policy=WIRE)
    head, _, _ = wire.partition(b"\r\n\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", head)
    assert max(len(line) for line in head.split(b"\r\n")) <= 78
    wire.decode("ascii")
    message = read(wire)
    assert list(message.keys()) == NAMES
    assert str(message["Subject"]) == headers.cleaned(subject)
    assert [one.addr_spec for one in message["To"].addresses] == ["ada@example.org"]
    assert [one.addr_spec for one in message["From"].addresses] == ["petition@example.org"]


@pytest.mark.parametrize("to", ["ada@example.org, eve@example.org", "a\r\nBcc: e@x.example", ""])
def test_it_goes_to_one_address_or_is_not_written(to: str) -> None:
    with pytest.raises(BadAddress):
        plain_letter(to, "Your code", "123456", sender=SENDERS[0], now=NOW)
