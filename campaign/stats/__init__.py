"""The numbers of a campaign for its staff: how it goes, and where it may lead."""
