"""What can go wrong with the database.

StorageError
├── DatabaseUnavailable   try again later
│   ├── DatabaseInUse     somebody else works with its file
│   └── Collided          somebody else's work was in the way
└── NewerDatabase         a newer program has been here
"""


class StorageError(Exception):
    """Something is wrong with the database."""


class DatabaseUnavailable(StorageError):
    """The database cannot be used now: connection lost, locked for too long, disk full, read-only.

    Nothing of the transaction has been kept; the same may work later.
    """


class DatabaseInUse(DatabaseUnavailable):
    """A bot runs on the file, or it is being restored."""


class Collided(DatabaseUnavailable):
    """Two were in each other's way: both waited for the other, a table was not to be had in time,
    or a migration has changed it just now. Tried again at once, it most likely works."""


class NewerDatabase(StorageError):
    """The database has migrations that this program does not know."""
