"""Why a file cannot be read as a table."""

from campaign.errors import CampaignError


class NoTable(CampaignError):
    """The file cannot be read as a table.

    Attributes:
        reason: "too_large", "not_text", "too_many_rows", "too_wide", "long_cell", "empty",
            "old_excel", "no_spreadsheet" or "locked".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
