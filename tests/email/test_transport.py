"""Promises about handing letters to a mail server: what is known of each, and at what cost."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from campaign.delivery.messenger import (
    DeliveryFault,
    NotNow,
    Refused,
)
from channels.email import transport as transport_module
from channels.email.transport import MailTransport
from tests.amount import cases
from tests.email.mail_house import YES, MailHouse, certificate, only
from tests.folded import for_each


def letter(words: str = "Hello", subject: str = "News") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = "petition@example.org", subject
    made.set_content(words)
    return made


async def outcome(transport: MailTransport, to: str = "ada@example.org", **how: object) -> str:
    """The fault's name, with its reason; "sent" without one."""
    message = how.pop("message", None) or letter()
    try:
        await transport.send(to, message, **how)  # type: ignore[arg-type]
    except Refused as fault:
        return f"Refused: {fault.reason}"
    except DeliveryFault as fault:
        return type(fault).__name__
    return "sent"


@pytest.fixture
async def house() -> AsyncIterator[MailHouse]:
    async with MailHouse.stands() as house:
        yield house


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(transport_module, "LOGIN_PAUSE_SECONDS", 0.2)


async def test_many_letters_go_over_few_connections(house: MailHouse) -> None:
    async with MailTransport(house.named()) as transport:
        done = await asyncio.gather(*(outcome(transport, f"p{n}@example.org") for n in range(120)))
    assert Counter(done) == {"sent": 120}
    assert sorted(house.addresses) == sorted(f"p{n}@example.org" for n in range(120))
    assert house.connections <= 5


async def test_a_connection_ends_after_so_many_letters_or_when_nothing_comes(
    house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "LETTERS_PER_CONNECTION", 3)
    monkeypatch.setitem(transport_module.IDLE_SECONDS, "bulk", 0.1)
    async with MailTransport(house.named()) as transport:
        for _ in range(7):
            assert await outcome(transport) == "sent"
        assert house.connections == 3
        async with asyncio.timeout(5):
            while house.open:
                await asyncio.sleep(0.02)
        assert await outcome(transport) == "sent"
    assert house.connections == 4


@for_each(
    "said, means",
    [
        ("550 5.1.1 <{}>: no such user", "Unreachable"),
        ("550 no such user {}", "Unreachable"),
        ("551 not here", "Unreachable"),
        ("553 what address is {}?", "Unreachable"),
        ("554 5.1.10 recipient not found", "Unreachable"),
        ("550 5.2.1 mailbox disabled", "Unreachable"),
        ("550 5.7.1 {} is not wanted", "Refused: 550 5.7.1, refused by policy"),
        ("552 5.2.2 {} is full", "Refused: 552 5.2.2, mailbox full"),
        ("554 no", "Refused: 554"),
        ("554 5.7.1 <{}>: Relay access denied", "BotRefused"),
        ("550 relay not permitted", "BotRefused"),
        ("550 5.1.8 bad sender's system address", "BotRefused"),
        ("450 4.2.0 greylisted {}", "NotDelivered"),
        ("451 try again", "NotDelivered"),
        ("452 4.2.2 full", "NotDelivered"),
        ("421 4.3.2 closing", "NotNow"),
        ("251 will forward", "sent"),
    ],
)
async def test_a_refused_recipient_is_known_by_the_codes(said: str, means: str) -> None:
    async with MailHouse.stands() as house, MailTransport(house.named()) as transport:
        house.of_recipient = said.format
        assert await outcome(transport) == means
        house.of_recipient = lambda _: YES
        if means not in ("BotRefused", "NotNow"):
            assert await outcome(transport, "bob@example.org") == "sent"
            assert house.connections == 1, "the connection is good for the next"


async def test_one_odd_address_stops_nobody_elses_letters(house: MailHouse) -> None:
    house.of_recipient = lambda to: "554 5.7.1 Relay access denied" if "odd" in to else YES
    async with MailTransport(house.named()) as transport:
        for lane in ("codes", "bulk"):
            assert await outcome(transport, lane=lane) == "sent"
            refused = await outcome(transport, "me@odd.example", lane=lane)
            assert refused == "Refused: 554 5.7.1, refused by policy"
            assert await outcome(transport, lane=lane) == "sent"


@for_each(
    "said, means",
    [
        ("550 5.7.1 who are you?", "BotRefused"),
        ("530 authentication required", "BotRefused"),
        ("552 5.3.4 too large", "Refused: 552 5.3.4, message too large"),
        ("451 4.7.1 later", "NotNow"),
        ("452 4.3.1 disk full", "NotNow"),
    ],
)
async def test_a_refused_sender_is_refused_for_everybody(said: str, means: str) -> None:
    async with MailHouse.stands() as house, MailTransport(house.named()) as transport:
        house.of_sender = lambda _: said
        assert await outcome(transport) == means
        if means in ("BotRefused", "NotNow"):
            asked = house.attempts
            assert await outcome(transport, "bob@example.org") == means
            assert house.attempts == asked, "nobody asks again before the pause is over"


