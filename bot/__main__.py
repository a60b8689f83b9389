"""`python -m bot` is the command `clamour`."""

from bot.cli import app

if __name__ == "__main__":
    app(prog_name="clamour")
