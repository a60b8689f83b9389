"""People write to a campaign, and staff answer: one conversation a person and campaign.

Staff see the first of a person's names and what they write, nothing else. An answer goes out by the
outbox, in the transaction that keeps it.

InboxError
├── TooManyMessages     the account has written a lot; later it may again
├── ConversationGone    the person has been erased, or the time to keep it was over
└── AnsweredMeanwhile   a colleague has answered what this answer is to
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from campaign import request_limits
from campaign.definition.text_rules import telegram_length
from campaign.errors import Blocked, CampaignError
from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem
from campaign.notifications import notify_staff
from campaign.petition import Petition
from storage import audit, blocks, inbox, inbox_letters, locks, notifications
from storage.database import Connection
from storage.inbox import Conversation, Group, Message
from storage.supporters import Supporter

WRITING = "write"
"""The flow of a person who writes to a campaign."""

UNSENT_FOR = timedelta(days=2)
"""How long that is kept which somebody has written and not passed on."""

LONGEST, LONGEST_ANSWER = 2_000, 3_000
"""Characters of a message, and of an answer, as Telegram counts them."""

ANSWER, POST, NEWS, UNDELIVERED = "inbox/answer", "inbox/post", "inbox/news", "inbox/undelivered"
"""Templates in the outbox; each is made from its message when it is sent."""

GROUP_LOST, TOPIC_OVER = "inbox/group_lost", "inbox/topic_over"
"""Further ones: the group cannot be reached; a topic is to be deleted."""


class InboxError(CampaignError):
    """Nothing has been passed on."""


class TooManyMessages(InboxError):
    """The account has written a lot.

    Attributes:
        wait: for so long.
    """

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many messages")
        self.wait = wait


class ConversationGone(InboxError):
    """There is nobody there to answer."""


class AnsweredMeanwhile(InboxError):
    """A colleague has answered already.

    Attributes:
        conversation: the one it is about.
        answer: the colleague's.
    """

    def __init__(self, conversation: Conversation, answer: Message) -> None:
        super().__init__("answered already")
        self.conversation, self.answer = conversation, answer


def words_of(text: str, limit: int = LONGEST) -> str:
    """What somebody has written, without space around it.

    Raises:
        FieldProblem: nothing that can be seen, or too much.
    """
    words = text.strip()
    if not one_line(words):
        raise FieldProblem("message", "empty")
    if telegram_length(words) > limit:
        raise FieldProblem("message", "too_long", limit)
    return words


def first_of(first_name: str) -> str:
    """The first of somebody's names: some people write them all where the app asks for one."""
    return (first_name.split() or ["…"])[0]


async def write(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    words: str,
    *,
    email: Mapping[str, Any] | None = None,
    key: bytes,
    now: datetime,
) -> int:
    """Pass a message on to the campaign, and tell its staff.

    Args:
        email: how it came by email (`campaign.inbox_by_email.Mail`); None: in a chat.
        key: for the hash of the account, by which messages are counted.
        now: UTC.

    Returns:
        The message's number.

    Raises:
        Blocked: staff have blocked the account.
        TooManyMessages: it has to wait.
    """
    if await blocks.is_blocked(db, supporter.id, petition.id):
        raise Blocked
    wait = await request_limits.take_message(db, supporter.telegram_id, key=key, now=now)
    if wait is not None:
        raise TooManyMessages(wait)
    others_wait = await inbox.count_waiting(db, petition.id) > 0
    conversation = await inbox.begin(db, petition.id, supporter.id, now)
    number = await inbox.add_message(db, conversation, words, email=email, now=now)
    await inbox.move(db, conversation, "waiting", now)
    group = await inbox.group_of(db, petition.id)
    if group is not None:
        await _post(db, petition, group, number, now)
    else:
        today = now.astimezone(petition.zone).date()
        await notify_staff(
            db,
            petition.id,
            "editor",
            NEWS,
            but={supporter.telegram_id},
            dedupe_key=f"inbox:{petition.id}:{today}" if others_wait else None,
            now=now,
        )
    return number


