"""One promise over many values is one test: `@for_each("text", VALUES)`.

Unlike pytest.mark.parametrize, which makes a test of each value, with its own fixtures and its own
line in the report. All values are tried; the test fails once and names every value that broke it.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest

LONGEST_SHOWN = 200


def for_each(names: str, values: Iterable[Any]) -> Callable[[Callable[..., Any]], Any]:
    """Try a test, sync or async, on each value, as pytest.mark.parametrize takes them.

    What else the test asks for (fixtures) is shared by all values.
    """
    taken = [name.strip() for name in names.split(",")]
    cases = [(case,) if len(taken) == 1 else tuple(case) for case in values]
    assert cases, "a test of no values cannot fail"

    def fold(test: Callable[..., Any]) -> Any:
        if inspect.iscoroutinefunction(test):

            @wraps(test)
            async def folded_async(**given: Any) -> None:
                broken: list[BaseException] = []
                for case in cases:
                    with _noted(broken, case):
                        await test(**given, **dict(zip(taken, case, strict=True)))
                _fail_for(broken, len(cases))

            return _asking_for_the_rest(folded_async, test, taken)

        @wraps(test)
        def folded(**given: Any) -> None:
            broken: list[BaseException] = []
            for case in cases:
                with _noted(broken, case):
                    test(**given, **dict(zip(taken, case, strict=True)))
            _fail_for(broken, len(cases))

        return _asking_for_the_rest(folded, test, taken)

    return fold


@contextmanager
def _noted(broken: list[BaseException], case: tuple[Any, ...]) -> Iterator[None]:
    try:
        yield
    except (Exception, pytest.fail.Exception) as error:
        shown = ", ".join(ascii(value) for value in case)
        if len(shown) > LONGEST_SHOWN:
            shown = f"{shown[:LONGEST_SHOWN]}… ({len(shown)} characters)"
        error.add_note(f"broken by: {shown}")
        broken.append(error)


def _fail_for(broken: list[BaseException], tried: int) -> None:
    if broken:
        raise BaseExceptionGroup(f"{len(broken)} of {tried} values broke the promise", broken)


def _asking_for_the_rest(folded: Any, test: Callable[..., Any], taken: list[str]) -> Any:
    """Hide the values from pytest, which would look for fixtures of their names."""
    asked = inspect.signature(test)
    rest = [one for one in asked.parameters.values() if one.name not in taken]
    assert len(rest) + len(taken) == len(asked.parameters), "a value that the test does not take"
    folded.__signature__ = asked.replace(parameters=rest)
    return folded
