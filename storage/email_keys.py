"""What different ways of writing an email address have in common, to find doubles by."""

_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def email_key(email: str | None) -> str | None:
    """What two ways of writing one address have in common."""
    return email.casefold() if email else None


def mailbox_key(email: str | None) -> str | None:
    """What addresses of one mailbox have in common, as far as that is well known.

    A `+tag` is left out, as providers that have subaddresses do
    (https://www.rfc-editor.org/rfc/rfc5233), and with Gmail the dots, too, which it passes over;
    its two domains are one (https://support.google.com/mail/answer/7436150,
    https://support.google.com/mail/answer/10313). Nothing else is taken for the same, because
    staff decide by it about people; `campaign.fields.mailbox`, for limits, takes more.

    A change of what it gives needs a migration that empties the column, to be filled afresh.

    Args:
        email: as `campaign.fields.email` gives it, so its domain is in Unicode and lower case.
    """
    key = email_key(email)
    if key is None:
        return None
    local, at, domain = key.rpartition("@")
    plain = local.partition("+")[0]
    if domain in _GMAIL:
        plain, domain = plain.replace(".", ""), "gmail.com"
    return f"{plain or local}{at}{domain}"
