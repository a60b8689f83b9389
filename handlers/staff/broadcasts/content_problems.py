"""What is wrong with the words and pictures of an update."""

from campaign.broadcasts import message_limits
from campaign.broadcasts.content import Version
from handlers.screens import Text
from messages.personal import BadTemplate, PersonalText, UnknownVariable


def problem_with(version: Version) -> Text | None:
    """Why it cannot be sent as it is; None if it can."""
    try:
        longest = PersonalText(version.html).longest_length()
    except UnknownVariable as unknown:
        variables = {"name": unknown.name, "nearest": unknown.nearest}
        return Text("broadcasts/problem_variable", variables)
    except BadTemplate:
        return Text("broadcasts/problem_braces")
    for problem in message_limits.problems(version, longest):
        if "album" in problem.name:
            return Text("broadcasts/problem_album", {"limit": message_limits.ALBUM_LIMIT})
        if problem.limit:
            given = {"limit": problem.limit, "longest": problem.found}
            return Text("broadcasts/problem_long", given)
        return Text("broadcasts/not_that")
    return None
