"""Everything a user of kgrec can act on: one small tree, each message saying what to do."""


class KgrecError(Exception):
    """Base of all expected errors. The message is one line: what was found, what to do.

    Line ends within what was found, such as a column's name, become spaces.
    """

    def __str__(self) -> str:
        """The message."""
        return " ".join(super().__str__().splitlines())


class OptionError(KgrecError):
    """An option or argument that cannot be used as given."""


class SourceError(KgrecError):
    """A shop's files cannot be read as they are: missing, empty, or mapped wrongly."""


class RejectsError(SourceError):
    """Rows were rejected although `strict` was asked for."""


class ConnectionFailed(KgrecError):  # noqa: N818 - reads better than ConnectionFailedError
    """The graph server cannot be reached, refuses the login, or lost the connection."""


class TooSlow(ConnectionFailed):
    """The graph server is there, and took longer over a query than it was given."""


class ServerError(KgrecError):
    """The local server cannot be fetched, started or stopped."""


class GraphError(KgrecError):
    """The graph is not in the state that the call needs: foreign, too old, locked, not built."""


class ServerFailed(GraphError):  # noqa: N818 - reads better than ServerFailedError
    """The graph server failed at a statement that it may do when it is asked again."""


class MissingParams(KgrecError):  # noqa: N818 - the name users meet in messages
    """A Cypher file was run without all of its parameters."""


class HomeError(KgrecError):
    """A file of kgrec's own in KGREC_HOME is damaged, or cannot be read or written."""


class SnapshotError(KgrecError):
    """A folder cannot be written as a snapshot, or holds none that is whole."""


class EncoderError(KgrecError):
    """The text encoder cannot be loaded, or is not the one that the graph was embedded with."""


class NotFound(KgrecError):  # noqa: N818 - the field's word
    """A product, category or brand that was asked for is not in the graph."""
