"""Promises of numbers, secrets and networks: pure parts of the conversation in a browser."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from campaign.rate_limits import RateLimiter, Rates
from channels.browser import numbers, sessions
from channels.browser.crowds import Crowds
from channels.browser.sessions import Token
from channels.floods import network
from handlers.services import Services, numbering_of

NOW = datetime(2026, 11, 29, 7, 30, tzinfo=UTC)
FAR = datetime(2088, 1, 1, tzinfo=UTC)
PUBLIC_URL = "https://petition.example.org"


def request(*, host: str = "192.0.2.1", **headers: str) -> Request:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": given, "client": (host, 1)})


def test_the_same_tap_on_the_same_page_has_one_number_and_two_taps_have_two() -> None:
    page = str(numbers.base(NOW, None))
    later = NOW + timedelta(minutes=5)
    assert numbers.number(page, "data=a", NOW) == numbers.number(page, "data=a", later)
    taps = [f"data=form:{petition}:{n}" for petition in range(10) for n in range(30)]
    assert len({numbers.number(page, one, NOW) for one in taps}) == len(taps)


@given(st.integers(0, 20 * 365), st.text(max_size=9))
def test_a_number_is_a_browsers_and_fits_where_numbers_are_kept(days: int, done: str) -> None:
    now = NOW + timedelta(days=days)
    number = numbers.number(str(numbers.base(now, None)), done, now)
    assert numbers.is_ours(number)
    assert number < 2**53, "JSON of any program reads it as it is"


def test_no_bot_has_the_numbering_of_browsers() -> None:
    first, last = numbers.number("0", "", NOW), numbers.number(str(2**32 - 1), "", FAR)
    services = Services.__new__(Services)
    for bot_id in range(5_000):
        services.are_numbered_by(bot_id, "https://api.telegram.org")
        assert services.numbering != numbering_of(first)
    assert numbering_of(first) == numbering_of(last)
    assert last < 2**53


@given(st.lists(st.tuples(st.integers(-3600, 3600), st.text(max_size=3)), min_size=2, max_size=9))
def test_numbers_rise_from_answer_to_answer_whatever_the_clock_does(
    steps: list[tuple[int, str]],
) -> None:
    last: int | None = None
    for seconds, done in steps:
        now = NOW + timedelta(seconds=seconds)
        page = str(numbers.base(now, last))
        number = numbers.number(page, done, now)
        assert last is None or number > last
        last = number


@pytest.mark.parametrize("hostile", ["", "-1", "x", "9" * 12, "9" * 13, "٣", "1e9", "0x1", " 1"])
def test_what_no_page_has_carried_counts_as_from_now(hostile: str) -> None:
    number = numbers.number(hostile, "data=a", NOW)
    assert numbers.is_ours(number)
    assert numbers.base(NOW, number) - numbers.base(NOW, None) <= 1


def test_a_secret_is_never_kept_and_is_another_in_every_browser() -> None:
    one, other = Token.new(), Token.new()
    assert one.secret != other.secret
    assert one.secret not in one.value
    assert len(one.value) == 64
    assert one.form_key(b"k") != other.form_key(b"k")
    assert one.form_key(b"k") != one.form_key(b"other")
    assert sessions.carries(one.form_key(b"k"), one, b"k")
    for wrong in ("", "x", other.form_key(b"k"), one.secret, "ŵ", "\udcff"):
        assert not sessions.carries(wrong, one, b"k")


@pytest.mark.parametrize("public_url", [PUBLIC_URL, "http://127.0.0.1:8080"])
def test_the_cookie_is_for_this_site_alone_and_for_no_script(public_url: str) -> None:
    response = Response()
    token = Token.new()
    sessions.remember(response, token, public_url=public_url)
    cookie = response.headers["set-cookie"]
    name = "__Host-clamour" if public_url.startswith("https") else "clamour"
    assert cookie.startswith(f"{name}={token.secret};")
    assert "Domain" not in cookie
    assert "Max-Age=7776000; Path=/; SameSite=lax" in cookie
    assert "HttpOnly" in cookie
    assert ("Secure" in cookie) is public_url.startswith("https")
    assert sessions.token_of(request(cookie=f"{name}={token.secret}"), public_url) == token


def test_a_cookie_that_a_neighbouring_host_has_set_is_none_of_ours() -> None:
    planted = request(cookie=f"clamour={Token.new().secret}")
    assert sessions.token_of(planted, PUBLIC_URL) is None


@pytest.mark.parametrize("secret", ["", "x", "a" * 42, "a" * 44, "a" * 42 + "!", "a" * 9000])
def test_a_cookie_that_is_none_of_ours_is_none(secret: str) -> None:
    assert sessions.token_of(request(cookie=f"__Host-clamour={secret}"), PUBLIC_URL) is None


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site", "origin": PUBLIC_URL}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"origin": PUBLIC_URL}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": PUBLIC_URL + ".evil.example"}, False),
        ({}, True),
    ],
)
def test_a_form_of_another_site_is_known_for_what_it_is(
    headers: dict[str, str], is_ours: bool
) -> None:
    assert sessions.is_from_here(request(**headers), PUBLIC_URL + "/under/a/path") is is_ours


@pytest.mark.parametrize(
    ("host", "whole"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_what_one_household_or_hall_has(host: str, whole: str) -> None:
    assert network(host) == whole


def test_a_network_that_asks_too_much_keeps_nobody_else_out() -> None:
    crowds = Crowds(lambda: 0.0, beginnings=RateLimiter(Rates(3, 10, 0)))
    assert [crowds.may_begin(request(host=f"192.0.2.{n}")) for n in range(5)] == [
        *(True, True, True, False, False)
    ]
    assert crowds.may_begin(request(host="198.51.100.1"))


def test_behind_a_proxy_the_network_is_what_the_proxy_names_last() -> None:
    crowds = Crowds(lambda: 0.0, True, beginnings=RateLimiter(Rates(1, 10, 0)))
    asks = [
        request(host="127.0.0.1", x_forwarded_for=f"203.0.113.{n}, 192.0.2.1") for n in range(3)
    ]
    assert [crowds.may_begin(one) for one in asks] == [True, False, False]
    assert crowds.may_begin(request(host="127.0.0.1", x_forwarded_for="198.51.100.9"))


def test_a_line_that_the_caller_has_made_up_is_not_the_proxys() -> None:
    crowds = Crowds(lambda: 0.0, True, beginnings=RateLimiter(Rates(1, 10, 0)))

    def begins(made_up: str) -> bool:
        lines = [(b"x-forwarded-for", made_up.encode()), (b"x-forwarded-for", b"192.0.2.1")]
        scope = {"type": "http", "method": "POST", "headers": lines, "client": ("127.0.0.1", 1)}
        return crowds.may_begin(Request(scope))

    assert [begins("203.0.113.1"), begins("198.51.100.1")] == [True, False]


def test_nothing_of_an_address_is_in_what_is_remembered() -> None:
    crowds = Crowds(lambda: 0.0)
    crowds.may_begin(request(host="192.0.2.77"))
    assert "192.0.2" not in repr(crowds)
    assert b"192.0.2" not in repr(crowds).encode()
