"""A problem with an answer."""


class FieldProblem(Exception):
    """An answer cannot be taken as it is. Never holds the answer itself.

    Attributes:
        field: name, postcode, email, phone, country or comment.
        reason: one word for the text to show (messages/<language>/sign/problem_<field>_<reason>):
            name: empty, too_long, link, no_letters; postcode: malformed; email: malformed;
            phone: malformed, not_own, typed; country: unknown; comment: empty, too_long, link.
        limit: the most characters there may be, where that was the reason.
    """

    def __init__(self, field: str, reason: str, limit: int | None = None) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.limit = limit