@for_each(
    "said, means",
    [
        ("554 5.7.1 spam, says {}", "Refused: 554 5.7.1, refused by policy"),
        ("550 5.1.1 no {} after all", "Unreachable"),
        ("550 spam", "Refused: 550"),
        ("451 4.3.0 later", "NotDelivered"),
        ("421 4.3.0 later", "NotNow"),
        ("250 queued", "sent"),
    ],
)
async def test_a_letter_that_is_refused_when_it_is_read(said: str, means: str) -> None:
    async with MailHouse.stands() as house, MailTransport(house.named()) as transport:
        house.of_content = said.format
        assert await outcome(transport) == means


async def test_nothing_a_server_says_reaches_the_log_or_the_reason() -> None:
    quoted = "Quux <ada@example.org> said: hello\x07"
    with capture_logs() as logs:
        for code in ("550 5.7.1", "421", "451 4.7.1", "550", "999 5.7.1"):
            async with MailHouse.stands() as house, MailTransport(house.named()) as transport:
                house.of_recipient = lambda _, code=code: f"{code} {quoted}"  # type: ignore[misc]
                with pytest.raises(DeliveryFault) as told:
                    await transport.send("ada@example.org", letter("Quux"))
                fault = told.value
                assert fault.__cause__ is None
                assert fault.__suppress_context__ or fault.__context__ is None
                assert not [word for word in ("Quux", "ada", "example") if word in str(fault)]
    assert "Quux" not in repr(logs)
    assert "example.org" not in repr(logs)


async def test_lost_before_the_final_dot_is_not_delivered(house: MailHouse) -> None:
    house.closes = "in the middle"
    async with MailTransport(house.named()) as transport:
        long = letter("A line of words.\n" * 800_000)  # more than sockets hold
        assert await outcome(transport, message=long) == "NotDelivered"


async def test_lost_after_the_final_dot_is_unknown(house: MailHouse) -> None:
    house.closes = "after the dot"
    async with MailTransport(house.named()) as transport:
        assert await outcome(transport) == "FateUnknown"


