"""Account numbers: what `supporters.telegram_id` holds, a person's own number in every table.

- below 0: nobody's, the person has been erased;
- 1 … 2**53 - 1: a Telegram account's, and the chat to write to: it has 52 significant bits at most
  (https://core.telegram.org/bots/api#user);
- 2**53 … 2**59 - 1: one of ours, for people who came another way. No chat has it.
"""

import secrets

from sqlalchemy import ColumnElement, and_

FIRST_OWN = 2**53
_END = 2**59
"""So that it has 18 digits at most."""


def new_account() -> int:
    """A number for somebody who has no Telegram account; it tells nothing and cannot be guessed."""
    return FIRST_OWN + secrets.randbelow(_END - FIRST_OWN)


def is_somebodys(account: int) -> bool:
    """Whether its person has not been erased."""
    return account > 0


def is_telegrams(account: int) -> bool:
    """Whether it is a Telegram account's, and so a chat that can be written to."""
    return 0 < account < FIRST_OWN


def is_ours(account: int) -> bool:
    """Whether it is one of ours: its person is found by their addresses."""
    return account >= FIRST_OWN


def somebodys(column: ColumnElement[int]) -> ColumnElement[bool]:
    """The same as `is_somebodys`, of a column."""
    return column > 0


def telegrams(column: ColumnElement[int]) -> ColumnElement[bool]:
    """The same as `is_telegrams`, of a column."""
    return and_(column > 0, column < FIRST_OWN)
