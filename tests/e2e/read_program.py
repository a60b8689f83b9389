"""Reads all of the bot's program, and compiles its texts: what a process does to be forked from."""

import importlib
import pkgutil

import bot.application
import bot.cli
import bot.cli.run
import campaign
import storage
from messages import bot_texts

list(bot_texts().compile())
for package in (bot.cli, campaign, storage):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
