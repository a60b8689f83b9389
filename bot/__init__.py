"""The running process: command line, settings, wiring, background jobs, web pages."""

import os

# python-telegram-bot's way of the future: waits as timedelta, not as a number that warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
