"""The screen of each step of signing: its text and its buttons."""

from collections.abc import Sequence
from typing import Any

from babel import Locale, UnknownLocaleError

from campaign import fields
from campaign.petition import CONSENT_SIGN, CONSENT_UPDATES, Petition
from campaign.questionnaire import REVIEW
from campaign.signing.doubts import Doubt
from campaign.signing.form import HOME, Form
from campaign.signing.previous_answers import Earlier
from handlers.actions import Action
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Do, Page, Sign, Updates
from handlers.supporter.signing import previous_answers

KEEP_SHOWN = 30


class Answer(Action, prefix="form"):
    """A button under a question.

    Attributes:
        serial: the dialog's when it was asked.
        name: what it does, see `form.TAPS`.
        value: a petition's number, a country or a field, as the name wants it.
    """

    serial: int
    name: str
    value: str | None = None


def ask(context: Context, petition: Petition, form: Form, given: list[Earlier]) -> Screen:
    """The screen of the form's present step. Its buttons carry the dialog's serial number, so
    that a tap on an older one is known for what it is.

    Args:
        given: what the person gave for other petitions.
    """
    if form.doubted is not None and form.doubted.reason == "word":
        return _word(context, form, form.doubted)
    if form.step == REVIEW:
        return _amended(context, form) if form.amending else _declaration(context, petition, form)
    return _question(context, petition, form, given)


def action(context: Context, name: str, value: str | int | None = None) -> Answer:
    """What a button under the present step does."""
    return Answer(context.dialog.serial, name, None if value is None else str(value))


def _question(context: Context, petition: Petition, form: Form, given: list[Earlier]) -> Screen:
    before = previous_answers.for_question(form, given)
    variables: dict[str, Any] = {
        "campaign": petition.view(context.language),
        "position": form.position,
        "count": len(form.asked),
        "current": form.current,
        "required": form.required,
        "earlier": previous_answers.describe(context, before, form.step) if before else None,
    }
    if form.step == "email":
        variables["as_proof"] = form.by_email
    if form.step == "phone":
        variables["typed"] = not context.can.contact_request
    if form.step == "name":
        variables["telegram_name"] = telegram_name(context)
    body = Text(f"sign/ask_{form.step}", variables)
    onward = _onward(context, form)
    if form.step == "phone" and context.can.contact_request:
        keyboard = [
            *([[use_earlier(context, form, before)]] if before else []),
            [Button("share_contact")],
            [Button(button.label) for button in onward],
        ]
        return Screen(body, reply_keyboard=keyboard, fresh=True)
    offers = [*_offers(context, form, before), *_rest(context, form, given)]
    if form.doubted is not None:
        asked_back = _asked_back(form.doubted)
        return Screen(body, [*_ways_out(context, form.doubted), onward], above=asked_back)
    return Screen(body, [*offers, *_elsewhere(context, form), onward])


def only_uk(context: Context, petition: Petition) -> Screen:
    """The campaign counts people in the United Kingdom only: what else one can do."""
    return Screen(
        Text("sign/only_uk", {"campaign": petition.view(context.language)}),
        [
            [Button("have_postcode", action(context, "again"))],
            [Button("no_fixed_address", action(context, "no_address"))],
            [Button("updates_on", Updates(petition.id, "on"))],
            [Button("share", Page("share", petition.id))],
            [Button("cancel", action(context, "cancel"))],
        ],
        fresh=True,
    )


def _elsewhere(context: Context, form: Form) -> Rows:
    """The ways of those who have no postcode, and back."""
    if form.step == "postcode":
        return [
            [Button("live_outside", action(context, "outside"))],
            [Button("no_fixed_address", action(context, "no_address"))],
        ]
    if form.step == "country" and form.elsewhere:
        return [[Button("have_postcode", action(context, "has_postcode"))]]
    return []


def _asked_back(doubt: Doubt) -> Text:
    return Text(f"sign/doubt_{doubt.reason}", {"typed": doubt.value, "meant": doubt.likely})


def _ways_out(context: Context, doubt: Doubt) -> Rows:
    """What was meant likely, and what was given, where it can be taken."""
    rows = []
    if doubt.reason == "typo":
        likely = {"value": doubt.likely}
        rows.append([Button("use_earlier", action(context, "likely"), variables=likely)])
    if doubt.reason == "country":
        named = {"code": doubt.likely}
        rows.append([Button("country", action(context, "likely"), variables=named)])
        rows.append([Button("live_outside", action(context, "outside"))])
    if doubt.possible:
        typed = {"value": doubt.value}
        rows.append([Button("keep", action(context, "as_typed"), variables=typed)])
    return rows


def _word(context: Context, form: Form, doubt: Doubt) -> Screen:
    """A word that is an act of its own: is that meant, or is it the answer?"""
    act = doubt.likely
    if act in ("stop", "cancel"):
        rows = [[Button("stop_signing", action(context, "cancel"))]]
        rows += [[Button("do_stop", Do("stop"))]] if act == "stop" else []
    else:
        rows = [[Button(f"do_{act}", Do(act))]]
    if doubt.possible:
        typed = {"value": doubt.value}
        rows.append([Button("use_earlier", action(context, "as_typed"), variables=typed)])
    rows.append([Button("go_on", action(context, "again"))])
    variables = {"typed": doubt.value, "act": act, "possible": doubt.possible, "step": form.step}
    return Screen(Text("sign/doubt_word", variables), rows, fresh=True)


