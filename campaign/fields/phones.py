"""A telephone number."""

import re
import unicodedata

from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem

_ANY_NUMBER = re.compile("[0-9]{3,20}")


def phone(text: str, region: str = "GB") -> str:
    """A number in E.164: +442079460000.

    Its country and length have to be right. That its range is in use is not asked: the library's
    lists lag behind the numbering plans, and Telegram has confirmed a shared number already.

    Args:
        region: ISO 3166 code of the country that a number without a country's code belongs to.

    Raises:
        FieldProblem: malformed.
    """
    number = _e164(one_line(text), region)
    if number is None:
        raise FieldProblem("phone", "malformed")
    return number


def confirmed_phone(number: str) -> str:
    """A number that Telegram has confirmed, with its country's code, with or without the plus.

    It stands as Telegram gives it where the library does not know it: +888 numbers are sold by
    Fragment and belong to no country (https://telegram.org/blog/ultimate-privacy-topics-2-0).

    Raises:
        FieldProblem: malformed, if there are no figures in it, or more than a number can have.
    """
    digits = "".join(str(unicodedata.decimal(c)) for c in number if c.isdecimal())
    if (known := _e164(f"+{digits}")) is not None:
        return known
    if not _ANY_NUMBER.fullmatch(digits):
        raise FieldProblem("phone", "malformed")
    return f"+{digits}"


def _e164(written: str, region: str | None = None) -> str | None:
    """The number; None if its country or length is not right."""
    import phonenumbers  # most campaigns ask for none

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
