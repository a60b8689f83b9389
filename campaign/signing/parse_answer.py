"""Read what a signer has typed or shared in answer to a question."""

from campaign import fields


def parse(kind: str, text: str, language: str, *, phone_typed: bool = False) -> str:
    """The answer to one question, as it will be kept.

    Args:
        phone_typed: a phone number may be typed, where no button can hand over one's own.

    Raises:
        campaign.fields.FieldProblem: says which field and what is wrong with it.
    """
    match kind:
        case "name":
            return fields.name(text)
        case "postcode":
            return fields.postcode_in(text)
        case "email":
            return fields.email(text)
        case "country":
            return fields.country(text, language)
        case "comment":
            return fields.comment(text)
        case "phone" if phone_typed:
            try:
                return fields.phone(text)
            except fields.FieldProblem as problem:
                raise fields.FieldProblem("phone", "mistyped") from problem
        case _:
            raise fields.FieldProblem(kind, "typed")


def phone_of_contact(number: str, *, owner: int | None, sender: int) -> str:
    """The number of a shared contact, if it is the sender's own.

    Telegram names the contact's owner; only its request_contact button gives one's own
    (https://core.telegram.org/bots/api#contact).

    Raises:
        campaign.fields.FieldProblem: another person's number, or no number at all.
    """
    if owner != sender:
        raise fields.FieldProblem("phone", "not_own")
    return fields.confirmed_phone(number)
