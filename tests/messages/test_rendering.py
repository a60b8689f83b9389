"""Every message with every kind of value: valid for Telegram, and only what was meant."""

import itertools
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from messages import bot_texts
from messages.limits import length
from messages.personal import LONGEST
from tests import hostile
from tests.amount import cases
from tests.folded import for_each
from tests.messages import catalogue
from tests.messages.catalogue.stats import STATS
from tests.messages.telegram_html import Parsed, parse

RENDERER = bot_texts()
LANGUAGES = [language.code for language in RENDERER.languages]
MESSAGE_LIMIT, CAPTION_LIMIT, TOAST_LIMIT = 4096, 1024, 200
CAPTIONS = {
    "start/welcome",
    *(f"stats/{name}" for name in STATS),
}
BATCH = 20
MOST_MIXES = cases(short=6, full=600)
VALUES = (*hostile.VALUES, *hostile.big_list())
IN_MESSAGES = cases(short=hostile.VALUES, full=VALUES)
EVERY = cases(short=20, full=1)
"""Each value in every twentieth message, the next value in another twentieth; or in all."""


def cut(value: str) -> catalogue.Say:
    """Give a value as the campaign file and the parsers let it through: at most so long."""
    return lambda limit: value[:limit]


def filled(character: str) -> catalogue.Say:
    return lambda limit: character * (limit // length(character))


def limit_of(name: str) -> int:
    return CAPTION_LIMIT if name in CAPTIONS else MESSAGE_LIMIT


def shown(name: str, language: str, variables: dict[str, object]) -> Parsed:
    """Render as Telegram would take it: valid, within its limits, with something to see."""
    message = parse(RENDERER.html(name, language, **variables))
    message.text.encode("utf-8")
    assert 0 < length(message.text) <= limit_of(name), (name, language, length(message.text))
    assert "\x00" not in message.text
    return message


def every_message(
    say: catalogue.Say, mix: Callable[[catalogue.Alternatives], Iterator[dict[str, object]]]
) -> Iterator[tuple[str, str, dict[str, object]]]:
    for name, alternatives in catalogue.html(say).items():
        for variables in mix(alternatives):
            for language in LANGUAGES:
                yield name, language, variables


def every_mix(alternatives: catalogue.Alternatives) -> Iterator[dict[str, object]]:
    """Give every mix; of many, every alternative and the same sample of mixes each time."""
    if math.prod(len(values) for values in alternatives.values()) <= MOST_MIXES:
        for values in itertools.product(*alternatives.values()):
            yield dict(zip(alternatives, values, strict=True))
        return
    yield from catalogue.each(alternatives)
    chance = random.Random(MOST_MIXES)
    for _ in range(MOST_MIXES):
        yield {name: chance.choice(values) for name, values in alternatives.items()}


LONG = ["x", "<", "Ŵ", "😀", "a ", "\n", "&", "/a"]
BY_TURNS = cases(short=8, full=1)
"""Each of them in every eighth message, or in all of them."""


@pytest.mark.parametrize("place", range(len(LONG)), ids=lambda place: ascii(LONG[place]))
def test_the_longest_values_stay_within_telegrams_limits(place: int) -> None:
    messages = every_message(filled(LONG[place]), every_mix)
    for number, (name, language, variables) in enumerate(messages):
        if (number // len(LANGUAGES) + place) % BY_TURNS == 0:
            shown(name, language, variables)


@pytest.mark.parametrize("start", range(0, len(IN_MESSAGES), BATCH))
def test_hostile_values_change_nothing_but_the_words(start: int) -> None:
    """In each language by turns: the templates differ, what escapes the values does not."""
    for place, value in enumerate(IN_MESSAGES[start : start + BATCH]):
        spoken = LANGUAGES[place % len(LANGUAGES)]
        harmless = "".join("\n" if sign == "\n" else "x" for sign in value)
        calm = every_message(cut(harmless), catalogue.each)
        rough = every_message(cut(value), catalogue.each)
        both = zip(calm, rough, strict=True)
        for number, ((name, language, before), (_, _, after)) in enumerate(both):
            if language != spoken or (number // len(LANGUAGES) + place) % EVERY:
                continue
            expected = shown(name, language, before).tags
            assert shown(name, language, after).tags == expected, (name, language, value)


def test_ordinary_values_leave_no_template_syntax_and_no_none() -> None:
    for name, language, variables in every_message(cut("Ada"), every_mix):
        text = shown(name, language, variables).text
        for variable in LONGEST if name.startswith("broadcasts/") else ():
            text = text.replace(f"{{{{ {variable} }}}}", variable)  # shown to staff as it is
        assert not [rest for rest in ("{{", "}}", "{%", "{#", "None", "True") if rest in text], text


def test_a_message_has_no_untidy_space() -> None:
    for name, language, variables in every_message(cut("Ada"), every_mix):
        html = RENDERER.html(name, language, **variables)
        untidy = [rest for rest in ("\n\n\n", " \n", "  ", " .", " ,", "\t") if rest in html]
        assert html == html.strip(), name
        assert not untidy, (name, language, html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_welcome_says_why_to_whom_by_whom_with_whom_and_how_many_signed(language: str) -> None:
    campaign = catalogue.CampaignView(
        slug="keep-the-unit",
        title="Keep <the> unit",
        ask="Keep it open & staffed.",
        target="Sir Paul Stephenson, and many more",
        organiser="An MEP’s office",
        summary="It finds people whom nobody else finds.",
        statement="",
        contact="",
        privacy_notice="",
        recipient="the Commissioner",
        backers=["Anti-Slavery", "A union", "A third", "A fourth"],
    )
    text = shown(
        "start/welcome", language, {"campaign": campaign, "earlier": None, "by_account": True}
    ).text
    for words in (campaign.title, campaign.summary, campaign.recipient, campaign.organiser):
        assert words in text
    assert campaign.target not in text
    assert "Anti-Slavery, A union" in text
    assert "2" in text.partition("A union")[2].partition("\n")[0]
    assert "▰▰▰▰▰▰▰▰▱▱" in text, "812 on the way to 1,000"
    assert "812" in text
    assert "1,000" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wordings_of_a_consent_are_shown_whole(language: str) -> None:
    wordings = {
        f"{name}_wording": (name + " <&> “wording” ") * 40 + "end" for name in ("sign", "updates")
    }
    for variables in every_mix(catalogue.html(cut("Ada"))["sign/declaration"]):
        text = shown("sign/declaration", language, {**variables, **wordings}).text
        assert all(wording in text for wording in wordings.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_campaign_file_may_hold_is_shown_whole(language: str) -> None:
    full = replace(
        catalogue.campaigns(filled("x"))[1],
        statement="s" * 2000,
        reasons=["r" * 220] * 6,
        questions=[catalogue.Question("q" * 240, "a" * 3500)] * 12,
        controllers=["c" * 120] * 6,
        privacy_notice="p" * 1000,
        backers=["b" * 45] * 62,
    )
    closed = replace(full, status="closed", outcome="o" * 2500)
    given = {"campaign": full, "earlier": None, "by_account": True}
    for name in ("start/welcome", "about/more", "faq/list", "privacy/notice"):
        assert "…" not in shown(name, language, given).text
    seen = {"coming": None, "zone": "UTC", "signed": True, "friends": 9, "updates": True}
    assert "…" not in shown("start/closed", language, {"campaign": closed, **seen}).text
    answered = {"campaign": full, "question": "q" * 240, "answer": "a" * 3500}
    assert "…" not in shown("faq/answer", language, answered).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_withdrawing_and_stopping_are_told_apart_wherever_people_leave(language: str) -> None:
    both = {"/withdraw", "/stop"}
    other = {
        "privacy/notice": both,
        "privacy/general": both,
        "help/general": both,
        "withdraw/confirm": {"/stop"},
        "withdraw/not_signed": {"/stop"},
        "subscriptions/stopped": {"/withdraw", "/updates"},
    }
    for name, commands in other.items():
        for variables in catalogue.each(catalogue.html(cut("Ada"))[name]):
            text = shown(name, language, variables).text
            assert not [command for command in commands if command not in text], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_page_of_supporters_is_shown_whole(language: str) -> None:
    small = catalogue.campaigns(filled("x"))[0]
    endorsements = [catalogue.Endorsement("w" * 120, "q" * 400)] * 5
    variables = {"endorsements": endorsements, "organisations": ["o" * 80] * 12}
    pages = {"page": 1, "pages": 10}
    text = shown("about/supporters", language, {"campaign": small, **variables, **pages}).text
    assert (text.count("w" * 120), text.count("q" * 400), text.count("o" * 80)) == (5, 5, 12)


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("name", catalogue.TEXTS)
def test_a_plain_text_fits_where_telegram_shows_it(name: str, language: str) -> None:
    limits = {"toast": TOAST_LIMIT, "commands": 60, "group_commands": 60, "bot": 512}
    limit = 120 if name == "bot/short_description" else limits[name.partition("/")[0]]
    text = RENDERER.text(name, language)
    assert 0 < length(text) <= limit
    assert "&#" not in text
    assert "{{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("value", IN_MESSAGES)
def test_an_email_has_its_code_and_a_subject_of_one_line(value: str, language: str) -> None:
    for name, alternatives in catalogue.emails(cut(value)).items():
        for variables in catalogue.each(alternatives):
            text = RENDERER.text(name, language, **variables)
            assert "012345" in text or not name.startswith("email/code")
            if name == "email/code_subject":
                assert len(text.split("\n")) == 1
                assert length(text) <= 70


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_without_variables_fits_a_button(language: str) -> None:
    fixed = ("on", "field", "code")
    for key, alternatives in catalogue.labels(cut("Ada")).items():
        if all(variable in fixed for variable in alternatives):
            for variables in catalogue.each(alternatives):
                assert 0 < length(RENDERER.label(key, language, **variables)) <= 40, key


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("value", IN_MESSAGES)
def test_a_label_takes_hostile_values_as_plain_text_on_one_line(value: str, language: str) -> None:
    for key, alternatives in catalogue.labels(cut(value)).items():
        for variables in catalogue.each(alternatives):
            label = RENDERER.label(key, language, **variables)
            label.encode("utf-8")
            assert len(label.splitlines()) <= 1
            assert length(label) <= 64
            assert "&lt;" not in label or "&lt;" in value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_buttons_name_in_a_message_is_the_buttons_name(language: str) -> None:
    review = next(catalogue.each(catalogue.html(cut("Ada"))["sign/declaration"]))
    text = shown("sign/declaration", language, review).text
    assert RENDERER.label("sign_and_hear", language) in text
    assert RENDERER.label("sign_only", language) in text
    assert RENDERER.label("field_name", language) in text
    assert RENDERER.label("back", language) in RENDERER.text("toast/answered", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_changing_answers_says_nothing_of_consents_that_it_does_not_touch(language: str) -> None:
    for variables in every_mix(catalogue.html(cut("Ada"))["sign/review"]):
        text = shown("sign/review", language, variables).text
        assert "☑" not in text
        assert "☐" not in text
