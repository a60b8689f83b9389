"""Files that bots fetch."""

from aiohttp import web

from simulator import rules
from simulator.bot_api.call import Call
from simulator.errors import Refused, bad_request
from simulator.residents import Json
from simulator.world import World


def get_file(world: World, call: Call) -> Json:
    """https://core.telegram.org/bots/api#getfile"""
    if not call.text("file_id"):
        raise bad_request("file_id not specified")
    file = world.files.find(call.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > rules.DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**file.described(), "file_path": file.path}


def download(world: World, request: web.Request) -> web.Response:
    """https://core.telegram.org/bots/api#file

    Raises:
        Refused: 401 or 404.
    """
    world.bot(request.match_info["token"])
    file = world.files.at(request.match_info["path"])
    if file is None:
        raise Refused(404, "Not Found")
    return web.Response(body=file.content, content_type="application/octet-stream")
