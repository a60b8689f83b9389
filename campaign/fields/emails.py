"""An email address."""

import email_validator

from campaign.fields.normalize import one_line
from campaign.fields.problem import FieldProblem
from campaign.normalisation import normalised

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


def mailbox(email: str) -> str:
    """The same for addresses that most likely lead to one mailbox, for limits; not to write to.

    Case, width, dots in front of the @ and a `+tag` are left out: many providers pass them over,
    and where one does not, two people share a limit. `googlemail.com` is `gmail.com`.

    Args:
        email: as `email` gives it, so its domain is in Unicode and lower case.
    """
    local, _, domain = normalised("NFKC", email).casefold().rpartition("@")
    plain = local.partition("+")[0].replace(".", "") or local
    return f"{plain}@{'gmail.com' if domain == 'googlemail.com' else domain}"
