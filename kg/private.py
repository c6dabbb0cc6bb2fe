"""Keep what is kgrec's own to its owner: folders 0700, files 0600, whatever the umask."""

import os
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
"""What a file's group and everybody else may do."""


def private_folder(folder: Path) -> Path:
    """The folder, which is made for its owner alone where it is not there. Raises OSError."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)
    return folder


def private_file(file: Path) -> Path:
    """The file, for its owner alone, which is made empty where it is not there; so is its folder.

    Raises OSError.
    """
    private_folder(file.parent)
    file.touch(mode=0o600)
    _close(file)
    return file


def close_to_others(folder: Path) -> None:
    """Take from others what they may do with a folder and everything in it; links are not
    followed, and what belongs to another user stays as it is.
    """
    _close(folder)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            with suppress(FileNotFoundError):  # a server that runs removes files of its own
                if not path.is_symlink():
                    _close(path)


def _close(path: Path) -> None:
    mode = path.stat().st_mode
    if mode & OTHERS:
        with suppress(PermissionError):
            path.chmod(mode & 0o7700)