async def answer(
    db: Connection,
    conversation_id: int,
    words: str,
    *,
    by: int,
    seen: int,
    now: datetime,
) -> int:
    """Answer a person where they have written what this answers: it lies in the outbox from now on,
    or goes by email.

    Args:
        by: the Telegram id of the member of the staff. Whether they may, is the caller's to ask.
        seen: the newest message that they have seen.
        now: UTC.

    Returns:
        The answer's number.

    Raises:
        ConversationGone: there is nobody to answer.
        AnsweredMeanwhile: somebody has answered since.
    """
    supporter, conversation = await _locked(db, conversation_id)
    last = await inbox.newest(db, conversation.id, by_staff=True)
    if last is not None and last.id > seen:
        raise AnsweredMeanwhile(conversation, last)
    asked = await inbox.newest(db, conversation.id, by_staff=False)
    read = await inbox.newest(db, conversation.id, by_staff=False, up_to=seen) or asked
    email = {**read.email, "answers": read.id} if read and read.email else None
    number = await inbox.add_message(db, conversation, words, answered_by=by, email=email, now=now)
    unseen = asked is not None and asked.id > seen and conversation.status == "waiting"
    await inbox.move(db, conversation, "waiting" if unseen else "answered", now)
    if email:
        await inbox_letters.add(db, number, now)
    else:
        await notifications.add(
            db,
            [supporter.telegram_id],
            ANSWER,
            campaign_id=conversation.campaign_id,
            subject_id=number,
            dedupe_key=f"inbox:answer:{number}",
            now=now,
        )
    await _note(db, conversation, "answered", by, now)
    return number


async def close(db: Connection, conversation_id: int, *, by: int, seen: int, now: datetime) -> bool:
    """Let a conversation wait no longer, without an answer.

    Args:
        seen: the newest message that they have seen; what has come since goes on waiting.

    Returns:
        False if it does not wait, or somebody has written since.

    Raises:
        ConversationGone: it is not there any more.
    """
    _, conversation = await _locked(db, conversation_id)
    asked = await inbox.newest(db, conversation.id, by_staff=False)
    if conversation.status != "waiting" or (asked is not None and asked.id > seen):
        return False
    await inbox.move(db, conversation, "closed", now)
    await _note(db, conversation, "closed", by, now)
    return True


async def set_blocked(
    db: Connection, conversation_id: int, *, blocked: bool, by: int, now: datetime
) -> bool:
    """Block the account behind a conversation in its campaign, and close it; or unblock it.

    Returns:
        False if it is so already.

    Raises:
        ConversationGone: it is not there any more.
    """
    _, conversation = await _locked(db, conversation_id)
    who, campaign_id = conversation.supporter_id, conversation.campaign_id
    if blocked:
        done = await blocks.add(db, who, campaign_id, by, now)
        if conversation.status == "waiting":
            await inbox.move(db, conversation, "closed", now)
    else:
        done = await blocks.remove(db, who, campaign_id)
    if done:
        await audit.append(
            db,
            at=now,
            actor=by,
            action="account.block" if blocked else "account.unblock",
            subject=f"supporter:{who}",
            details={"campaign_id": campaign_id},
        )
    return done


async def link_group(
    db: Connection, petition: Petition, chat_id: int, *, has_topics: bool, by: int, now: datetime
) -> int:
    """Let a group of the staff read the campaign's messages, beginning with those that wait; one
    that does already has them.

    Returns:
        How many follow.
    """
    group = Group(petition.id, chat_id, has_topics)
    before = await inbox.group_of(db, petition.id)
    await inbox.link_group(db, group, by, now)
    await _note_group(db, petition, "linked", by, now)
    if before is not None and before.chat_id == chat_id:
        return 0
    waiting = await inbox.conversations(db, petition.id, waiting=True, offset=0, limit=100)
    for one in waiting:
        asked = await inbox.newest(db, one.id, by_staff=False)
        if asked is not None:
            await _post(db, petition, group, asked.id, now, link=f":{now.isoformat()}")
    return len(waiting)


async def unlink_group(
    db: Connection, petition: Petition, *, by: int | None, now: datetime
) -> bool:
    """Let no group read the campaign's messages any more; False if none does."""
    done = await inbox.unlink_group(db, petition.id)
    if done:
        await _note_group(db, petition, "unlinked", by, now)
    return done


