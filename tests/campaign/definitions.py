"""Definitions of every kind, made by hypothesis."""

import unicodedata
from typing import Any

from hypothesis import strategies as st

from campaign.definition.campaign_file import checked
from campaign.definition.model import Definition
from campaign.definition.text_rules import telegram_length

LANGUAGES = ("en", "cy", "ga", "fr", "pt-BR")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
CHARACTERS = st.one_of(
    st.sampled_from("abc \"'\\#=[]{}.\n\u2028\u00a0🌹ŵ\ufeff"),
    st.characters(
        exclude_categories=("Cc", "Cs", "Cn"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
)


def paragraphs(limit: int) -> st.SearchStrategy[str]:
    """Texts as the definition keeps them: trimmed, composed, not empty, short enough."""
    return (
        st.text(CHARACTERS, min_size=1, max_size=min(limit, 60))
        .map(lambda text: unicodedata.normalize("NFC", text.strip()))
        .filter(lambda text: bool(text.strip()) and telegram_length(text) <= limit)
    )


def one_line(limit: int) -> st.SearchStrategy[str]:
    return (
        paragraphs(limit)
        .map(lambda text: unicodedata.normalize("NFC", text.replace("\n", " ").strip()))
        .filter(bool)
    )


@st.composite
def texts(draw: st.DrawFn, shape: dict[str, Any]) -> dict[str, Any]:
    """One language's texts, of the same shape as every other's."""
    made: dict[str, Any] = {
        "title": draw(one_line(120)),
        "ask": draw(one_line(300)),
        "target": draw(one_line(200)),
        "summary": draw(one_line(300)),
        "statement": draw(paragraphs(3000)),
        "reasons": [draw(one_line(280)) for _ in range(shape["reasons"])],
        "questions": [
            {"question": draw(one_line(60)), "answer": draw(paragraphs(3000))}
            for _ in range(shape["questions"])
        ],
        "endorsements": [
            {"who": draw(one_line(120))} | ({"quote": draw(paragraphs(400))} if quoted else {})
            for quoted in shape["endorsements"]
        ],
        "opponents": [
            {"claim": draw(one_line(60)), "answer": draw(paragraphs(3000))}
            for _ in range(shape["opponents"])
        ],
        "consent": {"sign": draw(paragraphs(600)), "updates": draw(paragraphs(300))},
        "privacy_notice": draw(paragraphs(800)),
        "share_text": draw(one_line(200)),
        "share_texts": [draw(one_line(200)) for _ in range(shape["share_texts"])],
    }
    if shape["target_short"]:
        made["target_short"] = draw(one_line(60))
    if shape["about"]:
        made["about"] = draw(paragraphs(2000))
    if shape["outcome"]:
        made["outcome"] = draw(paragraphs(600))
    return made


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """A definition that the validation has let through."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True))
    few = st.integers(0, 3)
    shape = {
        "reasons": draw(few),
        "questions": draw(few),
        "endorsements": draw(st.lists(st.booleans(), max_size=3)),
        "opponents": draw(few),
        "target_short": draw(st.booleans()),
        "share_texts": draw(few),
        "about": draw(st.booleans()),
        "outcome": draw(st.booleans()),
    }
    kinds = draw(st.lists(st.sampled_from(["postcode", "email", "comment"]), unique=True))
    data = {
        "slug": draw(st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)),
        "status": draw(st.sampled_from(["draft", "open", "closed"])),
        "goal": draw(st.integers(1, 100_000_000)),
        "timezone": draw(st.sampled_from(["Europe/London", "UTC", "Asia/Kolkata"])),
        "quiet_hours": draw(st.sampled_from(["", "22:30-07:00"])),
        "languages": languages,
        "keep_months": draw(st.integers(1, 120)),
        "fields": [
            {"kind": "name", "required": True},
            *({"kind": kind, "required": draw(st.booleans())} for kind in kinds),
        ],
        "organiser": draw(one_line(120)),
        "organisations": draw(st.lists(one_line(80), max_size=3)),
        "controllers": draw(st.lists(one_line(120), min_size=1, max_size=3)),
        "contact": draw(one_line(200)),
        "text": {language: draw(texts(shape)) for language in languages},
    }
    if draw(st.booleans()):
        data["picture"] = PNG
    definition, found = checked(data)
    assert definition is not None, found
    return definition
