"""News on a person's screen: by long poll, or as they come."""

import asyncio
import contextlib
import json
import math

from aiohttp import web

from simulator.errors import bad_request
from simulator.people_api.bodies import number, person_of
from simulator.residents import Json, Person
from simulator.world import World

_KEEP_ALIVE_SECONDS = 15.0


async def events(world: World, request: web.Request) -> web.Response:
    """New events after `after`, or none when `wait` seconds have passed."""
    person = person_of(world, request)
    try:
        wait = float(request.query.get("wait") or 0)
    except ValueError:
        wait = math.nan
    if not math.isfinite(wait):
        raise bad_request("wait must be seconds")
    news = await _after(person, number(request.query.get("after") or 0, "after"), wait)
    return web.json_response({"events": news, "last": len(person.events)})


async def stream(world: World, request: web.Request) -> web.StreamResponse:
    """New events as they come (server-sent events); Last-Event-ID goes before `after`."""
    person = person_of(world, request)
    after = request.headers.get("Last-Event-ID") or request.query.get("after") or 0
    seen = number(after, "after")
    response = await _begun(request)
    while True:
        news = await _after(person, seen, _KEEP_ALIVE_SECONDS)
        lines = [f"id: {event['seq']}\ndata: {json.dumps(event)}\n\n" for event in news]
        try:
            await response.write("".join(lines or [":\n\n"]).encode())
        except ConnectionError:
            return response
        seen += len(news)


async def streams(world: World, request: web.Request) -> web.StreamResponse:
    """New events of many people as they come, each with its `person`; ?after=<id>:<seq>&after=…

    Browsers open six connections to a server at most: one for each phone would be too many.
    """
    seen: dict[int, int] = {}
    for given in request.query.getall("after", []):
        person_id, _, seq = given.partition(":")
        seen[number(person_id, "after")] = max(number(seq, "after"), 0)
    if not seen or not seen.keys() <= world.people.keys():
        raise bad_request("after must be ids of people, each with a number: id:number")
    people = [world.people[person_id] for person_id in seen]
    response = await _begun(request)
    while True:
        await _news_of(people, seen)
        lines = [":\n\n"]
        for person in people:
            fresh = ({"person": person.id, **event} for event in person.events[seen[person.id] :])
            lines.extend(f"data: {json.dumps(event)}\n\n" for event in fresh)
            seen[person.id] = len(person.events)
        try:
            await response.write("".join(lines).encode())
        except ConnectionError:
            return response


async def _begun(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await response.prepare(request)
    await response.write(b":\n\n")
    return response


async def _news_of(people: list[Person], seen: dict[int, int]) -> None:
    """Wait for news of any of them, or for the time to show that the connection lives."""
    if any(len(person.events) > seen[person.id] for person in people):
        return
    for person in people:
        person.news.clear()
    waiting = [asyncio.create_task(person.news.wait()) for person in people]
    try:
        await asyncio.wait(
            waiting, timeout=_KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        for task in waiting:
            task.cancel()


async def _after(person: Person, after: int, wait: float) -> list[Json]:
    after = max(after, 0)
    if len(person.events) <= after and wait > 0:
        person.news.clear()
        with contextlib.suppress(TimeoutError):  # news may come in that very moment
            async with asyncio.timeout(wait):
                await person.news.wait()
    return person.events[after:]
