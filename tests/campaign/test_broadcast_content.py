"""A broadcast's message is kept whole, and what Telegram would refuse is named beforehand."""

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import web_address
from campaign.broadcasts.content import (
    LONGEST_LABEL,
    BadLink,
    Content,
    LinkButton,
    Media,
    MediaKind,
    Version,
    link_from,
)
from campaign.broadcasts.message_limits import Problem, problems
from simulator.links import checked

KINDS: tuple[MediaKind, ...] = ("photo", "video", "document", "animation", "audio")
MEDIA = st.builds(Media, st.sampled_from(KINDS), st.text())
VERSIONS = st.builds(Version, st.text(), st.lists(MEDIA, max_size=11).map(tuple))
BUTTONS = st.builds(LinkButton, st.sampled_from(["sign", "share", "link"]), st.text(), st.text())
CONTENTS = st.builds(
    Content,
    st.dictionaries(st.text(), VERSIONS, max_size=4),
    st.lists(BUTTONS, max_size=3).map(tuple),
)


def album(*kinds: MediaKind) -> Version:
    return Version("", tuple(Media(kind, f"{kind}-{place}") for place, kind in enumerate(kinds)))


def names(version: Version, longest: int = 0) -> list[str]:
    return [problem.name for problem in problems(version, longest)]


@given(CONTENTS)
def test_content_comes_back_from_json_as_it_was_and_in_its_order(content: Content) -> None:
    kept = content.to_dict()
    assert json.loads(json.dumps(kept)) == kept
    back = Content.from_dict(json.loads(json.dumps(kept, sort_keys=True)))
    assert back == content
    assert list(back.versions) == list(content.versions)


@given(CONTENTS, st.text())
def test_everybody_gets_their_language_or_the_first(content: Content, language: str) -> None:
    if not content.versions:
        with pytest.raises(LookupError):
            content.version_for(language)
    else:
        first = next(iter(content.versions.values()))
        assert content.version_for(language) == content.versions.get(language, first)


def test_a_text_has_1_to_4096_units() -> None:
    text = Version("…")
    assert problems(text, 0) == [Problem("empty")]
    assert problems(text, 1) == []
    assert problems(text, 4096) == []
    assert problems(text, 4097) == [Problem("text_too_long", 4096, 4097)]


@pytest.mark.parametrize("kind", KINDS)
def test_one_file_of_any_kind_may_have_0_to_1024_units_under_it(kind: MediaKind) -> None:
    assert problems(album(kind), 0) == []
    assert problems(album(kind), 1024) == []
    assert problems(album(kind), 1025) == [Problem("caption_too_long", 1024, 1025)]


def test_an_album_has_at_most_10_files() -> None:
    ten: tuple[MediaKind, ...] = ("photo",) * 10
    assert problems(album(*ten), 0) == []
    assert problems(album(*ten, "video"), 0) == [Problem("album_too_big", 10, 11)]


@pytest.mark.parametrize(
    ("kinds", "together"),
    [
        (("photo", "video"), True),
        (("document", "document"), True),
        (("audio", "audio"), True),
        (("photo", "document"), False),
        (("photo", "audio"), False),
        (("document", "audio"), False),
        (("animation", "animation"), False),
        (("photo", "animation"), False),
    ],
)
def test_only_what_goes_together_makes_an_album(
    kinds: tuple[MediaKind, ...], together: bool
) -> None:
    assert names(album(*kinds)) == ([] if together else ["mixed_album"])


def test_everything_wrong_is_told_at_once() -> None:
    kinds: list[MediaKind] = ["photo"] * 10
    assert names(album(*kinds, "audio"), 2000) == [
        "caption_too_long",
        "album_too_big",
        "mixed_album",
    ]


@pytest.mark.parametrize(
    ("written", "label", "address"),
    [
        ("Read it https://example.org/a?b=c#d", "Read it", "https://example.org/a?b=c#d"),
        ("Read it: example.org", "Read it", "https://example.org"),
        ("Der Brief – http://straße.example/x", "Der Brief", "http://straße.example/x"),
        ("Read | it | https://example.org:8443", "Read | it", "https://example.org:8443"),
    ],
)
def test_a_link_button_is_words_and_an_address(written: str, label: str, address: str) -> None:
    assert link_from(written) == LinkButton("link", label, address)


@pytest.mark.parametrize(
    "written",
    [
        *("", "Read it", "Read it https://", "Read it https://localhost", "Read it tg://resolve"),
        *("Read it javascript:alert(1)//a.b", "Read it ftp://example.org", "a https://1.2.3.4"),
        *("Tap https://me:secret@example.org", "Tap https://example.org:99999", "Tap ://a.b"),
        *("https://example.org", "… https://example.org", "Tap https://[::1", "Tap a..", "Tap ."),
        *("Tap https://example.org:/x", "Tap https://example.org:0/", "Tap https://example.org:+1"),
        *("Tap https://exa%zzmple.org", "Tap https://exa%41mple.org", "Tap https://exa\\mple.org"),
        *("Tap https://.example.org", "Tap https://example..org", "Tap https://example.org:８０"),
        *("Tap https://exa<mple.org", "Tap https://example.org\u200b", "Tap https://-.org"),
        *("x" * 61 + " https://example.org", "Tap https://example.org/" + "x" * 1000),
    ],
)
def test_what_is_no_link_button_is_refused(written: str) -> None:
    with pytest.raises(BadLink):
        link_from(written)


@given(
    st.text() | st.from_regex(r"\w{1,9} (https?://)?[\w.@:/%\[\]()!~*+=-]{1,40}", fullmatch=True)
)
def test_whatever_is_typed_a_link_button_opens_the_web_and_says_something(written: str) -> None:
    try:
        button = link_from(written)
    except BadLink:
        return
    parts = urlsplit(button.url)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert "." in parts.hostname
    assert parts.username is None
    assert len(button.url) <= web_address.LONGEST
    assert checked(button.url)  # by Telegram's own rule
    assert 0 < len(button.label) <= LONGEST_LABEL
    assert len(button.label.splitlines()) == 1
