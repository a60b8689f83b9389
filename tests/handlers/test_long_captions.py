"""Promises about a text that is too long for the picture above it: both are shown."""

from pathlib import Path
from typing import Any

import pytest
import telegram

from channels.telegram.show import show
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Page
from messages.limits import visible_length
from tests.handlers.routes_harness import RoutesHarness, message, tap

ADA = 7_123_456_789


@pytest.mark.parametrize("tapped", [False, True], ids=["message", "tap"])
async def test_a_picture_comes_before_a_text_that_is_no_caption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tapped: bool
) -> None:
    async with RoutesHarness.open(tmp_path) as doors:
        sent: list[tuple[str, dict[str, Any]]] = []
        take = doors.telegram.do_request

        async def noted(url: str, method: str, request_data: Any = None, **more: Any) -> Any:
            sent.append((url.rpartition("/")[2], dict(request_data.parameters)))
            return await take(url, method, request_data, **more)

        monkeypatch.setattr(doors.telegram, "do_request", noted)
        came = tap(ADA, "x") if tapped else {"message": message(ADA, text="x")}
        bot = doors.application.bot
        update = telegram.Update.de_json({"update_id": 1, **came}, bot)
        said = {"question": "Why?", "answer": "Because. " * 300}
        view = doors.petition.view("en")
        button = [[Button("back", Page("home", doors.petition.id))]]
        screen = Screen(
            Text("faq/answer", {"campaign": view, **said}), button, picture=b"png", picture_key="k"
        )
        for _ in range(2):  # the second time by Telegram's id
            sent.clear()
            await show(doors.services, update, screen, "en")
            (photo, under), (text, whole) = [one for one in sent if one[0].startswith("send")]
            assert (photo, text) == ("sendPhoto", "sendMessage")
            assert not {"caption", "reply_markup"} & under.keys()
            assert visible_length(whole["text"]) > 1024
            assert "reply_markup" in whole
