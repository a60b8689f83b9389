"""/mydata: everything held about the person, for them to read and to take along."""

from campaign import my_data
from campaign.request_limits import DATA_OF_ACCOUNT
from handlers.context import Visit
from handlers.screens import Attachment, Button, Screen, Text


async def command(visit: Visit) -> Screen:
    """/mydata: a page to read, and the same for programs."""
    try:
        key = visit.house.identity_key
        held = await my_data.collect(visit.db, visit.supporter, key=key, now=visit.now)
    except my_data.TooOften:
        return Screen(Text("mydata/too_often", {"times": DATA_OF_ACCOUNT.a_day}), fresh=True)
    page = visit.house.renderer.document("mydata/page", visit.language, held=held, at=visit.now)
    return Screen(
        Text("mydata/sent"),
        [[Button("forget_me", "forget:0:ask")]],
        files=[
            Attachment("my-data.html", page.encode()),
            Attachment("my-data.json", my_data.as_json(held)),
        ],
        fresh=True,
    )
