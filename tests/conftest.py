"""What holds for every test."""

import hypothesis

from tests import migrated

# Machines are noisy: how long something takes is measured in bench/, not here.
hypothesis.settings.register_profile("clamour", deadline=None)
hypothesis.settings.load_profile("clamour")


def pytest_sessionfinish() -> None:
    """Each process of a run takes away its own databases."""
    migrated.take_away()
