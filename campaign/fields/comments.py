"""The parser of a signer's comment."""

from campaign.fields import tappable
from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem

COMMENT_LIMIT = 500


def comment(text: str) -> str:
    """A comment on one line, at most `COMMENT_LIMIT` characters.

    Raises:
        FieldProblem: empty, too_long or link.
    """
    written = one_line(text)
    if not written:
        raise FieldProblem("comment", "empty")
    if len(written) > COMMENT_LIMIT:
        raise FieldProblem("comment", "too_long", COMMENT_LIMIT)
    if tappable.in_sentences(written):
        raise FieldProblem("comment", "link")
    return written
