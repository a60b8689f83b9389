"""Promises about ending letters by one click: nobody ends another's, and old links work."""

import string
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.unsubscribe import Unsubscribe, read_token, token

KEY, OLD = b"k" * 32, b"o" * 32
numbers = st.integers(0, 2**63 - 1)


@given(numbers, numbers)
def test_a_token_says_what_it_ends(address: int, campaign: int) -> None:
    made = token(Unsubscribe(address, campaign), KEY)
    assert read_token(made, KEY) == Unsubscribe(address, campaign)
    assert read_token(made, OLD, KEY) == Unsubscribe(address, campaign)
    assert read_token(made, OLD) is None
    assert read_token(made) is None
    assert set(made) <= set(string.ascii_letters + string.digits + "-_")


def test_no_character_of_it_can_be_another() -> None:
    made = token(Unsubscribe(7, 3), KEY)
    for place in range(len(made)):
        for other in "AQgw9_":
            if other != made[place]:
                assert read_token(made[:place] + other + made[place + 1 :], KEY) is None


@given(st.text() | st.text(string.ascii_letters + "-_", min_size=43, max_size=43))
def test_whatever_is_typed_ends_nothing(text: str) -> None:
    assert read_token(text, KEY) is None


def test_it_holds_two_numbers_and_nothing_of_anybody() -> None:
    whole = urlsafe_b64decode(token(Unsubscribe(7, 3), KEY) + "=")
    assert whole[:16] == (7).to_bytes(8, "big") + (3).to_bytes(8, "big")
    assert len(whole) == 32
    with pytest.raises(ValueError, match="no number"):
        token(Unsubscribe(-1, 3), KEY)
