"""Running a state machine of hypothesis against a database, on each engine."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from storage.database import Database
from tests import engines, migrated
from tests.amount import cases


def run_histories(
    machine: Callable[[asyncio.Runner, Database], RuleBasedStateMachine],
    engine: str,
    folder: Path,
    *,
    histories: int,
    steps: int,
    phases: Sequence[Phase] = tuple(Phase),
) -> None:
    """Let as many histories of so many steps happen, in one database.

    Args:
        phases: what Hypothesis does; without shrinking, a slow history fails with its own message.
    """

    async def put_up(stack: AsyncExitStack) -> Database:
        await engines.require(engine)
        url = await stack.enter_async_context(migrated.migrated_url(engine, folder))
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        return database

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            database = runner.run(put_up(stack))
            run_state_machine_as_test(
                lambda: machine(runner, database),
                settings=settings(
                    max_examples=cases(short=max(2, histories // 8), full=histories),
                    stateful_step_count=steps,
                    phases=phases,
                    suppress_health_check=[HealthCheck.too_slow],
                ),
            )
        finally:
            runner.run(stack.aclose())
