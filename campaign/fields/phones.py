"""A telephone number."""

import re
import unicodedata

import phonenumbers

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
    try:
        number = phonenumbers.parse(one_line(text), region)
    except phonenumbers.NumberParseException:
        raise FieldProblem("phone", "malformed") from None
    if not phonenumbers.is_possible_number(number):
        raise FieldProblem("phone", "malformed")
    return _e164(number)


def confirmed_phone(number: str) -> str:
    """A number that Telegram has confirmed, with its country's code, with or without the plus.

    It stands as Telegram gives it where the library does not know it: +888 numbers are sold by
    Fragment and belong to no country (https://telegram.org/blog/ultimate-privacy-topics-2-0).

    Raises:
        FieldProblem: malformed, if there are no figures in it, or more than a number can have.
    """
    digits = "".join(str(unicodedata.decimal(c)) for c in number if c.isdecimal())
    try:
        known = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        known = None
    if known is not None and phonenumbers.is_possible_number(known):
        return _e164(known)
    if not _ANY_NUMBER.fullmatch(digits):
        raise FieldProblem("phone", "malformed")
    return f"+{digits}"


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
