"""Parse what a person typed into what is stored. Pure: no clock, no network, no database.

Each parser takes any text and gives the answer as it is kept, or raises `FieldProblem`. Parsing an
answer again gives the same answer. What comes out is NFC and free of control characters.
"""

from campaign.fields.comments import COMMENT_LIMIT, comment
from campaign.fields.countries import country, country_name
from campaign.fields.emails import email, likely_email, mailbox
from campaign.fields.names import KEY_VERSION, NAME_LIMIT, name, name_key
from campaign.fields.phones import confirmed_phone, phone
from campaign.fields.postcodes import country_of_postcode, postcode, postcode_in
from campaign.fields.problem import FieldProblem

__all__ = [
    "COMMENT_LIMIT",
    "KEY_VERSION",
    "NAME_LIMIT",
    "FieldProblem",
    "comment",
    "confirmed_phone",
    "country",
    "country_name",
    "country_of_postcode",
    "email",
    "likely_email",
    "mailbox",
    "name",
    "name_key",
    "phone",
    "postcode",
    "postcode_in",
]
