"""The names that templates are asked for by: kinds, fields, commands, reasons."""

STORY_QUESTIONS = (
    *("who", "quote", "what", "link", "when", "place"),
    *("days", "watch", "closes", "outcome", "means", "next"),
)
STORY_KINDS = ("endorsement", "media", "event", "decision", "handin", "news")
KINDS = ("news", "milestone", "endorsement", "media", "event", "decision", "thanks", "campaign")
STEPS = ("share", "letter", "event", "comment")
PERMISSIONS = ("none", "named", "unnamed")
ACTIONS = (
    *(f"staff.{act}" for act in ("invited", "joined", "recalled", "role_changed", "removed")),
    *("staff.added", "staff.claim", "source_link.make", "offline_signatures.record"),
    "offline_signatures.undo",
    *("retention.postponed", "retention.done", "backup.restored"),
    *("database.encrypted", "database.decrypted", "figures.recounted"),
    *(f"event.{act}" for act in ("added", "changed", "removed")),
    *(f"decision.{act}" for act in ("announced", "postponed", "still_waiting", "dropped")),
    *("handin.moved", "handin.called_off", "handin.frozen", "campaign.closed"),
    *("handin.asked", "handin.made", "handin.failed"),
    *("campaign.edited", "campaign.loaded", "campaign.created"),
    *("comment.choose", "comment.hide", "comment.leave_out", "comment.show"),
    *(f"share_text.{done}" for done in ("only", "stop", "again", "all")),
    *(f"broadcast.{act}" for act in ("sent", "corrected", "retracted", "scheduled", "asked")),
    "broadcast.moved",
    *(f"broadcast.{act}" for act in ("approved", "sent_back", "taken_back", "paused")),
    *(f"broadcast.{act}" for act in ("all_paused", "resumed", "retried", "cancelled")),
    *("signatures.invalidate", "signatures.restore", "account.block", "account.unblock"),
    *("doubles.keep", "doubles.drop"),
    *(f"inbox.{act}" for act in ("answered", "closed", "group_linked", "group_unlinked")),
    *(f"person.{done}" for done in ("stopped", "withdrawn", "erased")),
)
ROLES = ("owner", "editor", "viewer")
REFUSALS = ("LastOwner", "OwnerByConfig", "InvitationOver", "NotAllowed")
BECAUSE = ("double", "automatic", "made_up", "other")
ALIKE = ("same_email", "same_mailbox", "same_phone", "same_name_and_postcode")
WHO = ("everyone", "signers", "not_signed", "other_campaigns")
PAUSES = (
    *("staff", "stale", "telegram_asks_to_wait:3600"),
    *("bot_refused", "message_refused:wrong file identifier"),
)
STATES = (
    *(("scheduled", None), ("sending", None), ("done", None), ("cancelled", None)),
    *(("awaiting_approval", None), ("awaiting_approval", "outgrew"), ("draft", None)),
    *(("paused", why) for why in PAUSES),
)
PROFILES = ("full", "redacted")
TABLE_DOUBTS = (
    *("no_postcode", "other_postcode", "no_name", "odd_name", "several", "only_name", "too_wide"),
    *("hidden", "marked", "before", "repeated", "maybe_signed"),
)
TABLE_LEFT = ("above", "headings", "totals", "blank", "twice", "signed")
TABLE_FIELDS = ("name", "first_name", "last_name", "postcode", "email")
FIELDS = ("name", "postcode", "email", "phone", "country", "comment")
PROBLEMS = (
    *("name_empty", "name_link", "name_no_letters"),
    *("postcode_malformed", "email_malformed", "country_unknown"),
    *("phone_malformed", "phone_mistyped", "phone_not_own", "phone_typed"),
    *("comment_empty", "comment_link", "name_email", "name_phone"),
    *("postcode_name", "postcode_email", "postcode_phone"),
)
ACTS = (
    *("stop", "cancel", "withdraw", "forget", "sign", "help", "share", "updates", "mydata"),
    *("email", "settings"),
    *("privacy", "news", "petitions", "language", "start"),
)
UNEXPECTED = (
    *("sticker", "voice", "photo", "document", "location", "contact", "other"),
    "edited",
)
COMMANDS = (
    *(
        "start",
        "desk",
        "email",
        "settings",
        "sign",
        "petitions",
        "share",
        "friends",
        "news",
        "updates",
        "stop",
        "withdraw",
        "proof",
    ),
    *("privacy", "language", "help", "cancel"),
    *(
        "update",
        "event",
        "content",
        "newcampaign",
        "stats",
        "funnel",
        "links",
        "paper",
        "handin",
        "inbox",
        "comments",
        "staff",
        "audit",
        "stopall",
        "version",
    ),
    *("invalidate", "lookalikes", "block", "person"),
)
TEXTS = (
    *(f"toast/{name}" for name in ("stale", "done_already", "answered")),
    *(f"toast/{name}" for name in ("updates_on", "updates_off", "language", "own_update")),
    *(f"toast/{name}" for name in ("saved", "recalled", "newest", "unfinished", "too_often")),
    *(f"toast/{name}" for name in ("reminder_on", "reminder_off")),
    *(f"toast/{name}" for name in ("saved", "recalled", "newest", "not_permitted")),
    *(f"toast/{name}" for name in ("inbox_closed", "inbox_not_staff", "joined", "joined_twice")),
    *(f"toast/{name}" for name in ("nothing_held", "muted", "morning_on", "morning_off")),
    *(f"commands/{name}" for name in COMMANDS),
    *("bot/description", "bot/short_description"),
    *("group_commands/petition", "group_commands/sign"),
)
