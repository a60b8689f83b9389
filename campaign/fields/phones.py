"""A telephone number."""

import phonenumbers

from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem


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
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
