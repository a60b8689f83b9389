"""Which field stands at the foot of the conversation: what the browser may fill in by itself."""

from dataclasses import dataclass

from handlers.context import NEW_ADDRESS, OWN_EMAIL, SIGNING
from handlers.supporter.inbox import is_idle
from storage.dialogs import Dialog


@dataclass(frozen=True, slots=True)
class Field:
    """The field for words, as HTML names such things.

    Attributes:
        kind: a field of the form, "code", or "" where anything may be said.
        long: whether it takes several lines.

    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
    """

    kind: str = ""
    autocomplete: str = "off"
    inputmode: str = "text"
    autocapitalize: str = "sentences"
    long: bool = False


ANYTHING = Field(long=True)
FIELDS = {
    one.kind: one
    for one in (
        Field("name", "name", "text", "words"),
        Field("postcode", "postal-code", "text", "characters"),
        Field("email", "email", "email", "none"),
        Field("phone", "tel", "tel", "none"),
        Field("country", "country-name", "text", "words"),
        Field("comment", long=True),
        Field("code", "one-time-code", "numeric", "none"),
    )
}


def field_for(dialog: Dialog | None, *, waits_for_code: bool) -> Field:
    """The field for what is asked now.

    Args:
        waits_for_code: whether something of the person waits for the code from an email.
    """
    if dialog is None:
        return ANYTHING
    if dialog.flow == SIGNING:
        return FIELDS.get(dialog.step, ANYTHING)
    if dialog.flow in (NEW_ADDRESS, OWN_EMAIL):
        return FIELDS["email"]
    return FIELDS["code"] if waits_for_code and is_idle(dialog) else ANYTHING
