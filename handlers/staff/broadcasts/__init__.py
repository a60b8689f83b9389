"""Updates to many, by staff: writing them, choosing who gets them, sending, and how they went."""
