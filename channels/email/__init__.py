"""Email: letters out, and what comes back of them."""
