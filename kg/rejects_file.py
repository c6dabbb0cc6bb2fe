"""The csv file of the rows that a load left out: written beside, then put into its place.

Only a list of rejected rows that kgrec wrote is replaced or removed, known by its first line.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import OptionError

HEADER = ("file", "line", "code", "reason")
_FIRST_LINE = f"{','.join(HEADER)}\n".encode()


class RejectsFile:
    """A list of rejected rows at `path`. Not safe to share between threads.

    What was there stays until a load has ended, and also where the load is killed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path.with_name(f".{path.name}.part")
        self._begun = self._in_place = False

    def check(self, files: Iterable[Path] = ()) -> None:
        """Raise OptionError where the list cannot be written: for one of a source's `files`, for a
        file that is no list of rejected rows, in a folder that is not there.
        """
        if not self.path.parent.is_dir():
            raise OptionError(f"--rejects: there is no folder {self.path.parent}; make it first")
        require_other(self.path, files, "--rejects")
        for path in (self.path, self._beside):
            if not _is_list(path):
                raise OptionError(
                    f"--rejects: {path} is no list of rejected rows that kgrec wrote; name another"
                    " file"
                )

    def begin(self) -> None:
        """Begin a new list. Raises OptionError as `check` does."""
        self.check()
        self._begun = self._in_place = False

    def write(self, rows: Iterable[tuple[str, int, str, str]]) -> None:
        """Add rows: file, line, code, reason. Raises OptionError where that cannot be."""
        path = self.path if self._in_place else self._beside
        with (
            self._written(),
            path.open("a" if self._begun else "w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, lineterminator="\n")
            if not self._begun:
                writer.writerow(HEADER)
            writer.writerows(rows)
        self._begun = True

    def end(self) -> None:
        """Put the list into its place; without rows, remove an earlier one. Raises OptionError."""
        if self._in_place:
            return
        self.check()
        with self._written():
            if self._begun:
                self._beside.replace(self.path)
                self._in_place = True
            else:
                self.path.unlink(missing_ok=True)

    @contextmanager
    def _written(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OptionError(
                f"--rejects: {self.path} cannot be written ({error.strerror}); name another file"
            ) from error


def require_other(path: Path, files: Iterable[Path], option: str) -> None:
    """Raise OptionError where a file that is to be written is one of `files`, which are read."""
    if path.exists() and any(each.exists() and path.samefile(each) for each in files):
        raise OptionError(f"{option}: {path} is a file that is read; name another one")


def _is_list(path: Path) -> bool:
    """Is there nothing, an empty file, or a list of rejected rows?"""
    if not path.is_file():
        return not (path.exists() or path.is_symlink())
    try:
        with path.open("rb") as file:
            return file.read(len(_FIRST_LINE)) in (b"", _FIRST_LINE)
    except OSError:
        return False
