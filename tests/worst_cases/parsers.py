"""Every parser of anything that comes from a person, once: add a new one here.

What is sent by supporters and staff is at most as long as Telegram lets it be; what takes files is
tried with small ones, because large ones are read in a worker, whose limits are tested beside it.
"""

import io
import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import telegram
import xlsxwriter
from starlette.requests import Request

from bot.config import values
from bot.config.load import _parse
from bot.config.problems import ConfigError
from bot.logs import redact
from bot.web import stop_emails
from bot.web.pass_on import NO_PEOPLE
from bot.web.stop_emails import LONGEST_FORM
from campaign import alignment, deadline, fields, inbox, office_requests, staff, uploads
from campaign import questions as campaign_questions
from campaign.broadcasts import (
    content,
    day_parser,
    excerpts,
    quiet_hours,
    time_parser,
    weekly_time,
)
from campaign.definition import diff, export, new_campaign
from campaign.definition.campaign_file import load_definition
from campaign.definition.model import Definition
from campaign.definition.parts import PARTS, InvalidText, text_for
from campaign.definition.problems import DefinitionError
from campaign.definition.toml_lines import key_lines
from campaign.definition.toml_text import BadToml, values_of
from campaign.errors import CampaignError
from campaign.fields import FieldProblem, normalize, tappable
from campaign.invalidation import rules
from campaign.normalisation import normalised
from campaign.paper import columns, days, numbers, separators
from campaign.paper.check_table import Person, understand_by_pages
from campaign.referrals import codes
from campaign.referrals.links import tidy_name
from campaign.signing import doubts
from channels import safe_json
from channels.browser import forms, language, proof_of_work, sessions
from channels.browser.forms import BadForm
from channels.browser.safe_html import safe
from channels.email import headers
from channels.email.bounces import read_bounce
from channels.email.letter_html import letter_html
from channels.email.letter_text import in_lines, letter_text
from channels.email.mailbox_address import MailboxAddress, mailbox_address
from channels.email.message_ids import read_message_id
from channels.email.replies import read_reply, sender_of
from channels.email.reply_faults import fault_of
from channels.email.unsubscribe import read_token
from channels.log_exceptions import format_exception as traceback_told
from channels.markup import plain
from channels.split_text import split
from channels.telegram import get_updates, inline
from channels.telegram.get_updates import is_update
from channels.telegram.versions import version_of
from handlers import router
from handlers.staff.broadcasts import audience
from handlers.staff.broadcasts.content_problems import problem_with
from handlers.staff.content import diff_view
from handlers.staff.timeline import questions
from handlers.supporter import calendar
from handlers.supporter.signing import email_code
from messages import acts, limits
from messages.harmless import harmless
from messages.personal import PersonalText, escape_variables
from packs import characters
from storage import invalidation_search, types
from storage.email_keys import mailbox_key
from storage.invalidation_search import Rule
from tests.campaign import FULL_PROFILE
from tests.worst_cases import cases

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2009, 11, 26)
LONDON = ZoneInfo("Europe/London")
A_MESSAGE = 4_096
A_HEADER = 16_000
A_SMALL_FILE = 4_096
A_BODY = 65_536
REPLIES = (
    "From: Ada <ada@example.net>\nIn-Reply-To: <12.345.0123456789abcdef0123@a.example>\n"
    "References: <1.2.0123456789abcdef0123@a.example> <x@y>\n\nYes.\n",
)
BOUNCES = tuple(
    file.read_text("utf-8")
    for file in sorted((Path(__file__).parents[1] / "email" / "bounces").glob("*.eml"))
)

_PROOF = b64encode(
    json.dumps(
        {
            "challenge": json.loads(proof_of_work.challenge("an act", key=b"key", now=NOW)),
            "solution": {"counter": 7, "derivedKey": 64 * "0"},
        }
    ).encode()
).decode()

Make = Callable[[Random, Sequence[str], int], Any]

REFUSALS = (
    ConfigError,
    FieldProblem,
    CampaignError,
    BadForm,
    DefinitionError,
    ValueError,
    questions.InvalidAnswer,
)


@dataclass(frozen=True)
class Parser:
    """One way in.

    Attributes:
        covers: the modules that are read with by it.
        parse: takes what `make` makes.
        good: what it takes for right: bad cases are made of it.
        longest: in characters or bytes.
    """

    name: str
    covers: tuple[str, ...]
    parse: Callable[[Any], Any]
    good: tuple[str, ...]
    longest: int = A_MESSAGE
    make: Make = cases.text


