"""Why a message, or an answer to one, cannot be passed on."""

from campaign.fields.problem import FieldProblem
from handlers.screens import Text


def text_of(problem: FieldProblem) -> Text:
    """What is said of it."""
    if problem.reason == "empty":
        return Text("inbox/no_words")
    return Text("unexpected/too_long", {"limit": problem.limit})
