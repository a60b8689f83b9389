"""An email address."""

import email_validator

from campaign.fields.problem import FieldProblem
from campaign.fields.writing import one_line

_LONGEST = 320


def email(text: str) -> str:
    """An address, internationalised ones too, normalised; whether it exists is not asked.

    Around it, `mailto:` and angle brackets are taken off. Names reserved for other uses, such as
    `.test` and `.localhost`, are refused (https://www.rfc-editor.org/rfc/rfc6761).

    Raises:
        FieldProblem: malformed.
    """
    written = one_line(text).removeprefix("mailto:").removeprefix("<").removesuffix(">").strip()
    if len(written) > _LONGEST:
        raise FieldProblem("email", "malformed")
    try:
        found = email_validator.validate_email(written, check_deliverability=False)
    except email_validator.EmailNotValidError:
        raise FieldProblem("email", "malformed") from None
    return found.normalized


def email_key(email: str) -> str:
    """The same for addresses that differ only in case. For finding possible duplicates."""
    return email.casefold()
