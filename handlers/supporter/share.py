"""Ways to ask a friend: the person's own link, ready words, a QR code.

Which are tapped is counted as far as it can be known: campaign/referrals/ways.py.
"""

from functools import partial
from urllib.parse import quote, urlencode

from campaign.errors import NotSigned
from campaign.petition import Petition
from campaign.referrals import links
from campaign.referrals.ways import Way
from campaign.signing import standing
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import closed
from handlers.supporter.buttons import Page, Sign
from handlers.supporter.share_ways import BY_APP, OTHER_PROGRAMS, short_text
from pictures.qr import qr_picture
from storage import share_ways
from storage.referral_links import Link
from storage.together import Change

COPY_LIMIT = 256  # https://core.telegram.org/bots/api#copytextbutton


async def page(context: Context, petition: Petition, _: int | None = None) -> Screen:
    """Every way there is to pass the petition on; of one that has closed, what came of it."""
    if not petition.is_open:
        return await closed.page(context, petition)
    own = await own_link(context, petition)
    if own is not None:
        await links.shared(context.db, petition, context.supporter, now=context.now)
    code = own.code if own else petition.campaign.slug
    address = context.services.shared_link(code)
    may_sign = await standing.has_yet_to_sign(context.db, petition, context.supporter)
    variables = {
        "campaign": await context.view(petition),
        "link": address,
        "signed": own is not None,
        "may_sign": may_sign,
        "friends": own.signatures if own else 0,
    }
    home = Button("home", Page("home", petition.id))
    if own is None:
        onward = [Button("sign", Sign(petition.id)), home] if may_sign else [home]
        rows = [[_to_telegram(context, code, petition.texts(context.language).ask)], onward]
        return Screen(Text("share/link", variables), rows)
    words = await sharers_words(context, petition, own)
    if context.can.any_address:
        rows = [*_by_any_app(context, petition, code, words), [home]]
        return Screen(Text("share/link", variables), rows)
    return Screen(
        Text("share/link", variables),
        [
            _first_ways(context, code, words),
            [*_to_a_chat(context, petition), Button("copy_link", copy=address)],
            [
                Button("share_texts", Page("texts", petition.id)),
                Button("share_qr", Page("qr", petition.id)),
            ],
            [Button("my_friends", Page("friends", petition.id)), home],
        ],
    )


async def texts(context: Context, petition: Petition, _: int | None = None) -> Screen:
    """Ready words for a message and an email.

    Telegram opens neither mailto: nor sms: addresses from a bot
    (https://core.telegram.org/bots/api#inlinekeyboardbutton: "HTTP or tg:// URL"), so the words are
    there to be copied.
    """
    own = await own_link(context, petition)
    if own is None or not petition.is_open:
        return await page(context, petition)
    await links.shared(context.db, petition, context.supporter, now=context.now)
    address = context.services.shared_link(own.code)
    words = await sharers_words(context, petition, own)
    short = short_text(words, address)
    variables = {
        "campaign": await context.view(petition),
        "share_text": words,
        "short_text": short,
        "link": address,
    }
    context.with_dialog.append(_tapped(context, petition, "texts"))
    copy = [[Button("copy_short_text", copy=short)]] if len(short) <= COPY_LIMIT else []
    back = Button("share_back", Page("share", petition.id))
    return Screen(Text("share/texts", variables), [*copy, [back]])


async def qr_code(context: Context, petition: Petition, _: int | None = None) -> Screen:
    """The person's link as a picture, to show or to print."""
    own = await own_link(context, petition)
    if own is None or not petition.is_open:
        return await page(context, petition)
    await links.shared(context.db, petition, context.supporter, now=context.now)
    context.with_dialog.append(_tapped(context, petition, "qr"))
    return qr_screen(
        context,
        petition,
        own,
        [[Button("share_back", Page("share", petition.id))]],
    )


def qr_screen(context: Context, petition: Petition, link: Link, buttons: Rows) -> Screen:
    """A link's QR code with its caption, as a new message."""
    address = context.services.shared_link(link.code)
    view = petition.view(context.language)
    return Screen(
        Text("share/qr", {"campaign": view, "link": address, "source": link.name}),
        buttons,
        draw=partial(qr_picture, address, view.title),
        picture_label="picture_qr",
        picture_variables={"link": address},
        fresh=True,
    )


async def buttons_after_signing(context: Context, petition: Petition, own: Link) -> Rows:
    """The two ways that most take, and where the others are."""
    words = await sharers_words(context, petition, own)
    if context.can.any_address:
        return _by_any_app(context, petition, own.code, words)
    return [
        _first_ways(context, own.code, words),
        [Button("share_more", Page("share", petition.id))],
    ]


async def own_link(context: Context, petition: Petition) -> Link | None:
    """The link of a signer; None for others."""
    try:
        return await links.personal(context.db, petition, context.supporter, now=context.now)
    except NotSigned:
        return None


async def sharers_words(context: Context, petition: Petition, own: Link) -> str:
    """The words that this sharer sends to friends, the same on every screen."""
    return await context.services.share_texts.words(
        context.db, petition, own, context.language, now=context.now
    )


def _by_any_app(context: Context, petition: Petition, code: str, words: str) -> list[list[Button]]:
    """Every app's own way, for a page in a browser: on a phone, WhatsApp is what most people use
    (Ofcom, Online Nation 2023)."""
    by = {way: _to_app(context, code, words, way) for way in BY_APP}
    address = context.services.shared_link(code)
    return [
        [by["whatsapp"]],
        [Button("copy_link", copy=address)],
        [by["email"], by["sms"]],
        [by["facebook"], by["x"], by["bluesky"]],
        [
            Button("share_qr", Page("qr", petition.id)),
            _to_telegram(context, code, words),
            Button("my_friends", Page("friends", petition.id)),
        ],
    ]


def _to_app(context: Context, code: str, words: str, way: str) -> Button:
    counted = context.services.counted_way(code, way, context.language)
    direct = BY_APP[way](words, context.services.shared_link(code))
    return Button(f"share_{way}", url=counted or direct, stays=way in OTHER_PROGRAMS)


def _first_ways(context: Context, code: str, words: str) -> list[Button]:
    """WhatsApp, through the page that counts it where there is one, and Telegram's own."""
    return [
        _to_app(context, code, words, "whatsapp"),
        _to_telegram(context, code, words),
    ]


def _tapped(context: Context, petition: Petition, way: Way) -> Change:
    return share_ways.one_more(context.db, petition.id, way, now=context.now)


def _to_telegram(context: Context, code: str, words: str) -> Button:
    """Telegram's own share dialog with a ready text (https://core.telegram.org/widgets/share).

    In Telegram, the link to the bot is the shortest way, so it stays that.
    """
    address = context.services.link(code)
    query = urlencode({"url": address, "text": words}, quote_via=quote)
    return Button("share_telegram", url=f"https://t.me/share/url?{query}")


def _to_a_chat(context: Context, petition: Petition) -> list[Button]:
    """A card with the live count, by inline mode (https://core.telegram.org/bots/inline)."""
    if not context.services.has_inline_mode:
        return []
    alone = len(context.open_petitions) == 1
    return [Button("post_in_chat", inline="" if alone else petition.campaign.slug)]
