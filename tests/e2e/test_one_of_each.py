"""Promises of one conversation of each kind over real HTTP; tests/conversations holds them all."""

from pathlib import Path
from typing import Any

from tests.conversations import (
    test_campaign_file_in_chat,
    test_compose,
    test_content,
    test_corrections,
    test_my_data,
    test_signing,
)
from tests.e2e.people import Person

Bot = Any
"""A RunningBot, where the conversation has a Stage."""


async def test_a_petition_is_signed_over_http(stage: Bot, ada: Person) -> None:
    await test_signing.test_five_acts_from_start_to_signed(stage, ada)


async def test_an_album_is_sent_over_http(stage: Bot, owner: Person, ada: Person) -> None:
    await test_compose.test_an_album_arrives_as_an_album_with_its_words_and_buttons_after_it(
        stage, owner, ada
    )


async def test_a_picture_is_corrected_over_http(stage: Bot, owner: Person, ada: Person) -> None:
    await test_corrections.test_a_picture_keeps_its_place_when_its_words_are_corrected(
        stage, owner, ada
    )


async def test_a_campaign_file_goes_out_and_comes_back_over_http(stage: Bot, eddie: Person) -> None:
    await test_campaign_file_in_chat.test_the_file_goes_out_is_changed_comes_back_and_is_put_live(
        stage, eddie
    )


async def test_what_is_held_is_handed_out_over_http(stage: Bot, ada: Person) -> None:
    await test_my_data.test_all_that_is_held_comes_as_a_page_and_as_json(stage, ada)


async def test_everything_is_erased_from_the_disk_over_http(
    stage: Bot, ada: Person, tmp_path: Path
) -> None:
    await test_my_data.test_forgetting_asks_says_what_it_means_and_leaves_nothing(
        stage, ada, tmp_path
    )


async def test_a_redelivered_text_is_taken_once_over_http(stage: Bot, eddie: Person) -> None:
    await test_content.test_a_redelivered_text_is_taken_once(stage, eddie)
