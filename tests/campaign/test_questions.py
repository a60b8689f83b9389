"""Promises of free text: a question is found by its words, and nothing is when they say nothing."""

from hypothesis import given
from hypothesis import strategies as st

from campaign.questions import MOST_SHOWN, matching
from messages import bot_texts
from tests.folded import for_each

QUESTIONS = (
    "Who sees my name?",
    "Why do you need my postcode?",
    "Can I sign on paper instead?",
    "When is the petition handed in?",
    "Does it cost anything?",
)
LITTLE = bot_texts().little_words("en")


@for_each(
    "text, places",
    [
        ("who can see my name", [0]),
        ("WHY THE POSTCODE???", [1]),
        ("Is there a paper form", [2]),
        ("when will it be handed in", [3]),
        ("what does it cost", [4]),
        ("costs?", [4]),
        ("name or postcode", [0, 1]),
        ("my cat is called Dinah", []),
        ("the and of", []),
        ("", []),
        ("👍", []),
    ],
)
def test_a_question_is_found_by_its_words(text: str, places: list[int]) -> None:
    assert matching(text, QUESTIONS, LITTLE) == places


@given(st.text(max_size=2_000), st.lists(st.text(max_size=240), max_size=12))
def test_any_text_finds_questions_that_there_are(text: str, questions: list[str]) -> None:
    places = matching(text, questions, LITTLE)
    assert len(places) <= MOST_SHOWN
    assert places == sorted(set(places))
    assert all(0 <= place < len(questions) for place in places)
    assert matching(text, questions, LITTLE) == places
