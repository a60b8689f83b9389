"""The words that are printed on a hand-in pack."""

from datetime import datetime

from campaign.handin.snapshot import Figures, Wordsmith, pack_language
from campaign.petition import Petition
from messages import Renderer
from packs.rows import REDACTED
from storage.handin_packs import Pack


def printed_by(renderer: Renderer) -> Wordsmith:
    """Words from messages/<language>/pack.toml, in the campaign's first language."""

    def words(petition: Petition, pack: Pack, figures: Figures, at: datetime) -> dict[str, str]:
        language = renderer.match(pack_language(petition))
        made = renderer.printed_plain(language)
        counts, paper = figures.counts, figures.totals.offline
        excluded = counts.withdrawn + counts.without_consent
        total = counts.given - excluded + paper

        def say(key: str, **variables: object) -> None:
            made[key] = renderer.printed(key, language, **variables)

        say("total", total=total)
        say("signatures", total=total)
        say("reconciled", given=counts.given, excluded=excluded, paper=paper)
        say("dates", first=figures.first, last=figures.last)
        say("made_at", at=at, zone=petition.definition.timezone)
        if figures.handed_in:
            say("hand_in_day", day=figures.handed_in)
        if figures.days:
            say("first_day", day=min(figures.days))
            say("last_day", day=max(figures.days))
        for text in figures.texts:
            variables = {"code": text.language, "version": text.version, "count": text.signatures}
            made[f"text_{text.label}"] = renderer.printed("text_label", language, **variables)
        redacted = pack.profile == REDACTED
        place = "district" if redacted and figures.place == "postcode" else figures.place
        made["where"] = made[place] if place else ""
        made["name"] = made["initials" if redacted else "name"]
        return made

    return words
