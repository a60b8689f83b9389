"""Campaign files: what they say, checking them, changing and exporting them."""
