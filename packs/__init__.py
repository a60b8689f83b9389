"""The hand-in pack as files: print, tables, and what proves that nothing was changed since."""
