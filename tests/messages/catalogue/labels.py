"""Every label of a button."""

from datetime import date

from tests.messages.catalogue.content import PARTS
from tests.messages.catalogue.names import (
    BECAUSE,
    FIELDS,
    KINDS,
    PERMISSIONS,
    ROLES,
    STEPS,
    STORY_KINDS,
    STORY_QUESTIONS,
    TABLE_DOUBTS,
    TABLE_FIELDS,
    TABLE_LEFT,
    WHO,
)
from tests.messages.catalogue.stats import COLUMNS, STATS, chart_words
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say


def labels(say: Say) -> dict[str, Alternatives]:
    """Give every button label's variables, each with the values worth trying."""
    plain = (
        *("sign", "read_more", "questions", "share", "privacy", "home", "more"),
        *("supporters", "why", "opponents", "who_we_are", "earlier"),
        *(f"part_{name}" for name in PARTS),
        *(f"content_{act}" for act in ("file", "first", "add", "write", "change", "up", "down")),
        *(f"content_{act}" for act in ("remove", "remove_yes", "live", "anew", "without")),
        *("petitions", "page_before", "page_after", "sign_as_before"),
        *("updates_which", "stop_everything"),
        *("back", "skip", "cancel", "share_contact", "i_agree"),
        *("sign_now", "save_changes", "change_answers"),
        *("withdraw", "withdraw_yes", "withdraw_no", "updates_on", "updates_off"),
        *("share_telegram", "post_in_chat", "copy_link", "copy_short_text", "share_more"),
        *("share_back", "share_whatsapp", "share_qr", "share_texts", "my_friends"),
        *("no_more_thanks", "own_link", "open_bot"),
        *("news", "story", "story_earlier", "story_later", "calendar"),
        *(f"story_open_{kind}" for kind in ("media", "event", "handin", "news")),
        *(f"story_kind_{kind}" for kind in STORY_KINDS),
        *(f"story_field_{name}" for name in STORY_QUESTIONS),
        *("story_all", "story_add", "story_edit", "story_tell", "story_remove"),
        *("story_remove_yes", "handin_off", "story_off_yes", "story_save", "story_throw"),
        *("story_closes_yes", "story_closes_no", "story_thanks"),
        *(f"story_outcome_{outcome}" for outcome in ("won", "partly", "lost")),
        *(f"decision_{answer}" for answer in ("announced", "postponed", "waiting")),
        *("no_more_thanks", "own_link", "open_bot", "web_sign", "web_closed"),
        *("handin_full", "handin_redacted", "handin_yes"),
        *("paper_add", "paper_list", "paper_photo", "paper_undo", "paper_save", "paper_again"),
        *("today", "yesterday", "table_no_column", "table_throw", "paper_keep", "paper_new"),
        *("table_quotes_rows", "table_quotes_cells", "table_row_person", "table_row_heading"),
        "table_columns",
        *(f"table_left_{reason}" for reason in TABLE_LEFT),
        *(f"table_why_{doubt}" for doubt in TABLE_DOUBTS),
        *("field_first_name", "field_last_name"),
        *(f"stats_{name}" for name in (*STATS, "table", "no_mornings")),
        *(f"source_{kind}" for kind in ("friends", "none", "paper")),
        *(f"chart_step_{step}" for step in ("consent", "review", "code", "signed")),
        *(f"column_{name}" for name in COLUMNS),
        *("chart_hours", "chart_after", "chart_unwritten"),
        *("funnel", "weeks", "sources", "leaders", "older_comments", "newest_comments"),
        *("one_more_step", "what_else", "do_it", "not_now"),
        *(f"step_{step}" for step in STEPS),
        *("letter_without", "letter_sent", "copy_letter", "copy_address", "open_form"),
        *("write_again", "come_event"),
        *(f"quote_{name}" for name in (*PERMISSIONS, "again")),
        *("my_comment", "delete_comment", "go_on", "forget_answers", "no_more_reminders"),
        *(f"kind_{kind}" for kind in KINDS),
        *(f"mute_{kind}" for kind in KINDS),
        *(f"to_{who}" for who in WHO),
        *("update_rewrite", "update_send", "update_later", "update_look", "update_throw"),
        *("update_pause", "update_resume", "update_cancel"),
        *(f"field_{name}" for name in FIELDS),
        *(f"{act}_{role}" for act in ("role", "make", "role_yes") for role in ROLES),
        *("all_campaigns", "invite", "remove_member", "remove_yes"),
        *("keep_longer", "keep_for_handin", "keep_for_decision", "keep_for_claim"),
        *("audit_older", "audit_newest", "forget_me", "forget_yes", "forget_no"),
        *("send_invitation", "join_yes", "join_no"),
        *(f"because_{reason}" for reason in BECAUSE),
        *(f"quarantine_{name}" for name in ("hour", "day", "doubles", "not", "undo", "undo_yes")),
        *("look_at_it", "look_at_them", "mute_bursts", "keep_both"),
        *("block", "block_yes", "block_everywhere", "unblock", "unblock_everywhere"),
        *("code_again", "code_address"),
        *("test_me", "test_staff", "add_link", "drop_version", "album_whole"),
        *("version_processes", "version_again"),
        *("approve", "send_back", "update_edit", "report_again"),
        *("update_correct", "update_retract", "correct_all"),
        *(f"only_signed_{key}" for key in ("any", "7", "30", "before30")),
    )
    return {
        **{key: {} for key in plain},
        "keep_months": {"months": (1, 2, 3)},
        "quarantine_act": {
            "on": (date(2009, 11, 26),),
            "count": (0, 10_000_000),
            "state": ("applied", "undone"),
        },
        **chart_words(say),
        "quarantine_yes": {"count": (1, 10_000_000)},
        "hold_newer": {"number": (1, 10_000_000)},
        "without_link": {"words": (say(UNBOUNDED),)},
        **{
            name: {"on": (True, False), "name": ("English", "Cymraeg")}
            for name in ("version", "only_language")
        },
        **{
            name: {"on": (True, False)}
            for name in (
                *(f"only_{who}" for who in WHO if who != "other_campaigns"),
                *("only_areas", "only_brought", "only_not_brought", "only_source", "weekly"),
            )
        },
        "own_quiet": {"begin": ("", "20:00"), "end": ("", "09:00")},
        "calendar_of": {"words": (say(UNBOUNDED),)},
        "remind_me": {"on": (True, False)},
        "story_entry": {"kind": ("News",), "words": (say(UNBOUNDED),)},
        "story_change": {"name": STORY_QUESTIONS, "language": ("", "Cymraeg")},
        "ask_approval": {"count": (1, 10_000_000)},
        "member": {"name": (say(UNBOUNDED),), "role": ROLES},
        "recall": {"role": ROLES, "title": (None, say(UNBOUNDED))},
        "keep": {"value": (say(UNBOUNDED),)},
        "use_name": {"name": (say(UNBOUNDED),)},
        "use_earlier": {"value": (say(UNBOUNDED),)},
        **{name: {"title": (say(UNBOUNDED),)} for name in ("use_all", "go_on_signing")},
        **{name: {"count": (1, 1000)} for name in ("petitions_open", "petitions_signed")},
        "updates_of": {"title": (say(UNBOUNDED),), "on": (True, False)},
        "country": {"code": ("GB", "IE")},
        "toggle_updates": {"on": (True, False)},
        "in_quiet_hours": {"on": (True, False)},
        **{f"hear_{kind}": {"on": (True, False)} for kind in (*KINDS, "reminder")},
        "choose_comment": {"on": (True, False), "place": (1, 4)},
        **{name: {"on": (True, False)} for name in ("with_sign", "with_share")},
        **{
            name: {"count": (1, 10_000_000)}
            for name in ("update_yes", "update_yes_later", "correct_yes", "retract_yes")
        },
        "paper_entry": {
            "count": (1, -4, 100_000),
            "note": ("", say(UNBOUNDED)),
            "undone": (True, False),
        },
        "paper_take_off": {"count": (1, 100_000)},
        "paper_reading": {"count": (1, 100_000), "note": ("", say(UNBOUNDED))},
        **{
            f"table_doubt_{said}": {
                "doubt": TABLE_DOUBTS,
                "count": (1, 100_000),
                "on": (True, False),
            }
            for said in ("count", "leave")
        },
        "table_count": {"count": (1, 100_000)},
        "table_column": {"field": TABLE_FIELDS, "heading": ("", say(40))},
        "day": {"day": (date(2009, 11, 26),)},
        "own_words": {"words": (say(UNBOUNDED),)},
        "inline_hint": {"total": (0, 1, 10_000_000)},
        "web_signed": {"total": (0, 1, 10_000_000), "more": (True, False, True)},
        "web_goal": {"goal": (1, 2000, 100_000_000)},
        "toggle_other": {"on": (True, False)},
        **{name: {"on": (True, False)} for name in ("show_name", "list_me", "thank_me")},
        "change": {"field": FIELDS},
        "campaign": {"title": (say(UNBOUNDED),)},
        "language": {"name": ("English", "Cymraeg")},
        "question": {"question": (say(UNBOUNDED),)},
        "claim": {"claim": (say(UNBOUNDED),)},
        "content_entry": {"number": (1, 50), "words": (say(UNBOUNDED),)},
    }