async def test_no_answer_after_the_final_dot_is_unknown(
    house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(transport_module.ANSWER_STEPS, "bulk", 1)
    house.thinks_for = 1.0
    async with MailTransport(house.named(seconds=0.3)) as transport:
        assert await outcome(transport) == "FateUnknown"


async def test_a_server_that_thinks_long_about_bulk_is_waited_for(house: MailHouse) -> None:
    house.thinks_for = 0.6
    async with MailTransport(house.named(seconds=0.3)) as transport:
        assert await outcome(transport) == "sent"


async def test_a_slow_greeting_is_waited_for_and_a_very_slow_one_not(
    house: MailHouse, short_pauses: None
) -> None:
    house.greets_after = 0.2
    async with MailTransport(house.named(seconds=0.5)) as transport:
        assert await outcome(transport) == "sent"
    house.greets_after = 5.0
    async with MailTransport(house.named(seconds=0.2)) as transport:
        assert await outcome(transport) == "NotNow"
    assert len(house.letters) == 1


async def test_a_letter_larger_than_the_server_takes_is_not_even_offered() -> None:
    async with (
        MailHouse.stands(data_size_limit=1_000) as house,
        MailTransport(house.named()) as transport,
    ):
        assert await outcome(transport, message=letter("word " * 500)) == (
            "Refused: 552 5.3.4, message too large"
        )
        assert house.attempts == 0
        assert await outcome(transport) == "sent"


async def test_an_away_server_costs_nobody_a_try_and_gets_no_storm(
    house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "FIRST_PAUSE_SECONDS", 0.1)
    async with MailTransport(house.named()) as transport:
        assert await outcome(transport) == "sent"
        await house.goes_away()
        opened: list[float] = []
        open_one = transport._open

        async def counted() -> object:
            opened.append(time.monotonic())
            return await open_one()

        for line in transport._lanes.values():
            line._open_one = counted  # type: ignore[assignment]
        until = time.monotonic() + 1.5
        told: Counter[str] = Counter()
        while time.monotonic() < until:
            told.update(await asyncio.gather(*(outcome(transport) for _ in range(8))))
            await asyncio.sleep(0.01)
        assert set(told) == {"NotNow"}
        assert sum(told.values()) > 50
        assert len(opened) <= 5, "0.1, 0.2, 0.4, 0.8 seconds"
        await house.comes_back()
        async with asyncio.timeout(10):
            while await outcome(transport) != "sent":
                await asyncio.sleep(0.05)
    assert len(house.letters) == 2


async def test_who_waits_for_a_server_is_told_for_how_long(house: MailHouse) -> None:
    await house.goes_away()
    async with MailTransport(house.named()) as transport:
        with pytest.raises(NotNow) as first:
            await transport.send("ada@example.org", letter())
        assert 0 < first.value.seconds <= 1.0


async def test_a_connection_that_the_server_has_closed_since_costs_nothing(
    house: MailHouse,
) -> None:
    house.most_a_session = 2
    async with MailTransport(house.named()) as transport:
        for _ in range(9):
            assert await outcome(transport) == "sent"
        for door in list(house.open):
            door.slam()
        assert await outcome(transport) == "sent"
    assert len(house.letters) == 10


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_wrong_password_is_tried_once(house: MailHouse) -> None:
    given = {"auth_required": True, "auth_require_tls": False, "auth_exclude_mechanism": []}
    async with MailHouse.stands(authenticator=only("me", "right"), **given) as guarded:
        async with MailTransport(guarded.named(user="me", password="wrong")) as transport:
            for _ in range(5):
                assert await outcome(transport) == "BotRefused"
            assert guarded.connections == 1
        async with MailTransport(guarded.named(user="me", password="right")) as transport:
            assert await outcome(transport) == "sent"
        async with MailTransport(guarded.named()) as transport:
            assert await outcome(transport) == "BotRefused"
    async with MailTransport(house.named(user="me", password="x")) as transport:
        assert await outcome(transport) == "BotRefused", "it asks for no login"


async def test_an_outage_is_known_until_anything_is_taken(
    house: MailHouse, monkeypatch: pytest.MonkeyPatch, short_pauses: None
) -> None:
    async with MailTransport(house.named()) as transport:
        assert transport.outage is None
        await house.goes_away()
        while transport.outage is None or transport.outage.seconds < 0.2:
            assert await outcome(transport) == "NotNow"
            await asyncio.sleep(0.02)
        assert not transport.outage.refused
        await house.comes_back()
        assert await outcome(transport, lane="codes") == "sent"
        assert transport.outage is None, "over whichever lane"
    async with MailTransport(house.named(user="me", password="x")) as transport:
        assert await outcome(transport) == "BotRefused"
        assert transport.outage is not None
        assert transport.outage.refused
        monkeypatch.setattr(transport_module, "OF_LATE_SECONDS", 0.0)
        assert transport.outage is None, "nobody tries it any more"


async def test_an_outage_begins_after_what_was_taken_over_the_other_lane(
    house: MailHouse, short_pauses: None
) -> None:
    """A broadcast that was given up while the server was away must not make hours of a second."""
    async with MailTransport(house.named()) as transport:
        await house.goes_away()
        assert await outcome(transport) == "NotNow"
        await asyncio.sleep(1.0)
        await house.comes_back()
        assert await outcome(transport, lane="codes") == "sent"
        await house.goes_away()
        assert await outcome(transport) == "NotNow"
        assert (outage := transport.outage) is not None
        assert outage.seconds < 0.5
        assert outage.seconds <= outage.since_worked < 10


async def test_letters_travel_encrypted_to_the_server_that_is_named(
    tmp_path: Path, house: MailHouse, short_pauses: None
) -> None:
    ours, trusting = certificate(tmp_path)
    async with MailHouse.stands(tls_context=ours, require_starttls=True) as sealed:
        async with MailTransport(sealed.named(tls="starttls"), tls=trusting) as transport:
            assert await outcome(transport) == "sent"
        async with MailTransport(sealed.named(tls="starttls")) as transport:
            assert await outcome(transport) == "BotRefused", "a certificate nobody knows"
    async with MailTransport(house.named(tls="starttls"), tls=trusting) as transport:
        assert await outcome(transport) == "BotRefused", "no encryption, no letter"
    async with MailTransport(house.named(tls="tls"), tls=trusting) as transport:
        assert await outcome(transport) in ("BotRefused", "NotNow")
    assert house.letters == []


async def test_bulk_keeps_its_pace(house: MailHouse) -> None:
    async with MailTransport(house.named(per_minute=1_200)) as transport:
        assert transport.rate == 20
        began = time.monotonic()
        await asyncio.gather(*(outcome(transport, f"p{n}@example.org") for n in range(30)))
        assert time.monotonic() - began >= 0.9, "10 of them may make up for lost time"
    assert len(house.letters) == 30


AT_ONCE = 64


@pytest.mark.parametrize("people", [cases(short=800, full=10_000)])
async def test_codes_arrive_at_once_while_a_broadcast_runs(house: MailHouse, people: int) -> None:
    house.thinks_for = 0.002
    async with MailTransport(house.named(per_minute=60_000)) as transport:

        async def deliver(numbers: Iterator[int]) -> None:
            for number in numbers:
                await transport.send(f"p{number}@example.org", letter())

        numbers = iter(range(people))
        bulk = asyncio.gather(*(deliver(numbers) for _ in range(AT_ONCE)))
        overtaken, codes = 0, 0
        while not bulk.done():
            before = len(house.letters)
            await transport.send(f"code{codes}@example.org", letter(), lane="codes")
            overtaken = max(overtaken, house.addresses.index(f"code{codes}@example.org") - before)
            codes += 1
            await asyncio.sleep(0.02)
        await bulk
    assert Counter(address[0] for address in house.addresses) == {"p": people, "c": codes}
    assert codes > 5
    assert overtaken < AT_ONCE / 4, "letters that went before a code, of those that waited"


async def test_codes_go_while_bulk_is_refused_or_stuck(house: MailHouse) -> None:
    house.thinks_for = 1.0
    async with MailTransport(house.named(seconds=4.0)) as transport:
        stuck = [asyncio.create_task(outcome(transport)) for _ in range(16)]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(3):
            assert await outcome(transport, "code@example.org", lane="codes") == "sent"
        assert sum(task.done() for task in stuck) <= 8
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        house.thinks_for = 0.0
        house.of_sender = lambda _: "421 too much of you"
        assert await outcome(transport) == "NotNow"
        house.of_sender = lambda _: YES
        assert await outcome(transport) == "NotNow", "bulk waits"
        assert await outcome(transport, "code@example.org", lane="codes") == "sent"


async def test_a_cancelled_letter_spoils_no_connection(house: MailHouse) -> None:
    house.thinks_for = 0.2
    async with MailTransport(house.named()) as transport:
        sending = asyncio.create_task(outcome(transport))
        await asyncio.sleep(0.1)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        house.thinks_for = 0.0
        assert await outcome(transport, "bob@example.org") == "sent"
    assert house.letters[-1][0] == "bob@example.org"


@for_each(
    "to, means",
    [
        ("ada@example.org>\r\nRCPT TO:<eve@example.org", "Refused: 553 5.1.3, malformed address"),
        ("Ada <ada@example.org>", "Refused: 553 5.1.3, malformed address"),
        ("ada@one.example,eve@two.example", "Refused: 553 5.1.3, malformed address"),
        ("a@b@example.org", "Refused: 553 5.1.3, malformed address"),
        ("", "Refused: 553 5.1.3, malformed address"),
        ("ada@münchen.example", "sent"),
        ("ŵyn@example.org", "sent"),
    ],
)
async def test_an_address_is_one_address(to: str, means: str) -> None:
    async with MailHouse.stands() as house, MailTransport(house.named()) as transport:
        assert await outcome(transport, to) == means
        if "münchen" in to:
            assert house.addresses == ["ada@xn--mnchen-3ya.example"]


async def test_lines_that_begin_with_a_dot_arrive_as_they_are(house: MailHouse) -> None:
    words = ".\n..\n.hidden\nŵ\n"
    async with MailTransport(house.named()) as transport:
        await transport.send("ada@example.org", letter(words), return_path="back@example.org")
    assert house.letters[0][1].get_content() == words


async def test_a_house_of_moods_loses_and_doubles_nothing(
    house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in ten is taken at first; the others come back until they are, or may have been."""
    monkeypatch.setattr(transport_module, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setitem(transport_module.LONGEST_PAUSE_SECONDS, "bulk", 0.01)
    moods = itertools.cycle(
        [YES, "450 busy", "421 closing", "451 later", "452 4.3.1 full", "450 4.2.0 no"]
    )
    contents = itertools.cycle([YES, "451 later", "421 closing"])
    hang_ups = itertools.cycle(["", "", "", "", "after the dot", "at once"])
    house.of_recipient = lambda _: next(moods)
    house.of_content = lambda _: next(contents)
    house.of_sender = lambda _: YES
    unknown: set[str] = set()

    async def until_known(transport: MailTransport, to: str) -> None:
        while True:
            house.closes = next(hang_ups)
            told = await outcome(transport, to)
            if told == "FateUnknown":
                unknown.add(to)
            if told in ("sent", "FateUnknown"):
                return
            assert told in ("NotNow", "NotDelivered")
            await asyncio.sleep(0.002)

    people = [f"p{number}@example.org" for number in range(cases(short=40, full=400))]
    async with MailTransport(house.named(seconds=10.0)) as transport:
        await asyncio.gather(*(until_known(transport, to) for to in people))
    arrived = Counter(house.addresses)
    assert not [to for to, times in arrived.items() if times > 1]
    assert set(people) - set(arrived) <= unknown