FULL = load_definition(FULL_PROFILE)
FULL_QUESTIONS = [one.question for one in FULL.text["en"].questions]
ACTS = acts.Acts(Path(acts.__file__).parent / "en" / "acts.toml")


@cache
def file_text() -> str:
    return export.to_toml(FULL.model_copy(update={"picture": None}))


def _as_headers(text: str) -> Request:
    raw = text.encode("utf-8", "ignore").replace(b"\n", b"").replace(b"\r", b"")
    scope = {"type": "http", "headers": [(b"accept-language", raw)], "query_string": raw}
    return Request(scope)


def _a_session(text: str) -> object:
    raw = text.encode("utf-8", "ignore").replace(b"\n", b"").replace(b"\r", b"")
    request = Request({"type": "http", "headers": [(b"cookie", raw), (b"origin", raw)]})
    return sessions.token_of(request, "http://x.example"), sessions.is_from_here(
        request, "https://x.example"
    )


def _a_file(chance: Random, _: Sequence[str], longest: int) -> bytes:
    """A campaign file into which something bad has come, in its place or at the beginning."""
    whole = file_text()
    bad = cases.text(chance, whole.splitlines()[:60], chance.choice((60, 1_000, longest)))
    if chance.random() < 0.5:
        return bad.encode("utf-8", "ignore")
    at = chance.choice([0, *(found.end() for found in re.finditer(r"[=\n]", whole))])
    wrapped = chance.choice((f"{bad}\n", f' "{bad}"', f"x = {bad}\n", f"{bad} = 1\n"))
    return (whole[:at] + wrapped + whole[at:]).encode("utf-8", "ignore")


def _two_texts(chance: Random, good: Sequence[str], longest: int) -> tuple[str, str]:
    one = cases.text(chance, good, longest)
    if chance.random() < 0.5:
        return one, cases.text(chance, good, longest)
    words = one.split(" ")
    for _ in range(chance.randrange(1, 20)):
        words[chance.randrange(len(words))] = chance.choice(("a", "b", "c d"))
    return one, " ".join(words)


def _a_name_and_a_pattern(chance: Random, good: Sequence[str], longest: int) -> tuple[str, str]:
    return cases.text(chance, good, 200), cases.text(chance, ("ada", "aaaa", "a b"), longest)


def _two_definitions(chance: Random, good: Sequence[str], longest: int) -> tuple[Any, Any]:
    """The same campaign, with long texts and lists that are alike and not the same."""

    def one() -> Definition:
        stored = FULL.to_dict()
        for texts in stored["text"].values():
            for key, limit in (("statement", 3_000), ("about", 2_000), ("outcome", 600)):
                texts[key] = _fitting(cases.text(chance, good, limit))
            some = [_fitting(cases.text(chance, good, 280)) for _ in range(2)]
            reasons = [chance.choice(some) for _ in range(10)]
            texts["reasons"] = [reason.replace("\n", " ") for reason in reasons]
        stored["resend_unknown"] = ["news", "event"] * chance.choice((1, 10, 25))
        return Definition.from_dict(stored)

    return one(), one()


