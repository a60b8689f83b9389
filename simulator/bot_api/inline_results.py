"""Results and button of an answer to an inline query, checked as Telegram checks them.

Follows bot-api's Client::get_inline_query_result and td's InlineQueriesManager.cpp.
"""

from typing import Any

from simulator import rules
from simulator.bot_api.call import Call, unicode_text
from simulator.bot_api.keyboards import inline_markup
from simulator.bot_api.texts import caption_of, formatted
from simulator.errors import Refused, bad_request
from simulator.links import WrongLink, checked
from simulator.residents import InlineResult, Json
from simulator.world import World

_RESULT = "can't parse inline query result"
_BUTTON = "can't parse inline query results button"


def results_of(world: World, call: Call) -> tuple[InlineResult, ...]:
    """The `results` of a call.

    Raises:
        Refused: any of them is not as Telegram takes it; https://core.telegram.org/bots/api#inlinequeryresult
    """
    given = call.json("results", "inline query results")
    if given is None:
        return ()
    if not isinstance(given, list):
        raise bad_request("expected an Array of inline query results")
    if len(given) > rules.INLINE_RESULTS_LIMIT:
        raise bad_request("too many inline query results specified")
    results = tuple(_result(world, result) for result in given)
    ids = [result.id for result in results]
    if any(not 1 <= len(result_id.encode()) <= rules.INLINE_RESULT_ID_BYTES for result_id in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) != len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    return results


def button_of(call: Call) -> Json | None:
    """The `button` of a call: https://core.telegram.org/bots/api#inlinequeryresultsbutton

    Raises:
        Refused: it is not as Telegram takes it.
    """
    button = call.json("button", "inline query results button")
    if button is None:
        return None
    if not isinstance(button, dict):
        raise bad_request(f"{_BUTTON}: InlineQueryResultsButton must be an Object")
    text = _field(button, "text", _BUTTON)
    if not text.strip():
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    if "start_parameter" in button:
        parameter = _field(button, "start_parameter", _BUTTON)
        if not parameter:
            raise bad_request("can't use empty start_parameter")
        if len(parameter.encode()) > rules.START_PARAMETER_LIMIT:
            raise bad_request("too long start_parameter specified")
        if not rules.START_PAYLOAD.fullmatch(parameter):
            raise bad_request("unallowed characters in start_parameter are used")
        return {"text": text, "start_parameter": parameter}
    if isinstance(button.get("web_app"), dict):
        return {"text": text, "web_app": {"url": _web_app(button["web_app"])}}
    raise bad_request(f"{_BUTTON}: InlineQueryResultsButton must have exactly one optional field")


def _result(world: World, given: Any) -> InlineResult:
    if not isinstance(given, dict):
        raise bad_request(f"{_RESULT}: Inline query result must be an object")
    kind = _field(given, "type", _RESULT).lower()
    _field(given, "id", _RESULT)
    if kind not in rules.INLINE_RESULT_KINDS:
        raise bad_request(f'{_RESULT}: type "{kind}" is unsupported for the inline query result')
    if kind == "article":
        content = _message(world, given.get("input_message_content"), required=True)
        if not _field(given, "title", _RESULT).strip():
            raise bad_request("ARTICLE_TITLE_EMPTY")
    else:
        content = _message(world, given.get("input_message_content"), required=False)
        content = content or _instead_of_media(world, given)
    markup = inline_markup(given.get("reply_markup"))
    if markup is not None:
        content["reply_markup"] = markup
    return InlineResult(given, content)


def _message(world: World, said: Any, *, required: bool) -> Json:
    """An InputMessageContent as fields of a Message, or {} if there is none and need not be.

    https://core.telegram.org/bots/api#inputtextmessagecontent
    """
    if said is None and required:
        raise bad_request(f'{_RESULT}: Can\'t find field "message_text"')
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise bad_request(f'{_RESULT}: Field "input_message_content" must be of type Object')
    if not said.get("message_text"):
        return _other_message(said, required=required)
    if not isinstance(said["message_text"], str):
        raise bad_request(f'{_RESULT}: Field "message_text" must be of type String')
    try:
        text, entities = formatted(world, said, "message_text", "entities")
    except Refused as refused:
        why = refused.description.removeprefix("Bad Request: ")
        raise bad_request(f"{_RESULT}: {why[:1].upper()}{why[1:]}") from None
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > rules.MESSAGE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    content: Json = {"text": text, "entities": entities} if entities else {"text": text}
    if said.get("link_preview_options"):
        content["link_preview_options"] = said["link_preview_options"]
    return content


def _other_message(said: Json, *, required: bool) -> Json:
    """A place or a contact in place of a text."""
    if "latitude" in said and "longitude" in said:
        place = {name: float(said[name]) for name in ("latitude", "longitude")}
        return {"location": place}
    if "phone_number" in said:
        names = ("phone_number", "first_name")
        contact = {name: _field(said, name, _RESULT) for name in names}
        return {"contact": contact | {"last_name": str(said.get("last_name") or "")}}
    if required:
        raise bad_request(f"{_RESULT}: Input message content is not specified")
    return {}


def _instead_of_media(world: World, given: Json) -> Json:
    """No file is fetched here: what stands under a picture or film is sent alone."""
    content = caption_of(world, given)
    if not content:
        return {"text": unicode_text(str(given.get("title") or "…"))}
    entities = content.get("caption_entities")
    return {"text": content["caption"], **({"entities": entities} if entities else {})}


def _web_app(web_app: Json) -> str:
    url = _field(web_app, "url", _BUTTON)
    try:
        address = checked(url)
    except WrongLink as why:
        raise bad_request(f"inline query button Web App URL '{url}' is invalid: {why}") from None
    if not address.startswith("https://"):
        raise bad_request(
            f"inline query button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return address


def _field(given: Json, name: str, what: str) -> str:
    """A field that must be there; a number counts as text."""
    value = given.get(name)
    if value is None:
        raise bad_request(f'{what}: Can\'t find field "{name}"')
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad_request(f'{what}: Field "{name}" must be of type String')
    return unicode_text(str(value))
