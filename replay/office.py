"""The campaign office: what staff do in their chat, one act after the other."""

from dataclasses import dataclass

from replay.people import Person

SKIP = "‹Skip›"


@dataclass
class Office:
    """One of the staff with the chat app in hand.

    Attributes:
        read: the newest message before the present chapter.
    """

    person: Person
    read: int = 0

    async def turns_the_page(self) -> None:
        """What comes from now on belongs to another chapter."""
        self.read = max((one["message_id"] for one in await self.person.chat()), default=0)

    async def adds(self, kind: str, *answers: str) -> None:
        """Put something into the campaign's story; an answer in ‹› is a button."""
        await self.person.says("/event")
        await self.taps(kind)
        await self.answers(*answers)
        await self.taps("Add to the timeline")

    async def answers(self, *answers: str) -> None:
        """One question after the other."""
        for answer in answers:
            if answer.startswith("‹"):
                await self.taps(answer.strip("‹›"))
            else:
                await self.person.says(answer)

    async def taps(self, label: str) -> int:
        """Tap the newest button with these words; gives the number of its message.

        Raises:
            AssertionError: there is no such button in the chat.
        """
        for message in reversed(await self.person.chat()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"] and "callback_data" in button:
                        number: int = message["message_id"]
                        await self.person.taps_data(number, button["callback_data"])
                        return number
        raise AssertionError(f"no button {label!r} in the office's chat")

    async def sends(self) -> None:
        """Send what is being looked at, and wait until everybody has been dealt with."""
        await self.taps("Send it now")
        await self.sends_at_once()

    async def sends_at_once(self) -> None:
        """The same, by the one tap that is left."""
        number = await self.taps("Yes, send it to")
        await self.person.sees("All sent", lambda one: one["message_id"] == number)

    async def records(self, count: int, note: str) -> None:
        """Signatures on paper."""
        await self.person.says(f"/paper {count} {note}")
        await self.taps("Yes, add them")

    async def reads(self, words: str) -> None:
        """Wait until a message of this chapter has these words.

        Raises:
            TimeoutError: none ever does.
        """
        await self.person.sees(words, lambda one: one["message_id"] > self.read)
