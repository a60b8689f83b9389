"""What staff see of how a message came by email: never an address."""

from dataclasses import dataclass

from storage.inbox import Message


@dataclass(frozen=True, slots=True)
class SeenMail:
    """
    Attributes:
        is_one: whether it came, or goes, by email.
        attachments: how many files came with it; -1 if nobody has counted them.
        cut: whether there is more of it in the office's mailbox.
        unsure: whether nobody knows if the answer has arrived.
    """

    is_one: bool = False
    attachments: int = 0
    cut: bool = False
    unsure: bool = False

    @classmethod
    def of(cls, message: Message) -> "SeenMail":
        """As it is kept; what came with a message did not come with its answer."""
        email = message.email
        if not email:
            return NO_MAIL
        if message.answered_by is not None:
            return cls(is_one=True, unsure=email.get("unsure", False))
        return cls(True, email.get("attachments", 0), email.get("cut", False))


NO_MAIL = SeenMail()
