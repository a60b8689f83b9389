"""Bringing broadcasts to people: nobody skipped, nobody twice, whatever happens meanwhile."""
