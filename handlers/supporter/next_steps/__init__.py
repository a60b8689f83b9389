"""One more step after signing: offered one at a time, and never pressed on anybody."""
