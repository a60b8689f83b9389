"""Promises of how a change is shown in the chat: it fits a message, and nothing is passed over."""

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.definition.diff import Change
from handlers.staff.content.diff_view import describe
from messages import bot_texts
from messages.limits import visible_length
from tests.amount import cases

RENDERER = bot_texts()
NAMES = {"en": "English", "cy": "Cymraeg"}
TEXTS = st.one_of(
    st.none(), st.builds(lambda text, n: text * n, st.text(max_size=40), st.integers(1, 60))
)
PATHS = st.sampled_from(
    [
        ("goal",),
        ("status",),
        ("organisations", 3),
        ("text", "en", "statement"),
        ("text", "cy", "questions", 9, "answer"),
        ("text", "cy", "consent", "sign"),
    ]
)
CHANGES = st.lists(
    st.builds(Change, PATHS, TEXTS, TEXTS, st.sampled_from([0, 0, 7])), min_size=1, max_size=30
)


@settings(max_examples=cases(short=12, full=60))
@given(CHANGES)
def test_changes_fit_a_message_and_those_that_do_not_are_counted(found: list[Change]) -> None:
    shown, more = describe(found, NAMES)
    assert len(shown) + more == len(found)
    assert shown
    for language in NAMES:
        text = RENDERER.html("content/look", language, changes=shown, more=more)
        assert visible_length(text) <= 4096


def test_a_change_has_its_name_in_the_chat_or_the_one_in_the_file() -> None:
    ((reason, consent, goal), _) = describe(
        [
            Change(("text", "cy", "reasons", 2), None, "Rheswm"),
            Change(("text", "en", "consent", "sign"), "a", "b"),
            Change(("goal",), "1", "2"),
        ],
        NAMES,
    )
    assert (reason.part, reason.place, reason.language) == ("reasons", 3, "Cymraeg")
    assert (consent.part, consent.key, consent.meaning) == (
        "",
        "text.en.consent.sign",
        "asks_anew",
    )
    assert (goal.key, goal.language) == ("goal", "")


def test_both_the_old_and_the_new_words_of_a_long_text_are_shown() -> None:
    ((one,), _) = describe([Change(("text", "en", "statement"), "old " * 700, "new " * 700)], NAMES)
    assert {piece.kind for piece in one.pieces} >= {"gone", "new"}
