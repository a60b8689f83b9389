"""What the bot sends arrives as it was meant, as by python-telegram-bot's own transport."""

import io
import json
from typing import Any

import pytest
import telegram
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from channels.telegram.http_client import AiohttpRequest, FateUnknown
from tests import hostile
from tests.amount import cases
from tests.bot.servers import MESSAGE, TOKEN, answering, bot_at, done, refused


class Recorder:
    """A Bot API that keeps what it was sent, each value as Telegram reads it."""

    def __init__(self, result: Any = MESSAGE) -> None:
        self.result = result
        self.received: list[dict[str, Any]] = []
        self.files: list[dict[str, tuple[str, bytes, str]]] = []
        self.peers: set[Any] = set()

    async def answer(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        if request.content_type == "application/json":
            given = await request.json()
            self.received.append({name: as_text(value) for name, value in given.items()})
            self.files.append({})
        else:
            form = await request.post()
            files = {k: v for k, v in form.items() if isinstance(v, web.FileField)}
            self.received.append({k: v for k, v in form.items() if k not in files})
            self.files.append(
                {k: (v.filename, v.file.read(), v.content_type) for k, v in files.items()}
            )
        return done(self.result)


def as_text(value: Any) -> str:
    """https://core.telegram.org/bots/api#making-requests: what is no text is JSON."""
    return value if isinstance(value, str) else json.dumps(value)


async def test_a_message_with_everything_arrives_as_by_the_stock_transport() -> None:
    async def calls(bot: telegram.Bot) -> None:
        await bot.send_message(
            2,
            "Diolch, Siân! 🎉\r\n<b>100%</b> & \\u0000 +1=2",
            parse_mode="HTML",
            disable_notification=True,
            message_effect_id=None,
            reply_markup=InlineKeyboardMarkup(
                [[InlineKeyboardButton("Llofnodi", callback_data="s")]]
            ),
        )
        await bot.set_my_commands([("start", "Sign the petition")], language_code="cy")

    recorder = Recorder()
    async with answering(recorder.answer) as address:
        for transport in (HTTPXRequest(), AiohttpRequest()):
            bot = telegram.Bot(TOKEN, base_url=f"{address}/bot", request=transport)
            async with transport:
                await calls(bot)
    theirs, ours = recorder.received[:2], recorder.received[2:]
    assert ours == theirs


async def test_hostile_text_arrives_unchanged() -> None:
    recorder = Recorder()
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        for text in hostile.VALUES:
            await bot.send_message(2, text)
    assert [given["text"] for given in recorder.received] == list(hostile.VALUES)


@settings(
    max_examples=cases(short=8, full=40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(caption=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
async def test_any_caption_arrives_beside_its_picture(caption: str) -> None:
    recorder = Recorder()
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        await bot.send_photo(2, b"\x89PNG", caption=caption, filename="banner.png")
    assert recorder.received == [{"chat_id": "2", "caption": caption}]
    assert recorder.files == [{"photo": ("banner.png", b"\x89PNG", "image/png")}]


async def test_half_a_character_in_a_caption_is_replaced_not_fatal() -> None:
    recorder = Recorder()
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        await bot.send_photo(2, b"\x89PNG", caption="Thanks \ud83d")
    assert recorder.received[0]["caption"] == "Thanks ?"


async def test_an_album_arrives_with_every_file_attached() -> None:
    recorder = Recorder([MESSAGE])
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        await bot.send_media_group(
            2, [InputMediaPhoto(b"one", caption="First"), InputMediaPhoto(io.BytesIO(b"two"))]
        )
    media = json.loads(recorder.received[0]["media"])
    attached = [recorder.files[0][item["media"].removeprefix("attach://")][1] for item in media]
    assert attached == [b"one", b"two"]
    assert media[0]["caption"] == "First"


async def test_a_file_of_megabytes_arrives_whole() -> None:
    content = bytes(range(256)) * 4096 * 5
    recorder = Recorder()
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        await bot.send_document(2, content, filename="hand-in.pdf")
    assert recorder.files[0]["document"] == ("hand-in.pdf", content, "application/pdf")


async def test_a_file_is_read_from_its_handle_and_can_be_sent_again(tmp_path: Any) -> None:
    path = tmp_path / "signatures.csv"
    path.write_bytes(b"number\n1\n")
    recorder = Recorder()
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        with path.open("rb") as handle:
            document = telegram.InputFile(handle, read_file_handle=False)
            await bot.send_document(2, document)
        await bot.send_document(2, path)
    assert [files["document"][1] for files in recorder.files] == [b"number\n1\n"] * 2


@pytest.mark.parametrize(
    "filename", ["llofnodion Siân.pdf", 'say "no".pdf', "a;b=c.pdf", "署名.pdf"]
)
async def test_a_file_keeps_its_name_as_it_was_written(filename: str) -> None:
    names: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        names.append(body.split(b"filename=", 1)[1].split(b"\r\n", 1)[0])
        return done(MESSAGE)

    async with answering(answer) as address, bot_at(address) as bot:
        await bot.send_document(2, b"%PDF", filename=filename)
    escaped = filename.replace('"', '\\"')
    assert names == [f'"{escaped}"'.encode()]


async def test_a_line_break_in_a_file_name_cannot_add_a_header() -> None:
    recorder = Recorder()
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        await bot.edit_message_media(
            InputMediaDocument(b"%PDF", filename="a\r\nContent-Type: text/html\r\n\r\n.pdf"),
            chat_id=2,
            message_id=1,
        )
    [(name, content, kind)] = recorder.files[0].values()
    assert (name, content, kind) == (
        "a Content-Type: text/html  .pdf",
        b"%PDF",
        "application/pdf",
    )


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(400, "Bad Request: chat not found"), BadRequest),
        (refused(401, "Unauthorized"), InvalidToken),
        (refused(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (refused(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (refused(429, "Too Many Requests: retry after 7", retry_after=7), RetryAfter),
        (web.Response(status=502, text="<html>Bad Gateway</html>"), FateUnknown),
        (web.Response(status=302, headers={"Location": "/elsewhere"}), FateUnknown),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_a_refusal_is_told_by_its_name_and_asked_once(
    answer: web.Response, error: type[Exception]
) -> None:
    asked = []

    async def refuse(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    async with answering(refuse) as address, bot_at(address) as bot:
        with pytest.raises(error) as raised:
            await bot.send_message(2, "Hello")
    assert type(raised.value) is error
    assert len(asked) == 1


async def test_a_file_is_fetched_byte_by_byte_equal() -> None:
    picture = bytes(range(256)) * 1000

    async def answer(request: web.Request) -> web.Response:
        assert request.method == "GET"
        return web.Response(body=picture)

    async with answering(answer) as address, AiohttpRequest() as request:
        assert await request.retrieve(f"{address}/file/bot{TOKEN}/photos/1.png") == picture


async def test_requests_one_after_the_other_share_a_connection() -> None:
    recorder = Recorder()
    async with answering(recorder.answer) as address, bot_at(address) as bot:
        for _ in range(20):
            await bot.send_message(2, "Hello")
    assert len(recorder.received) == 20
    assert len(recorder.peers) == 1


async def test_starting_and_stopping_twice_is_harmless_and_a_stopped_one_starts_again() -> None:
    recorder = Recorder()
    async with answering(recorder.answer) as address:
        request = AiohttpRequest()
        await request.shutdown()
        for _ in range(2):
            await request.initialize()
            await request.initialize()
            status, _ = await request.post_json(f"{address}/x", {}, read_timeout=120)
            assert status == 200
            await request.shutdown()
            await request.shutdown()
        with pytest.raises(RuntimeError, match="not initialized"):
            await request.do_request(f"{address}/x", "POST")


@pytest.mark.parametrize("uploads", [False, True])
async def test_a_server_that_knows_no_times_gets_them_as_words(uploads: bool) -> None:
    recorder = Recorder()

    async def older(request: web.Request) -> web.Response:
        answer = await recorder.answer(request)
        if "<tg-time" not in str(recorder.received[-1]):
            return answer
        why = 'Bad Request: can\'t parse entities: Unsupported start tag "tg-time" at byte offset 3'
        return refused(400, why)

    words = 'On <tg-time unix="1259260200">26 November</tg-time>, 1 < 2'
    async with answering(older) as address, bot_at(address) as bot:
        if uploads:
            await bot.send_photo(2, b"\x89PNG", caption=words, parse_mode="HTML")
        else:
            await bot.send_message(2, words, parse_mode="HTML")
    told = [given.get("caption") or given.get("text") for given in recorder.received]
    assert told == [words, "On 26 November, 1 < 2"]


async def test_any_other_refusal_is_not_asked_again() -> None:
    recorder = Recorder()

    async def strict(request: web.Request) -> web.Response:
        await recorder.answer(request)
        return refused(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x"')

    async with answering(strict) as address, bot_at(address) as bot:
        with pytest.raises(BadRequest):
            await bot.send_message(2, "<x>", parse_mode="HTML")
    assert len(recorder.received) == 1
