"""Pictures that somebody put into the lines of a workbook, by the line on which each begins."""

import io
import warnings

from tracker.sheets import BROKEN_WORKBOOK, ZIP

Place = tuple[str, int]
"""Name of the worksheet, and number of the line."""


def pictures_in(data: bytes) -> dict[Place, tuple[bytes, ...]]:
    """Nothing for a file that is no workbook; one that cannot be read is told of by whoever reads its lines."""
    if not data.startswith(ZIP):
        return {}
    from openpyxl import load_workbook

    found: dict[Place, list[bytes]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells about styles it does not know
            for sheet in load_workbook(io.BytesIO(data)).worksheets:
                for picture in getattr(sheet, "_images", ()):
                    place = sheet.title, picture.anchor._from.row + 1
                    found.setdefault(place, []).append(picture._data())
    except (*BROKEN_WORKBOOK, AttributeError, OSError):
        return {}
    return {place: tuple(pictures) for place, pictures in found.items()}