async def not_delivered(db: Connection, message_id: int, *, now: datetime) -> None:
    """An answer could not be delivered: note it, and tell who has written it."""
    if await tell_writer(db, message_id, UNDELIVERED, now=now) is not None:
        await inbox.note_undelivered(db, message_id)


async def tell_writer(
    db: Connection, message_id: int, template: str, *, now: datetime
) -> Message | None:
    """Tell who has written an answer what has become of it, once.

    Returns:
        The answer; None if it is gone.
    """
    answered = await inbox.message(db, message_id)
    conversation = await inbox.of(db, answered.conversation_id) if answered else None
    if answered is None or conversation is None or answered.answered_by is None:
        return None
    await notifications.add(
        db,
        [answered.answered_by],
        template,
        campaign_id=conversation.campaign_id,
        subject_id=message_id,
        least_role="viewer",
        dedupe_key=f"{template.replace('/', ':')}:{message_id}",
        now=now,
    )
    return answered


async def not_posted(
    db: Connection, campaign_id: int | None, chat_id: int, *, now: datetime
) -> None:
    """The staff's group cannot be written to: it reads along no longer, and staff are told. If
    another one has been linked since, that one is left alone."""
    group = await inbox.group_of(db, campaign_id) if campaign_id is not None else None
    if group is None or group.chat_id != chat_id:
        return
    await inbox.unlink_group(db, group.campaign_id)
    await notify_staff(db, group.campaign_id, "editor", GROUP_LOST, now=now)


async def end_topics(
    db: Connection,
    *,
    supporter_id: int | None = None,
    campaign_id: int | None = None,
    conversation_ids: Sequence[int] | None = None,
    now: datetime,
) -> None:
    """Have the topics deleted in which the staff's group has read what is to be forgotten."""
    found = await inbox.topics(
        db,
        supporter_id=supporter_id,
        campaign_id=campaign_id,
        conversation_ids=conversation_ids,
    )
    for where, chat_id, topic_id in found:
        await notifications.add(
            db, [chat_id], TOPIC_OVER, campaign_id=where, subject_id=topic_id, now=now
        )


async def drop_old(db: Connection, *, days: int, now: datetime) -> bool:
    """Delete a page of the messages that have been kept for so many days.

    Returns:
        Whether there may be more.
    """
    await inbox.drop_unsent(db, WRITING, now - UNSENT_FOR)
    dropped, empty = await inbox.drop_old(db, now - timedelta(days=days))
    await end_topics(db, conversation_ids=empty, now=now)
    await inbox.drop(db, empty)
    return dropped > 0


async def _locked(db: Connection, conversation_id: int) -> tuple[Supporter, Conversation]:
    """The person and their conversation, in the order of locks.

    Raises:
        ConversationGone: one of them is not there any more.
    """
    found = await inbox.of(db, conversation_id)
    people = await locks.people(db, [found.supporter_id]) if found else []
    conversation = await inbox.locked(db, conversation_id) if people else None
    if conversation is None:
        raise ConversationGone
    return people[0], conversation


async def _post(
    db: Connection,
    petition: Petition,
    group: Group,
    message_id: int,
    now: datetime,
    *,
    link: str = "",
) -> None:
    """Post a message in the group: once, and once more for each time that the group is linked."""
    await notifications.add(
        db,
        [group.chat_id],
        POST,
        campaign_id=petition.id,
        subject_id=message_id,
        variables={"language": petition.definition.languages[0]},
        dedupe_key=f"inbox:post:{message_id}{link}",
        now=now,
    )


async def _note(
    db: Connection, conversation: Conversation, act: str, by: int, now: datetime
) -> None:
    await audit.append(
        db,
        at=now,
        actor=by,
        action=f"inbox.{act}",
        subject=f"conversation:{conversation.id}",
        details={"campaign_id": conversation.campaign_id},
    )


async def _note_group(
    db: Connection, petition: Petition, act: str, by: int | None, now: datetime
) -> None:
    await audit.append(
        db,
        at=now,
        actor=by,
        action=f"inbox.group_{act}",
        subject=f"campaign:{petition.id}",
        details={"campaign_id": petition.id},
    )
