"""Promises of what staff find: their commands in /help and in the menu, by role."""

import asyncio

from channels.telegram.menus import commands
from handlers import command_menu, router
from handlers.command_menu import for_staff
from storage import staff
from tests.handlers.routes_harness import NOW, RoutesHarness

OWNER, EDITOR, ADA = 4242, 43, 44


async def _staff(doors: RoutesHarness) -> None:
    async with doors.services.database.transaction() as db:
        await staff.upsert(db, OWNER, "owner", NOW)
        await staff.upsert(db, EDITOR, "editor", NOW)


def test_each_role_is_listed_what_it_may_use_and_no_more() -> None:
    entries = router.menu()
    owner = for_staff(entries, {None: "owner"})
    editor = for_staff(entries, {7: "editor"})
    viewer = for_staff(entries, {7: "viewer"})
    assert set(viewer) < set(editor) < set(owner)
    assert {"stopall", "staff"} <= set(owner) - set(editor)
    assert "update" in set(editor) - set(viewer)
    assert for_staff(entries, {}) == []


def test_what_is_over_all_campaigns_is_not_listed_to_the_owner_of_one() -> None:
    one = set(for_staff(router.menu(), {7: "owner"}))
    assert "staff" in one
    assert not {"stopall", "version"} & one


def test_older_names_of_commands_go_on_working_and_are_listed_nowhere() -> None:
    listed = {entry.name for entry in router.menu()}
    for new, old in {
        "invalidate": "quarantine",
        "lookalikes": "doubles",
        "paper": "offline",
        "links": "source",
    }.items():
        assert router.commands()[old] is router.commands()[new]
        assert old not in listed


def test_everything_that_is_listed_is_described_in_every_language(doors: RoutesHarness) -> None:
    entries = for_staff(router.menu(), {None: "owner"})
    for language in doors.services.renderer.languages:
        made = commands(doors.services, entries, language.code)
        assert all(one.description for one in made)
        assert len(made) == len(entries) + len(command_menu.for_everybody(doors.services.menu))


def test_a_command_of_a_higher_role_says_who_may_and_supporters_hear_nothing_of_it(
    runner: asyncio.Runner, doors: RoutesHarness
) -> None:
    runner.run(_staff(doors))
    for command in ("handin", "stopall", "lookalikes", "doubles", "invalidate", "quarantine"):
        doors.shown.clear()
        runner.run(doors.says(EDITOR, f"/{command}"))
        assert (doors.shown["unexpected/staff_only"], len(doors.shown)) == (1, 1), command
        doors.shown.clear()
        runner.run(doors.says(ADA, f"/{command}"))
        assert doors.shown["unexpected/unknown_command"] == 1, command
        assert not doors.shown["unexpected/staff_only"]
    doors.shown.clear()
    runner.run(doors.says(EDITOR, "/nonsense"))
    assert doors.shown["unexpected/unknown_command"] == 1


def test_the_desk_stands_first_in_the_menu_of_all_staff() -> None:
    for role in ("viewer", "editor", "owner"):
        assert for_staff(router.menu(), {None: role})[0] == "desk"


def test_version_is_for_owners_over_all_campaigns(
    runner: asyncio.Runner, doors: RoutesHarness
) -> None:
    runner.run(_staff(doors))
    for who in (EDITOR, ADA):
        runner.run(doors.says(who, "/version"))
        runner.run(doors.taps(who, "version:program"))
    assert doors.shown["staff/version"] == 0
    assert doors.shown["unexpected/staff_only"] == 1
    assert doors.shown["unexpected/unknown_command"] == 1
    runner.run(doors.says(OWNER, "/version"))
    runner.run(doors.taps(OWNER, "version:processes"))
    assert doors.shown["staff/version"] == 2
