"""What Telegram sees in plain text by itself: commands, links, mentions, hashtags and the like.

Follows the match_… functions of td's MessageEntity.cpp; of top-level domains the common ones.
"""

import re

from simulator.entities.units import Entity, units

_DOMAINS = (
    "com|org|net|info|gov|edu|int|eu|uk|wales|cymru|scot|london|ie|de|fr|es|it|nl|be|at|ch|pl|pt|se|"
    "no|dk|fi|cz|gr|ro|hu|ru|ua|us|ca|au|nz|jp|cn|in|br|mx|za|io|me|co|app|dev|news|blog|vote|"
    "online|site|xyz|link|page|tv|ly|gl|ngo|coop|eco|green|charity|foundation|social|wiki"
)
_FOUND = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@]))"
    r"|(?P<url>(?<![\w@])(?:(?:https?|tg)://[^\s<>\"]+"
    rf"|(?<![\w@.-])(?:[\w-]{{1,63}}\.){{1,8}}(?i:{_DOMAINS})(?![\w@-]|\.\w)(?::\d{{1,5}})?"
    r"(?:[/?#][^\s<>\"]*)?))"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w))"
    r"|(?P<hashtag>(?<![\w#@])#(?=\w*[^\W\d])\w{1,256}(?![\w#]))"
    r"|(?P<cashtag>(?<![\w$])\$[A-Z]{3,8}(?![\w$]))"
)
_HINT = re.compile(r"[/@.#$]")
_AFTER_LINK = ".,:;!?'\"`)]}»”’"


def find(text: str) -> list[Entity]:
    """The entities of a text that nobody marked, in their order."""
    if not _HINT.search(text):
        return []
    found = []
    at = offset = 0
    for match in _FOUND.finditer(text):
        words = match.group()
        if match.lastgroup == "url":
            words = words.rstrip(_AFTER_LINK)
        offset += units(text[at : match.start()])
        at = match.start()
        found.append({"type": match.lastgroup, "offset": offset, "length": units(words)})
    return found
