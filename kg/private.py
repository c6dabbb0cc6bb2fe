"""Keep what kgrec keeps to its owner: folders 0700, files 0600, whatever the umask."""

import os
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
"""What a group and everybody else may do."""


def private_folder(folder: Path) -> Path:
    """The folder, made where it is not there, open to its owner alone. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_to_others(folder)
    return folder


def private_file(file: Path) -> Path:
    """The file, made empty where it is not there, open to its owner alone; so is its folder.

    Raises OSError.
    """
    private_folder(file.parent)
    file.touch(mode=0o600)
    close_to_others(file)
    return file


def close_to_others(path: Path) -> None:
    """Take from others what they may do; what belongs to another user stays as it is."""
    with suppress(PermissionError):
        mode = path.stat().st_mode
        if mode & OTHERS:
            path.chmod(mode & 0o7700)


def close_all(folder: Path) -> None:
    """The same for a folder and everything in it; links are not followed."""
    close_to_others(folder)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            with suppress(FileNotFoundError):  # a server that runs removes files of its own
                if not path.is_symlink():
                    close_to_others(path)
