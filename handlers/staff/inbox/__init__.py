"""What people write to the campaign, and how staff answer."""
