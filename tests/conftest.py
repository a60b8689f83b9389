"""What holds for every test."""

import hypothesis

# Machines are noisy: how long something takes is measured in bench/, not here.
hypothesis.settings.register_profile("clamour", deadline=None)
hypothesis.settings.load_profile("clamour")
