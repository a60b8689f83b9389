"""/mydata: everything held about the person, for them to read and to take along."""

from campaign import my_data
from campaign.request_limits import DATA_OF_ACCOUNT
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Attachment, Button, Screen, Text
from handlers.supporter import my_data_page
from handlers.supporter.erase import Forget
from handlers.supporter.to_browser import browser_buttons


async def command(context: Context) -> Screen:
    """/mydata: a page to read, and the same for programs."""
    try:
        held = await _held(context)
    except my_data.TooOften:
        return Screen(Text("my_data/too_often", {"times": DATA_OF_ACCOUNT.a_day}), fresh=True)
    return Screen(
        Text("my_data/sent"),
        [*browser_buttons(context), [Button("forget_me", Forget(0, "ask"))]],
        files=[
            Attachment("my-data.html", my_data_page.page(context, held)),
            Attachment("my-data.json", my_data.as_json(held)),
        ],
        fresh=True,
    )


async def _held(context: Context) -> my_data.PersonalData:
    if context.only_looks:  # had once, and fetched now: it is the same time that they had it
        return await my_data.rows(context.db, context.supporter)
    key = context.services.identity_key
    return await my_data.collect(context.db, context.supporter, key=key, now=context.now)


ROUTES = Routes(commands={"mydata": Command(command, in_menu=False)})
