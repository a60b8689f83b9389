"""The hand-in pack: asking for it, what goes into it, the proof that somebody's name is in it."""
