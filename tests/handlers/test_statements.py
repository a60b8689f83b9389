"""What a signature may cost the database: on PostgreSQL each statement is a trip to the server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from campaign.catalogue import Catalogue, publish
from campaign.rate_limits import RateLimiter
from campaign.timeline import KeptStories
from tests import engines
from tests.handlers.routes_harness import NOW, RoutesHarness

NAMES = {7_123_456_789: "Ada", 7_123_456_790: "Bob"}
MOST = {
    "sqlite": (8, 6, 3, 3, 14),
    "postgresql": (7, 5, 2, 2, 12),
}
"""Statements for each of the acts of a person who is new, beside BEGIN and COMMIT."""

ACTS = (
    "/start",
    "sign:{petition}",
    "{name} Lovelace",
    "SW1A 1AA",
    "form:3:sign:only",
)


@pytest.fixture(params=engines.params())
async def doors(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RoutesHarness]:
    async with RoutesHarness.open(tmp_path, request.param) as doors:
        doors.services.catalogue = Catalogue(doors.services.database, fresh_for=3600)
        doors.services.stories = KeptStories(fresh_for=3600)
        doors.services.rate_limiter = RateLimiter()
        yield doors


async def test_a_signature_takes_few_statements(doors: RoutesHarness) -> None:
    ada, bob = NAMES
    await _signs(doors, bob)  # the rows of the figures are made once
    taken = await _signs(doors, ada)
    assert doors.shown["sign/signed"] == 2
    engine = doors.services.database.kind
    assert tuple(len(taken[act]) for act in ACTS) == MOST[engine], taken


async def test_one_of_several_share_texts_is_given_without_a_statement_more(
    doors: RoutesHarness,
) -> None:
    definition = doors.petition.definition
    texts = {
        language: said.model_copy(update={"share_texts": ("Another way to say it.",)})
        for language, said in definition.text.items()
    }
    several = definition.model_copy(update={"text": texts})
    await publish(doors.services.database, several, now=NOW)
    doors.services.catalogue.look_again()
    await test_a_signature_takes_few_statements(doors)


async def _signs(doors: RoutesHarness, who: int) -> dict[str, list[str]]:
    """The statements that each act has taken."""
    taken: dict[str, list[str]] = {}

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        taken[act].append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for act in ACTS:
            taken[act] = []
            comes = doors.taps if ":" in act else doors.says
            await comes(who, act.format(petition=doors.petition.id, name=NAMES[who]))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return taken
