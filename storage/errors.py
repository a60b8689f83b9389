"""What can go wrong with the database.

StorageError
├── DatabaseUnavailable   try again later
└── NewerDatabase         a newer program has been here
"""


class StorageError(Exception):
    """Something is wrong with the database."""


class DatabaseUnavailable(StorageError):
    """The database cannot be used now: connection lost, locked for too long, disk full, read-only.

    Nothing of the transaction has been kept; the same may work later.
    """


class NewerDatabase(StorageError):
    """The database has migrations that this program does not know."""
