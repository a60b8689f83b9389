"""Errors of the database.

StorageError
├── DatabaseUnavailable   try again later
│   ├── FolderMissing     there is no folder for its file
│   ├── DatabaseInUse     somebody else works with its file
│   ├── Conflict          somebody else's work was in the way
│   ├── DatabaseReadOnly  it can be read, and not written to
│   └── DatabaseDamaged   its file is no whole database
├── NewerDatabase         a newer program has been here
├── NoSuchAccount         nobody has this account number any more
├── DecryptionFailed            something sealed has been changed or moved, or its key is not here
└── WrongKeys             the keys that are given are not those of the database
    ├── KeyMissing        it is sealed with another, or none was given
    ├── NotEncryptedYet      a key was given, and what is in it is plain
    ├── EncryptedWithOldKey     it is sealed with a key that is here, but not the present one
    └── HalfEncrypted        from one key to another it has been rewritten half way
"""


class StorageError(Exception):
    """Something is wrong with the database."""


class DatabaseUnavailable(StorageError):
    """The database cannot be used now: connection lost, locked for too long, disk full, read-only.

    Nothing of the transaction has been kept; the same may work later.
    """


class FolderMissing(DatabaseUnavailable):
    """The folder of a SQLite file is not there: a slip, or a disk that is not mounted (yet); its
    argument says which."""


class DatabaseInUse(DatabaseUnavailable):
    """A bot runs on the file, or it is being restored."""


class Conflict(DatabaseUnavailable):
    """Two were in each other's way: both waited for the other, a table was not to be had in time,
    or a migration has changed it just now. Tried again at once, it most likely works."""


class DatabaseReadOnly(DatabaseUnavailable):
    """The disk, or the file, can only be read; or it has been moved away."""


class DatabaseDamaged(DatabaseUnavailable):
    """The file is no whole database. Putting a good one in its place mends it."""


class NoSuchAccount(StorageError):
    """Nobody has this account number of ours: its person has been erased, or has joined another."""


class NewerDatabase(StorageError):
    """The database has migrations that this program does not know."""


class DecryptionFailed(StorageError):
    """An encrypted value cannot be read; see storage.encryption.keyring."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"a value of {place} cannot be unsealed: {why}")
        self.place = place


class WrongKeys(StorageError):
    """The keys are not those of the database; nothing has been read or written."""

    def __init__(self, key_id: str | None = None) -> None:
        super().__init__(key_id or "")
        self.key_id = key_id
        """The number of the key that it is about; None for no key."""


class KeyMissing(WrongKeys):
    """The database is sealed with a key that was not given."""


class NotEncryptedYet(WrongKeys):
    """Keys were given for a database that is plain."""


class EncryptedWithOldKey(WrongKeys):
    """The database is sealed with a key that was given, and not as the present one."""


class HalfEncrypted(WrongKeys):
    """Sealing, or rewriting with another key, has been begun and not finished."""
