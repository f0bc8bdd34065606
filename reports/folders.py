"""Folders that need not be there yet: what there is of the way to one, and whether something can be written there."""

import tempfile
from pathlib import Path


def nearest(folder: Path) -> Path:
    """The folder, or what there is of the way to it."""
    folder = folder.absolute()
    return next(each for each in (folder, *folder.parents) if each.exists())


def require_writable(folder: Path) -> None:
    """OSError if nothing can be written there, or made there if it does not exist."""
    with tempfile.TemporaryFile(dir=nearest(folder)):
        pass