def _fitting(text: str) -> str:
    """Words that a campaign may say, in as many UTF-16 units as before at the most."""
    plain = "".join(c for c in text if c == "\n" or (c.isprintable() and ord(c) < 0x300))
    return plain.strip()[: len(text) // 2] or "x"


def _message(chance: Random, good: Sequence[str], longest: int) -> telegram.Message:
    """A message with entities: many more than Telegram lets through, in each other and crossing."""
    text = cases.text(chance, good, longest).replace("\ud800", "?") or "x"
    units = limits.length(text)
    kinds = ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote", "url")
    entities = []
    shape = chance.choice(("nested", "beside", "crossing", "same"))
    many = chance.choice((1, 50, 100, 101, 1_000))
    for number in range(many):
        start, length = {
            "nested": (number % units, max(1, units - 2 * number)),
            "beside": (number % units, 1),
            "crossing": (number % units, 1 + chance.randrange(units)),
            "same": (0, units),
        }[shape]
        entities.append({"type": chance.choice(kinds), "offset": start, "length": length})
    made = {
        "message_id": 1,
        "date": 1_259_226_000,
        "chat": {"id": 7, "type": "private"},
        "text": text,
        "entities": entities,
    }
    message = telegram.Message.de_json(made, None)
    assert message is not None
    return message


def _a_body(chance: Random, good: Sequence[str], longest: int) -> bytes:
    """JSON that is deep, wide, full of escapes, of numbers or of the same key, or none at all."""
    many = chance.choice((10, 1_000, longest // 8))
    kinds: tuple[Callable[[], str], ...] = (
        lambda: "[" * many + "]" * many,
        lambda: '{"a":' * many + "1" + "}" * many,
        lambda: "[" + ",".join(["1"] * many) + "]",
        lambda: "[" + ",".join(["[]"] * many) + "]",
        lambda: "9" * many,
        lambda: "0." + "1" * many,
        lambda: "1e" + "9" * min(many, 400),
        lambda: "{" + ",".join(['"a":1'] * many) + "}",
        lambda: '"' + "\\u0000\\ud83d" * (many // 2) + '"',
        lambda: '"' + "\\ud83d\\ude00" * (many // 2) + '"',
        lambda: '["\\u0041"' + ",1" * many + "]",
        lambda: json.dumps(cases.text(chance, good, longest)),
        lambda: cases.text(chance, good, longest),
    )
    chosen = chance.choice(kinds)()
    return ('{"update_id":1,"message":' + chosen + "}").encode("utf-8", "ignore")


def _act(text: str) -> str | None:
    return ACTS.find(acts.plain(text))


def _question(text: str) -> list[int]:
    return campaign_questions.matching(text, FULL_QUESTIONS, ACTS.little)


def _difference(text: str) -> tuple[str, str]:
    return excerpts.difference(excerpts.plain(text), excerpts.plain(text[::-1]))


def _intake(body: bytes) -> bool:
    return is_update(safe_json.read(body))


def _answer(body: bytes) -> Any:
    return get_updates._object(body)


def _is_called(given: tuple[str, str]) -> bool:
    name, pattern = given
    return invalidation_search._fitting(Rule(name=rules.pattern(pattern)))(name)


def _rule(text: str) -> Rule:
    return rules.rule_of(rules.read(text), now=NOW, zone=LONDON)


def _told(given: tuple[Definition, Definition]) -> Any:
    before, after = given
    return diff_view.describe(diff.changes(before, after), {"en": "English"})


def _file(content: bytes) -> None:
    uploads.read_here(content, ("en", "cy")).definition(FULL.slug, None)


def _a_spreadsheet(chance: Random, good: Sequence[str], longest: int) -> bytes:
    """Bad cells in a sound file, or a file of which a few bytes are others."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        lines = (
            cases.text(chance, good, longest).encode("utf-8", "ignore").decode().splitlines()[:200]
        )
        for number, line in enumerate(lines):
            for column, cell in enumerate(line.split(",")[:100]):
                sheet.write_string(number, column, cell)
    content = bytearray(file.getvalue())
    for _ in range(chance.choice((0, 0, 1, 5))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def _table(content: bytes) -> int:
    people: list[Person] = []
    understand_by_pages(content, None, {}, True, True, people.extend)
    return len(people)


def _lines_of_a_valid_file(content: bytes) -> None:
    text = content.decode("utf-8", "ignore")
    try:
        values_of(text)
    except BadToml:
        return
    key_lines(text)


def _an_update(message: telegram.Message) -> Any:
    version = version_of(message)
    return version and problem_with(version)


def _fault(text: str) -> str:
    return traceback_told(telegram.error.BadRequest(text or "x"))


def _in_chat(text: str) -> None:
    for part, field in (("reasons", "text"), ("statement", "text"), ("questions", "answer")):
        chosen = PARTS[part]
        try:
            text_for(chosen, field if field in chosen.fields else chosen.fields[0], text)
        except InvalidText:
            continue


def _every_button(data: str) -> None:
    for pattern in _buttons():
        pattern.match(data)


@cache
def _buttons() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"\A{pattern}\Z") for pattern in router.patterns())


def _asked_inline(text: str) -> Any:
    petition = SimpleNamespace(
        is_open=True, campaign=SimpleNamespace(slug=FULL.slug), definition=FULL
    )
    inline.RESULT.fullmatch(text)
    return inline._wanted((petition,) * 10, text)  # type: ignore[arg-type]


def _copied_number(text: str) -> None:
    office_requests._NUMBER.fullmatch(normalize.one_line(text[: office_requests._LONGEST]))


def _doubted(text: str) -> None:
    for step in ("name", "email"):
        doubts.doubt_about(step, text)
    doubts.country_meant(text, "en")
    doubts.looks_like(text)


def _started(text: str) -> None:
    staff.token_in(text)
    codes.is_code(text)
    calendar.event_in(text)
    email_code.code_in(text)


def _web(text: str) -> str:
    return language.chosen(_as_headers(text), ("en", "cy"), "en")


def _a_setting(text: str) -> None:
    for pattern in (values.TOKEN, values.SECRET):
        pattern.fullmatch(text)
    redact(text)


def _configuration(content: bytes) -> None:
    text = content.decode("utf-8", "ignore")
    _parse(Path("config.toml"), text)
    key_lines(text)


def _at(text: str, parse: Any) -> Any:
    return parse(text, now=NOW, zone=LONDON, language="cy")


NAMES = ("Ada Lovelace", "Dr. Siân Ŵyn-O’Neil", "J.R.R. Tolkien", "عبد الله", "नरेन्द्र", "😀 Ada")
WHENS = (
    *("tomorrow 9:00", "26 Nov 18:30", "Friday 8am", "yfory 9:00", "in 2 hours and 5 minutes"),
    *("at 9 am on Friday 27th of November 2009", "2009-11-27T18:30", "27/11/2009 6pm", "noon"),
)
DAYS = (
    "16 to 18 November",
    "between 1st and 3rd Dec 2009",
    "16-18 Tachwedd",
    "rhwng 1 a 3 Rhagfyr",
)
LINKS = ("Read it https://example.org/a?b=c", "www.example.org", "x http://[::1]:80/", "t.me/a")
TABLES = (
    "name,postcode\nAda Lovelace,SW1A 1AA\n",
    '"name";"postcode"\n"Ada ""A"" Lovelace";"E17 4PP"\n',
    "name\tpostcode\temail\nAda\tSW1A 1AA\tada@example.org\n",
)
TEXTS = ("a b a b a b", "Keep the unit. Fund it for three years.", "x y z x y z\n\nx y")


def _attempted(parse: Callable[..., Any], *given: Any) -> Any:
    """What it gives, or why it refuses."""
    try:
        return parse(*given)
    except REFUSALS as refused:
        return refused


PARSERS: tuple[Parser, ...] = (
    Parser("name", ("campaign.fields.names",), fields.name, NAMES),
    Parser("act", ("messages.acts",), _act, ("STOP!! 🛑", "please delete my data")),
    Parser("question", ("campaign.questions",), _question, ("Who decides?", "what does it cost")),
    Parser(
        "name of a program that follows a link",
        ("bot.web.pass_on",),
        NO_PEOPLE.search,
        ("Mozilla/5.0 (Linux; Android 14)", "TelegramBot (like TwitterBot)", "Cubot"),
    ),
    Parser(
        "answer about a new campaign",
        ("campaign.definition.new_campaign",),
        lambda text: [
            _attempted(new_campaign.parse, key, text)
            for key in (*new_campaign.questions(), "goal")
            if key != "postcode"
        ],
        ("Keep the library open", "1,000,000", "2 000", "keep-it"),
    ),
    Parser(
        "short name out of a title",
        ("campaign.definition.new_campaign",),
        new_campaign.slug_of,
        ("Keep London’s unit", "Ŵyn, ﬁn & Ångström"),
    ),
    Parser("excerpt", ("campaign.broadcasts.excerpts",), _difference, ("<b>Hello</b> &lt;x&gt;",)),
    Parser(
        "name key",
        ("campaign.fields.names", "campaign.fields.skeletons"),
        fields.name_key,
        NAMES,
    ),
    Parser(
        "postcode",
        ("campaign.fields.postcodes",),
        fields.postcode,
        ("SW1A 1AA", "e17-4pp", "O1O 1OO", "BFPO 61"),
    ),
    Parser(
        "email",
        ("campaign.fields.emails",),
        fields.email,
        (
            "ada@example.org",
            "mailto:<ada@xn--bcher-kva.example>",
            "söm@bücher.example",
            '"a b"@c.org',
        ),
    ),
    Parser("mailbox key", ("storage.email_keys",), mailbox_key, ("a.da+1@googlemail.com",)),
    Parser(
        "phone",
        ("campaign.fields.phones",),
        fields.phone,
        ("+44 20 7946 0000", "020 7946 0000 ext. 12", "tel:+44;ext=1", "+4420;phone-context=a"),
    ),
    Parser(
        "country",
        ("campaign.fields.countries",),
        lambda text: fields.country(text, "cy"),
        ("GB", "the United Kingdom", "Côte d’Ivoire", "🇬🇧", "Cymru"),
    ),
    Parser("comment", ("campaign.fields.comments",), fields.comment, ("It helped me.", *NAMES)),
    Parser("link in a name", ("campaign.fields.tappable",), tappable.in_name, (*NAMES, *LINKS)),
    Parser("link in prose", ("campaign.fields.tappable",), tappable.in_sentences, (*TEXTS, *LINKS)),
    Parser(
        "normal forms",
        ("campaign.normalisation",),
        lambda text: [normalised(form, text) for form in ("NFC", "NFKC", "NFKD")],
        NAMES,
    ),
    Parser("one line", ("campaign.fields.normalize",), normalize.one_line, NAMES),
    Parser("letters of a field", ("campaign.fields.problem",), fields.name, NAMES),
    Parser(
        "ends of signing",
        ("campaign.deadline",),
        lambda text: _at(text, deadline.parse_closing),
        ("midnight on 30 November", "30 Tachwedd hanner nos", "Friday 6pm", "30 Nov 24:00"),
    ),
    Parser(
        "ends of signing in files",
        ("campaign.deadline",),
        deadline.from_file,
        ("2009-11-30 24:00", "Monday 30 November 2009, 6pm", "2009-11-30T18:00"),
    ),
    Parser(
        "time",
        ("campaign.broadcasts.time_parser",),
        lambda text: _at(text, time_parser.parse_when),
        WHENS,
    ),
    Parser(
        "days",
        ("campaign.broadcasts.day_parser",),
        lambda text: _at(text, day_parser.parse_days),
        DAYS,
    ),
    Parser(
        "days meant",
        ("campaign.broadcasts.time_parser",),
        lambda text: list(time_parser.days_meant(text, TODAY, "cy")),
        (*WHENS, *DAYS),
    ),
    Parser(
        "weekly", ("campaign.broadcasts.weekly_time",), weekly_time.parse_weekly, ("Friday 17:00",)
    ),
    Parser(
        "quiet hours",
        ("campaign.broadcasts.quiet_hours",),
        quiet_hours.parse_hours,
        ("21:00-08:00",),
    ),
    Parser(
        "paper day",
        ("campaign.paper.days",),
        lambda text: days.day(text, today=TODAY, language="cy"),
        ("2009-11-24", "24.11.09", "1st dec", "24 Tachwedd 2009"),
    ),
    Parser(
        "paper count",
        ("campaign.paper.numbers",),
        numbers.readings,
        ("24", "1,000", "−4", "24 100 High Street"),
    ),
    Parser(
        "link button",
        ("campaign.broadcasts.content", "campaign.web_address"),
        content.link_from,
        LINKS,
    ),
    Parser("source name", ("campaign.referrals.links",), tidy_name, ("Leaflet, Brixton", *NAMES)),
    Parser(
        "message to a campaign",
        ("campaign.inbox",),
        lambda text: (inbox.words_of(text), inbox.first_of(text)),
        ("Can I sign for my mother?", *NAMES),
    ),
    Parser(
        "rule",
        ("campaign.invalidation.rules",),
        _rule,
        ("postcode SW1A from 14:00 to 15:30", "name *test* last 2 hours", "number 1,234"),
    ),
    Parser(
        "pattern of names",
        ("campaign.invalidation.rules", "storage.invalidation_search"),
        _is_called,
        ("adalovelace", "aaaaaaaaaaaaaa"),
        make=_a_name_and_a_pattern,
        longest=200,
    ),
    Parser("receipt number", ("campaign.invalidation.rules",), rules.number, ("123", "1,234")),
    Parser(
        "receipt number in a letter",
        ("campaign.office_requests",),
        _copied_number,
        ("no. 1 234", "signature number: #1,234", "rhif 1234"),
    ),
    Parser(
        "doubt about an answer",
        ("campaign.signing.doubts",),
        _doubted,
        ("My name is Ada Lovelace", "I live in Dublin, Ireland", "ada@gmial.com", "07700 900123"),
    ),
    Parser(
        "text of a campaign",
        ("campaign.definition.parts", "campaign.definition.text_rules"),
        _in_chat,
        TEXTS,
    ),
    Parser(
        "update",
        (
            "channels.telegram.versions",
            "messages.personal",
            "messages.limits",
        ),
        _an_update,
        ("Dear {{ first_name }}, we are {{ count }}.", *TEXTS),
        make=_message,
    ),
    Parser(
        "personal text",
        ("messages.personal",),
        lambda text: PersonalText(text).longest_length(),
        (
            "Dear {{ first_name }}, <b>{{ count }}</b> {# so far #}",
            "{{ a.b(c|d) }}",
            "{% for a in b %}",
        ),
        longest=20_000,
    ),
    Parser(
        "literal text",
        ("messages.personal",),
        lambda text: PersonalText(escape_variables(text)).longest_length(),
        ("Dear {{ first_name }}", *TEXTS),
    ),
    Parser("visible characters", ("packs.characters",), characters.visible, TEXTS),
    Parser("somebody's words", ("messages.harmless",), lambda text: str(harmless(text)), TEXTS),
    Parser("what Telegram carries", ("messages.limits",), limits.sendable, TEXTS),
    Parser("a page's text", ("messages.limits",), limits.presentable, TEXTS),
    Parser("a button's text", ("messages.limits",), limits.one_line, TEXTS),
    Parser(
        "visible length",
        ("messages.limits",),
        limits.visible_length,
        ('<a href="x">a &amp; b</a>', "&#38;&#x26;", *TEXTS),
    ),
    Parser("shortened", ("messages.limits",), lambda text: limits.shorten(text, 120), TEXTS),
    Parser(
        "words of the story",
        ("handlers.staff.timeline.questions",),
        lambda text: questions.paragraphs(600)(text, None, None),  # type: ignore[arg-type]
        TEXTS,
    ),
    Parser(
        "link of the story",
        ("handlers.staff.timeline.questions",),
        lambda text: questions.link(text, None, None),  # type: ignore[arg-type]
        LINKS,
    ),
    Parser(
        "postcode areas",
        ("handlers.staff.broadcasts.audience",),
        audience.areas_in,
        ("SW, E and EH", "CF a SA"),
    ),
    Parser(
        "start parameter",
        (
            *("campaign.referrals.codes", "campaign.staff"),
            *("handlers.supporter.calendar", "handlers.supporter.signing.email_code"),
        ),
        _started,
        ("r_AbCdEfGhIj", "s_AbCdEfGh", "event_12", "staff_" + "a" * 22, "123 456"),
    ),
    Parser(
        "button",
        ("handlers.router",),
        _every_button,
        ("form:1:name:x", "upd:1:2:audience:x", "sheet:1:save", "table:set:1:name.2"),
    ),
    Parser(
        "inline query",
        ("channels.telegram.inline",),
        _asked_inline,
        ("keep the unit", "campaign:12"),
    ),
    Parser(
        "words on a page",
        ("channels.browser.safe_html", "channels.small_html"),
        lambda text: safe(text, ("start",)),
        ('<a href="https://x.example">a</a> /start', "<b>1 &lt; 2</b><blockquote>x", *TEXTS),
    ),
    Parser(
        "words of a message",
        ("channels.markup",),
        plain,
        ('<a href="https://x.example">a</a>', "<b>1 &lt; 2</b>"),
    ),
    Parser(
        "long text",
        ("channels.split_text",),
        lambda text: split(text, 500),
        ("<b>a</b> &amp; b\n\nc", *TEXTS),
    ),
    Parser(
        "form of a page",
        ("channels.browser.forms",),
        lambda text: forms.parse(text.encode("utf-8", "replace")[: forms.MOST_BYTES]),
        ("csrf=a&n=1&text=Ada+Lovelace", "data=form%3A1%3Aback&seen=1-0"),
    ),
    Parser(
        "form that ends emails",
        ("bot.web.stop_emails",),
        lambda text: stop_emails.read_form(text.encode("utf-8", "replace")[:LONGEST_FORM]),
        ("choose=1&quiet=20%3A00-09%3A00&kind=news&kind=decision", "all=1"),
        longest=LONGEST_FORM,
    ),
    Parser(
        "cookie",
        ("channels.browser.sessions",),
        _a_session,
        ("clamour=" + "a" * 43, "a=b; clamour=x"),
        longest=A_HEADER,
    ),
    Parser(
        "language of a page",
        ("channels.browser.language",),
        _web,
        ("lang=cy&lang=en", "cy;q=0.9, en-GB;q=0.8, *;q=0.1"),
        longest=A_HEADER,
    ),
    Parser(
        "body of the webhook",
        ("channels.safe_json",),
        _intake,
        TEXTS,
        longest=A_BODY,
        make=_a_body,
    ),
    Parser(
        "answer of the Bot API",
        ("channels.telegram.get_updates",),
        _answer,
        TEXTS,
        longest=A_BODY,
        make=_a_body,
    ),
    Parser("a line of the log", ("bot.logs",), redact, ("123456789:" + "A" * 35, *TEXTS)),
    Parser("words of a fault", ("channels.log_exceptions",), _fault, ("Can't parse: <b>", *TEXTS)),
    Parser("a setting", ("bot.config.values",), _a_setting, ("123456789:" + "A" * 35,)),
    Parser(
        "configuration",
        ("bot.config.load",),
        _configuration,
        (),
        longest=A_SMALL_FILE,
        make=_a_file,
    ),
    Parser(
        "JSON that is kept",
        ("storage.types",),
        types.to_json,
        ("a\\u0000b", "\\\\u0000", *TEXTS),
        longest=20_000,
    ),
    Parser(
        "separator of a table",
        ("campaign.paper.separators",),
        separators.separator,
        TABLES,
        longest=A_SMALL_FILE,
    ),
    Parser(
        "headings of a table",
        ("campaign.paper.columns",),
        lambda text: columns.guess(text.split(",")[:60]),
        TABLES,
        longest=A_SMALL_FILE,
    ),
    Parser(
        "table",
        (
            *("campaign.paper.read_table", "campaign.paper.check_table", "campaign.paper.cells"),
            "campaign.paper.decode",
        ),
        _table,
        TABLES,
        longest=A_SMALL_FILE,
        make=cases.content,
    ),
    Parser(
        "spreadsheet",
        ("campaign.paper.workbook",),
        _table,
        TABLES,
        longest=A_SMALL_FILE,
        make=_a_spreadsheet,
    ),
    Parser(
        "campaign file",
        (
            *("campaign.uploads", "campaign.definition.campaign_file", "campaign.definition.model"),
            *("campaign.definition.problems", "campaign.definition.next_steps"),
        ),
        _file,
        (),
        longest=A_SMALL_FILE,
        make=_a_file,
    ),
    Parser(
        "lines of a campaign file",
        ("campaign.definition.toml_lines", "campaign.definition.toml_text"),
        _lines_of_a_valid_file,
        (),
        longest=A_SMALL_FILE,
        make=_a_file,
    ),
    Parser(
        "version of an export",
        ("campaign.definition.export",),
        export.exported_version,
        ("# Exported from keep-the-unit, version 7, on 2009-11-26 09:30 UTC.\n",),
        longest=20_000,
    ),
    Parser(
        "export of a campaign",
        ("campaign.definition.export",),
        lambda given: export.to_toml(given[0]),
        TEXTS,
        make=_two_definitions,
    ),
    Parser(
        "two texts",
        ("campaign.definition.diff", "campaign.alignment"),
        lambda given: diff.words(*given),
        TEXTS,
        make=_two_texts,
    ),
    Parser(
        "two lists",
        ("campaign.alignment",),
        lambda given: alignment.blocks(list(given[0]), list(given[1])),
        TEXTS,
        longest=3_000,
        make=_two_texts,
    ),
    Parser(
        "words of a letter",
        ("channels.email.letter_html", "channels.email.letter_text", "channels.small_html"),
        lambda text: (letter_html(text), in_lines(letter_text(text))),
        (
            '<b>One</b>\n\n<blockquote>two\nthree</blockquote> <a href="https://a.example">x</a>',
            "<pre>  a</pre> https://x.example/a?b=c.",
        ),
    ),
    Parser(
        "header of a letter",
        ("channels.email.headers",),
        lambda text: headers.person("From", text, MailboxAddress("a@b.example", False)),
        ("Keep the Unit Campaign", "Ymgyrch ŵyl", "=?utf-8?q?News=0ABcc:?="),
    ),
    Parser(
        "address of a letter",
        ("channels.email.mailbox_address",),
        mailbox_address,
        ("ada@example.org", "ŵyn@münchen.example"),
    ),
    Parser(
        "reply of a mail server",
        ("channels.email.reply_faults", "channels.email.status_codes"),
        lambda text: fault_of("recipient", 550, text),
        ("5.7.1 <ada@example.org>: Relay access denied", "5.1.1 no such user"),
        longest=32_768,
    ),
    Parser(
        "bounce",
        ("channels.email.bounces", "channels.email.mail_parts", "channels.email.message_ids"),
        lambda text: read_bounce(text.encode("utf-8", "replace")),
        BOUNCES,
        longest=400_000,
    ),
    Parser(
        "reply",
        ("channels.email.replies", "channels.email.mail_parts", "channels.email.message_ids"),
        lambda text: read_reply(text.encode("utf-8", "replace"), own="a@example.org"),
        REPLIES,
        longest=400_000,
    ),
    Parser(
        "sender of a reply",
        ("channels.email.replies", "channels.email.mailbox_address"),
        sender_of,
        ('"Lovelace, Ada <x>" <ada@example.net>', "ada@example.net (Ada)"),
        longest=65_536,
    ),
    Parser(
        "token that ends letters",
        ("channels.email.unsubscribe", "channels.email.message_ids"),
        lambda text: (read_token(text, b"key"), read_message_id(text, b"key")),
        ("AAAAAAAAAAcAAAAAAAAAAwAAAAAAAAAAAAAAAAAAAAA", "<12.345.0123456789abcdef0123@a.example>"),
        longest=A_HEADER,
    ),
    Parser(
        "proof of work",
        ("channels.browser.proof_of_work",),
        lambda text: (
            proof_of_work.is_solved(text, "an act", key=b"key", now=NOW),
            proof_of_work.still_to_wait(text, "an act", key=b"key", now=NOW),
        ),
        (_PROOF, f"1259227800.{64 * '0'}"),
        longest=A_HEADER,
    ),
    Parser("two campaigns", ("campaign.definition.diff",), _told, TEXTS, make=_two_definitions),
)

_OURS = "what we have written ourselves"
_WRITES = "it writes and reads nothing"
READS_NOTHING_OF_PEOPLES: dict[str, str] = {
    "bot.cli.new_campaign": "a draft that the same person has just written on their own machine",
    "channels.email.letter": _WRITES,
    "channels.email.answer_letters": "a subject of at most 300 characters",
    "channels.email.reply_words": "in a worker: as much as 200,000 characters",
    "channels.email.returned_test": "read by the command line alone, which nobody waits for",
    "channels.email.sender_dns": "read by the command line alone, which nobody waits for",
    "bot.background": "addresses of the configuration",
    "channels.email.petition_letter": _WRITES,
    "channels.email.plain_letter": _WRITES,
    "channels.email.transport": "addresses of the configuration",
    "channels.fit": "addresses of our own buttons",
    "channels.page": _WRITES,
    "handlers.supporter.share_ways": _WRITES,
    "channels.telegram.proxy": "addresses of the configuration and the environment",
    "channels.telegram.outgoing": _WRITES,
    "channels.telegram.owed": _WRITES,
    "campaign.paper.report": "callback data, which has at most 64 bytes",
    "bot.foreign_records": "names of libraries, and no words of theirs",
    "bot.config.settings": "addresses of the configuration",
    "campaign.broadcasts.terms": _WRITES,
    "campaign.definition.consent_fields": "a table that comes with the program",
    "handlers.heard": _WRITES,
    "campaign.fields.confusable_table": "a table that comes with the program",
    "handlers.actions": "callback data, which has at most 64 bytes",
    "storage.evidence": _OURS,
    "packs.manifest": "read by the command line alone, which nobody waits for",
    "bot.application": "addresses of the configuration",
    "bot.jobs.backups": "names of our own backups",
    "bot.config.draft": _WRITES,
    "bot.config.environment": "names of environment variables",
    "bot.config.explain": "names of settings",
    "bot.demo": _OURS,
    "channels.telegram.http_client": _WRITES,
    "bot.web.embed": _WRITES,
    "bot.web.numbers": _WRITES,
    "pictures.previews": _WRITES,
    "bot.web.share": _WRITES,
    "campaign.handin.build_pack": "the manifest that its worker has written",
    "campaign.my_data": _WRITES,
    "pictures.area_map": "a table that comes with the program",
    "channels.telegram.broadcast_messages": _WRITES,
    "handlers.staff.invitations": _WRITES,
    "handlers.staff.stats.board": _WRITES,
    "handlers.supporter.proof": _WRITES,
    "handlers.supporter.share": _WRITES,
    "handlers.supporter.next_steps.comment": _WRITES,
    "messages.languages": "texts that come with the program",
    "messages.renderer": "texts that come with the program",
    "packs.facts": "in a worker: a job that we have written",
    "packs.glyphs": "in a worker: names of at most 100 letters",
    "packs.build": _WRITES,
    "packs.pdf": "in a worker: names of at most 100 letters",
    "packs.rows": "in a worker: names of at most 100 letters",
    "packs.tables": _WRITES,
    "packs.typeset": _WRITES,
    "packs.verify": "read by the command line alone, which nobody waits for",
    "storage.audit_chain": _OURS,
    "storage.campaigns": _OURS,
    "storage.copy_database": _OURS,
    "storage.sqlite_driver": "addresses of the configuration",
    "storage.encryption.columns": _OURS,
    "storage.encryption.keyring": _OURS,
}
"""Modules that use a reading library for what people do not write, and what it is."""

__all__ = ["PARSERS", "READS_NOTHING_OF_PEOPLES", "REFUSALS", "Parser"]
