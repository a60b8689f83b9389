"""Promises of the campaign's rules."""

from pathlib import Path

FULL_PROFILE = Path(__file__).parent / "full_profile.toml"
