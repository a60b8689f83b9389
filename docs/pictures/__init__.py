"""Every picture of the guides, made from the example campaign: `make pictures`, with Chromium."""
