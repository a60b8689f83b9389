"""Promises of what operators watch: readiness, metrics, and a dashboard that knows them all."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app_state import AppState
from bot.health import internal_app
from bot.metrics import CountedMessenger, Metrics, kind_of, measured
from bot.roles import ROLES
from campaign.catalogue import Catalogue
from campaign.delivery.messenger import FateUnknown, Unreachable
from channels.http_server import served
from channels.telegram import ALLOWED_UPDATES, Redeliver
from handlers.services import Services
from messages import bot_texts
from storage.database import Database
from storage.delivery_claims import Recipient
from storage.errors import DatabaseUnavailable
from tests import migrated

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def app_state(tmp_path: Path) -> AsyncIterator[AppState]:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    database = await Database.open(url)
    yield AppState(Services(database, bot_texts(), Catalogue(database), bot_username="clamour_bot"))
    await database.close()


@asynccontextmanager
async def asking(app_state: AppState) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        served(internal_app(app_state), host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_a_bot_that_has_not_reached_telegram_is_not_ready(app_state: AppState) -> None:
    app_state.services.bot_username = ""
    async with asking(app_state) as session, session.get("/readyz") as answer:
        assert answer.status == 503
        assert await answer.json() == {
            "role": "all",
            "database": True,
            "telegram": False,
            "working": False,
            "duties": [],
        }


async def test_each_role_is_ready_when_it_works_and_no_more_when_it_is_told_to_stop(
    app_state: AppState,
) -> None:
    for role in ROLES.values():
        app_state.role, app_state.has_begun, app_state.does_jobs = role, True, role.does_jobs
        app_state.stop.clear()
        async with asking(app_state) as session:
            async with session.get("/readyz") as answer:
                told = await answer.json()
                assert (answer.status, told["role"]) == (200, role.name)
                assert told["duties"] == (["jobs"] if role.does_jobs else [])
            app_state.stop.set()
            async with session.get("/readyz") as answer:
                assert (answer.status, (await answer.json())["working"]) == (503, False)


async def test_a_bot_without_its_database_lives_and_is_not_ready(
    app_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(app_state.services.database, "reading", away)
    async with asking(app_state) as session:
        async with session.get("/readyz") as answer:
            assert (answer.status, (await answer.json())["database"]) == (503, False)
        async with session.get("/healthz") as answer:
            assert answer.status == 200
        async with session.get("/metrics") as answer:
            assert answer.status == 200


async def test_each_query_of_the_dashboard_has_its_metric(app_state: AppState) -> None:
    app_state.metrics.updates.labels("message", "done").inc()
    app_state.metrics.signatures.labels("unit").set(1)
    async with asking(app_state) as session, session.get("/metrics") as answer:
        told = await answer.text()
    known = {sample.name for one in text_string_to_metric_families(told) for sample in one.samples}
    dashboard = json.loads((ROOT / "docs" / "grafana.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = {name for query in queries for name in re.findall(r"(?:clamour|process)_\w+", query)}
    assert len(queries) >= 12
    assert asked <= known
    ours = {name for name in known if name.startswith("clamour_") and "_created" not in name}
    bare = {re.sub("_(bucket|sum|count|total)$", "", name) for name in ours}
    assert bare <= {re.sub("_(bucket|sum|count|total)$", "", name) for name in asked}


def test_what_an_update_is_comes_from_a_short_list() -> None:
    assert {kind_of({"update_id": 1, kind: {}}) for kind in ALLOWED_UPDATES} == set(ALLOWED_UPDATES)
    assert kind_of({"update_id": 1, "x" * 1000: {}}) == "other"


@pytest.mark.parametrize(
    ("fault", "failed", "outcome"),
    [
        (None, set(), "done"),
        (None, {1}, "failed"),
        (Redeliver(), set(), "again"),
        (ValueError(), set(), "failed"),
        (KeyboardInterrupt(), set(), "cut_off"),
    ],
)
async def test_an_update_is_counted_by_what_became_of_it(
    fault: BaseException | None, failed: set[int], outcome: str
) -> None:
    metrics, failures = Metrics(), []

    async def handle(update: dict[str, Any]) -> None:
        if fault is not None:
            raise fault

    watch = measured(handle, metrics, failed=failed, on_failure=lambda: failures.append(1))
    if fault is None:
        await watch({"update_id": 1, "message": {}})
    else:
        with pytest.raises(type(fault)):
            await watch({"update_id": 1, "message": {}})
    value = metrics.registry.get_sample_value(
        "clamour_updates_total", {"kind": "message", "outcome": outcome}
    )
    assert value == 1
    assert bool(failures) == (outcome in ("failed", "cut_off"))
    assert failed == set()


async def test_deliveries_are_counted_by_outcome_and_the_fault_goes_on() -> None:
    metrics = Metrics()
    faults: list[Exception | None] = [None, Unreachable(), FateUnknown(), FateUnknown()]

    class Faulty:
        rate = 30.0

        async def send(self, recipient: Recipient, message: Any) -> list[int]:
            if (fault := faults.pop(0)) is not None:
                raise fault
            return [1]

    counted = CountedMessenger(Faulty(), metrics)
    recipient: Any = object()
    assert counted.rate == 30.0
    assert await counted.send(recipient, None) == [1]
    for fault in (Unreachable, FateUnknown, FateUnknown):
        with pytest.raises(fault):
            await counted.send(recipient, None)
    for outcome, count in (("sent", 1), ("unreachable", 1), ("unknown", 2), ("refused", 0)):
        found = metrics.registry.get_sample_value("clamour_deliveries_total", {"outcome": outcome})
        assert found == count
