"""What can go wrong with the database.

StorageError
├── DatabaseUnavailable   try again later
│   ├── DatabaseInUse     somebody else works with its file
│   ├── DatabaseReadOnly  it can be read, and not written to
│   └── DatabaseDamaged   its file is no whole database
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


class DatabaseReadOnly(DatabaseUnavailable):
    """The disk, or the file, can only be read; or it has been moved away."""


class DatabaseDamaged(DatabaseUnavailable):
    """The file is no whole database. Whoever puts a good one in its place mends it."""


class NewerDatabase(StorageError):
    """The database has migrations that this program does not know."""
