"""Which buttons are coloured: those that sign, and those that take something away.

An app or a Bot API server that knows no colours shows them as all others.
https://core.telegram.org/bots/api#inlinekeyboardbutton (`style`, since Bot API 9.4)
"""

SIGNS = frozenset({"sign", "sign_and_hear", "sign_only", "do_sign"})
TAKES_AWAY = frozenset(
    {
        *("withdraw_yes", "do_withdraw", "forget_yes", "do_forget", "delete_comment"),
        *("retract_yes", "remove_yes", "content_remove_yes", "drop_version"),
        *("story_remove_yes", "story_off_yes", "paper_take_off"),
        *("person_withdraw", "person_erase", "quarantine_yes", "hold_newer"),
        *("take_away_yes", "block_yes", "block_everywhere", "inbox_block_yes"),
    }
)
"""The last word in each case. Not what stands beside the usual choices, such as throwing a draft
away; and never a way out of updates: that is as easy as the way in."""


def style_of(label: str) -> str | None:
    """A button's colour by its key in labels.toml; None for an app's own."""
    if label in SIGNS:
        return "primary"
    return "danger" if label in TAKES_AWAY else None
