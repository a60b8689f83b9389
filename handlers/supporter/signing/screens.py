"""How each step of signing is put to a person: its text and its buttons."""

from collections.abc import Sequence
from typing import Any

from babel import Locale, UnknownLocaleError

from campaign import fields
from campaign.petition import CONSENT_OTHER, CONSENT_SIGN, CONSENT_UPDATES, Petition
from campaign.signing.form import CONSENT, REVIEW, Form
from campaign.signing.previous_answers import Earlier
from handlers.context import Visit
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.signing import previous_answers

KEEP_SHOWN = 30


def ask(visit: Visit, petition: Petition, form: Form, given: list[Earlier]) -> Screen:
    """The screen of the form's present step. Its buttons carry the dialog's serial number, so
    that a tap on an older one is known for what it is.

    Args:
        given: what the person gave for other petitions.
    """
    if form.step == CONSENT:
        return _consent(visit, petition, form)
    if form.step == REVIEW:
        return _review(visit, petition, form)
    return _question(visit, petition, form, given)


def action(visit: Visit, name: str) -> str:
    """Callback data of an act on the present step."""
    return f"form:{visit.dialog.serial}:{name}"


def _question(visit: Visit, petition: Petition, form: Form, given: list[Earlier]) -> Screen:
    before = previous_answers.for_question(form, given)
    variables: dict[str, Any] = {
        "campaign": petition.view(visit.language),
        "position": form.position,
        "count": len(form.asked),
        "current": form.current,
        "required": form.required,
        "earlier": previous_answers.told(visit, before, form.step) if before else None,
    }
    if form.step == "name":
        variables["telegram_name"] = telegram_name(visit)
    body = Text(f"sign/ask_{form.step}", variables)
    onward = _onward(visit, form)
    if form.step == "phone":
        keyboard = [
            *([[use_earlier(visit, form, before)]] if before else []),
            [Button("share_contact")],
            [Button(button.label) for button in onward],
        ]
        return Screen(body, reply_keyboard=keyboard, fresh=True)
    return Screen(body, [*_offers(visit, form, before), *_rest(visit, form, given), onward])


def use_earlier(visit: Visit, form: Form, before: Earlier) -> Button:
    """The button that gives the present question the answer given for another petition."""
    value, data = before.answers[form.step], action(visit, f"earlier:{before.campaign_id}")
    if form.step == "country":
        return Button("country", data, variables={"code": value})
    return Button("use_earlier", data, variables={"value": value})


def _rest(visit: Visit, form: Form, given: list[Earlier]) -> Rows:
    """All that is still open in one tap."""
    whole = previous_answers.for_the_rest(form, given)
    if whole is None:
        return []
    title = {"title": previous_answers.told(visit, whole).title}
    return [[Button("use_all", action(visit, f"all:{whole.campaign_id}"), variables=title)]]


def _offers(visit: Visit, form: Form, before: Earlier | None) -> Rows:
    """Answers that one tap can give."""
    if before is not None:
        others = [row for row in _usual(visit, form) if not _gives(row, before, form)]
        return [[use_earlier(visit, form, before)], *others]
    return _usual(visit, form)


def _gives(row: Sequence[Button], before: Earlier, form: Form) -> bool:
    return any(before.answers[form.step] in button.variables.values() for button in row)


def _usual(visit: Visit, form: Form) -> Rows:
    if form.current is not None:
        shown = form.current if len(form.current) <= KEEP_SHOWN else form.current[:KEEP_SHOWN] + "…"
        return [[Button("keep", action(visit, "keep"), variables={"value": shown})]]
    if form.step == "name" and (name := telegram_name(visit)):
        return [[Button("use_name", action(visit, "telegram_name"), variables={"name": name})]]
    if form.step == "country":
        return [
            [Button("country", action(visit, f"pick:{code}"), variables={"code": code})]
            for code in likely_countries(visit)
        ]
    return []


def _onward(visit: Visit, form: Form) -> list[Button]:
    skip = [] if form.required else [Button("skip", action(visit, "skip"))]
    return [
        Button("back", action(visit, "back")),
        *skip,
        Button("cancel", action(visit, "cancel")),
    ]


def _consent(visit: Visit, petition: Petition, form: Form) -> Screen:
    texts = {
        kind: wording.text if (wording := petition.wording(kind, visit.language)) else None
        for kind in (CONSENT_SIGN, CONSENT_UPDATES, CONSENT_OTHER)
    }
    choices = form.choices
    variables = {
        "campaign": petition.view(visit.language),
        "sign_wording": texts[CONSENT_SIGN],
        "updates_wording": texts[CONSENT_UPDATES],
        "other_wording": texts[CONSENT_OTHER],
        "updates": choices.updates,
        "other": choices.other,
    }
    toggles = [
        [Button("toggle_updates", action(visit, "updates"), variables={"on": choices.updates})]
    ]
    if texts[CONSENT_OTHER] is not None:
        toggles.append(
            [Button("toggle_other", action(visit, "other"), variables={"on": choices.other})]
        )
    return Screen(
        Text("sign/consent", variables),
        [
            *toggles,
            [Button("i_agree", action(visit, "agree"))],
            [Button("back", action(visit, "back")), Button("cancel", action(visit, "cancel"))],
        ],
    )


def _review(visit: Visit, petition: Petition, form: Form) -> Screen:
    variables = {
        "campaign": petition.view(visit.language),
        "answers": [{"field": kind, "value": form.answers[kind]} for kind in form.asked],
        "updates": form.choices.updates,
        "other": form.choices.other if form.shown and form.shown.other else None,
        "amending": form.amending,
    }
    changes = [
        Button("change", action(visit, f"change:{kind}"), variables={"field": kind})
        for kind in form.asked
    ]
    done = Button("save_changes" if form.amending else "sign_now", action(visit, "sign"))
    back = [] if form.amending else [Button("back", action(visit, "back"))]
    return Screen(
        Text("sign/review", variables),
        [
            [done],
            *(changes[at : at + 2] for at in range(0, len(changes), 2)),
            [*back, Button("cancel", action(visit, "cancel"))],
        ],
    )


def telegram_name(visit: Visit) -> str | None:
    """The name the person has on Telegram, if it would do as an answer."""
    user = visit.update.effective_user
    if user is None or not user.first_name:  # it was of characters that nobody can keep
        return None
    try:
        return fields.name(user.full_name)
    except fields.FieldProblem:
        return None


def likely_countries(visit: Visit) -> list[str]:
    """Countries to offer as buttons: these islands, and what the person's language suggests."""
    suggested = ["GB", "IE"]
    try:
        tag = (visit.supporter.telegram_language or "en-GB").replace("-", "_")
        territory = Locale.parse(tag, resolve_likely_subtags=True).territory
        if territory is None:
            territory = Locale.parse(f"und_{tag.split('_')[0]}").territory
    except (UnknownLocaleError, ValueError):
        territory = None
    return list(dict.fromkeys([*suggested, *([territory] if territory else [])]))
