"""How storing can fail, as its callers tell the cases apart."""


class StorageError(Exception):
    """Something was not stored or not read."""


class Unstorable(StorageError):  # noqa: N818 - the brief name is what callers read
    """This write's own data cannot be stored (a NUL, a number too large): repeating is useless."""


class Fenced(StorageError):  # noqa: N818 - the brief name is what callers read
    """Another owner has claimed the station: nothing of this write was stored."""


class StorageUnavailable(StorageError):  # noqa: N818 - the brief name is what callers read
    """Not known to be durable within the time allowed: it may or may not have been stored."""


class DatabaseMisconfigured(StorageError):  # noqa: N818 - the brief name is what callers read
    """The database cannot be opened as it is: one line that says what to do, without secrets."""


class SchemaTooNew(DatabaseMisconfigured):
    """A newer program has migrated this database."""


class SchemaTooOld(DatabaseMisconfigured):
    """The database needs a migration that is not made unasked."""


class Refused(StorageError):  # noqa: N818 - a verdict of the engine, turned into one of the above
    """An engine's word: the database looked at the data and refused it."""


class Unreached(StorageError):  # noqa: N818 - a verdict of the engine, turned into one of the above
    """An engine's word: busy, full, gone or silent; what was asked may or may not have happened."""


class TouchedNothing(StorageError):  # noqa: N818 - takes a transaction back, and no caller sees it
    """An engine's word: a statement found no row, so that what goes with it does not happen."""