def use_earlier(context: Context, form: Form, before: Earlier) -> Button:
    """The button that gives the present question the answer given for another petition."""
    value, data = before.answers[form.step], action(context, "earlier", before.campaign_id)
    if form.step == "country":
        return Button("country", data, variables={"code": value})
    return Button("use_earlier", data, variables={"value": value})


def _rest(context: Context, form: Form, given: list[Earlier]) -> Rows:
    """All that is still open in one tap."""
    whole = previous_answers.for_the_rest(form, given)
    if whole is None:
        return []
    title = {"title": previous_answers.describe(context, whole).title}
    return [[Button("use_all", action(context, "all", whole.campaign_id), variables=title)]]


def _offers(context: Context, form: Form, before: Earlier | None) -> Rows:
    """Answers that one tap can give."""
    if before is not None:
        others = [row for row in _usual(context, form) if not _gives(row, before, form)]
        return [[use_earlier(context, form, before)], *others]
    return _usual(context, form)


def _gives(row: Sequence[Button], before: Earlier, form: Form) -> bool:
    return any(before.answers[form.step] in button.variables.values() for button in row)


def _usual(context: Context, form: Form) -> Rows:
    if form.current is not None:
        shown = form.current if len(form.current) <= KEEP_SHOWN else form.current[:KEEP_SHOWN] + "…"
        return [[Button("keep", action(context, "keep"), variables={"value": shown})]]
    if form.step == "name" and (name := telegram_name(context)):
        return [[Button("use_name", action(context, "telegram_name"), variables={"name": name})]]
    if form.step == "country":
        return [
            [Button("country", action(context, "pick", code), variables={"code": code})]
            for code in likely_countries(context)
            if code != HOME or not form.elsewhere
        ]
    return []


def _onward(context: Context, form: Form) -> list[Button]:
    skip = [] if form.required else [Button("skip", action(context, "skip"))]
    return [
        Button("back", action(context, "back")),
        *skip,
        Button("cancel", action(context, "cancel")),
    ]


def _declaration(context: Context, petition: Petition, form: Form) -> Screen:
    """The answers and the words in full; both ways to sign stand side by side as equals."""
    sign, updates = (
        petition.wording(kind, context.language) for kind in (CONSENT_SIGN, CONSENT_UPDATES)
    )
    assert sign is not None and updates is not None  # noqa: PT018, S101 - no campaign is without
    variables: dict[str, Any] = {
        "campaign": petition.view(context.language),
        "answers": _answers(form),
        "sign_wording": sign.text,
        "updates_wording": updates.text if context.can.writes_first else None,
    }
    ways = [Button("sign", action(context, "sign", "only"))]
    if context.can.writes_first:
        ways = [
            Button("sign_and_hear", action(context, "sign", "hear")),
            Button("sign_only", action(context, "sign", "only")),
        ]
    return Screen(
        Text("sign/declaration", variables),
        [
            *([way] for way in ways),
            [
                Button("change_an_answer", action(context, "change")),
                Button("privacy", Page("privacy", petition.id)),
            ],
            [Button("cancel", action(context, "cancel"))],
        ],
    )


def which_to_change(context: Context, petition: Petition, form: Form) -> Screen:
    """Which answer is to be changed; the way back is to the review."""
    return Screen(
        Text("sign/which_answer", {"answers": _answers(form)}),
        [*_changes(context, form), [Button("back", Sign(petition.id))]],
    )


def _amended(context: Context, form: Form) -> Screen:
    return Screen(
        Text("sign/review", {"answers": _answers(form)}),
        [
            [Button("save_changes", action(context, "sign"))],
            *_changes(context, form),
            [Button("cancel", action(context, "cancel"))],
        ],
    )


def _answers(form: Form) -> list[dict[str, Any]]:
    return [{"field": kind, "value": form.answers[kind]} for kind in form.asked]


def _changes(context: Context, form: Form) -> Rows:
    changes = [
        Button("change", action(context, "change", kind), variables={"field": kind})
        for kind in form.asked
    ]
    return [changes[at : at + 2] for at in range(0, len(changes), 2)]


def telegram_name(context: Context) -> str | None:
    """The name the person has on Telegram, if it would do as an answer."""
    person = context.event.person
    if not person.first_name:  # it was of characters that nobody can keep
        return None
    try:
        return fields.name(person.full_name)
    except fields.FieldProblem:
        return None


def likely_countries(context: Context) -> list[str]:
    """Countries to offer as buttons: these islands, and what the person's language suggests."""
    suggested = ["GB", "IE"]
    try:
        tag = (context.supporter.telegram_language or "en-GB").replace("-", "_")
        territory = Locale.parse(tag, resolve_likely_subtags=True).territory
        if territory is None:
            territory = Locale.parse(f"und_{tag.split('_')[0]}").territory
    except (UnknownLocaleError, ValueError):
        territory = None
    return list(dict.fromkeys([*suggested, *([territory] if territory else [])]))
