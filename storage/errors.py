"""What can go wrong with the database.

StorageError
├── DatabaseUnavailable   try again later
│   ├── DatabaseInUse     somebody else works with its file
│   └── TableBusy         a lock was not to be had in time
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


class TableBusy(DatabaseUnavailable):
    """Somebody works with a table that has to be had alone; or two waited for each other."""


class NewerDatabase(StorageError):
    """The database has migrations that this program does not know."""
