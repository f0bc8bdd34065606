"""Pictures that prove a fault, made small enough for a mail. The whole picture stays in the evidence store."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picked

FORMATS = ("PNG", "JPEG", "WEBP")
WIDEST, HIGHEST = 480, 640
"""Pixels. Of a long page its head is shown."""
HEAVIEST = 40 * 1024
"""Bytes."""
MOST_PIXELS = 40_000_000
"""A picture of more is not opened: it may be small on disk and fill the memory."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What an issue looked like. `jpeg`: as small_picture gives it."""

    issue: int
    jpeg: bytes


def small_picture(data: bytes) -> bytes | None:
    """A small JPEG without any of the picture's own notes (EXIF), or None if these bytes are no picture we take."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                return _jpeg(_scaled(picture))
    except Exception:  # decoders fail in many ways on a stranger's bytes; none of them is an error of ours
        return None


def _scaled(picture: "Picked") -> "Picked":
    from PIL import Image, ImageOps

    picture.draft("RGB", (2 * WIDEST, 2 * HIGHEST))  # a JPEG is decoded smaller at once
    upright = ImageOps.exif_transpose(picture)
    width = min(WIDEST, upright.width)
    height = max(1, round(upright.height * width / upright.width))
    small = upright.convert("RGBA").resize((width, height), Image.Resampling.LANCZOS)
    small = small.crop((0, 0, width, min(height, HIGHEST)))
    on_white = Image.new("RGB", small.size, "white")
    on_white.paste(small, mask=small.getchannel("A"))
    return on_white


def _jpeg(picture: "Picked") -> bytes:
    """As good as fits."""
    written = b""
    while not written or len(written) > HEAVIEST:
        if written:
            picture = picture.resize((max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5)))
        for quality in (80, 65, 50, 35):
            out = BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            written = out.getvalue()
            if len(written) <= HEAVIEST:
                break
    return written
