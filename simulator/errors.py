"""Telegram's refusals.

Refused
├── bad_request   400
├── forbidden     403
├── conflict      409
└── too_many      429, with the seconds to wait
"""

from typing import Any


class Refused(Exception):
    """Telegram says no (https://core.telegram.org/bots/api#making-requests).

    Attributes:
        code: the HTTP status and `error_code`.
        description: the text bots are shown.
        parameters: ResponseParameters, such as `retry_after` in seconds.
    """

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(why: str) -> Refused:
    return Refused(400, f"Bad Request: {why}")


def forbidden(why: str) -> Refused:
    return Refused(403, f"Forbidden: {why}")


def conflict(why: str) -> Refused:
    return Refused(409, f"Conflict: {why}")


def too_many(seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
