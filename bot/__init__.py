"""The running application: command line, configuration, wiring, intake, pacing, schedule."""

import os

# python-telegram-bot's way of the future: waits as timedelta, not as a number that warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
