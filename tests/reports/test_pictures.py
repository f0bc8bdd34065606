"""Evidence pictures: small, without notes of their own, and nothing that opens them is hurt."""

import struct
import zlib
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image

from reports.pictures import HEAVIEST, HIGHEST, WIDEST, small_picture


def a_picture(
    width: int = 1280, height: int = 900, form: str = "PNG", mode: str = "RGB", **more: Any
) -> bytes:
    written = BytesIO()
    Image.new(mode, (width, height), 0).save(written, form, **more)
    return written.getvalue()


def noise(width: int, height: int) -> bytes:
    """What compresses worst."""
    written = BytesIO()
    Image.frombytes("RGB", (width, height), Random(1).randbytes(width * height * 3)).save(written, "PNG")
    return written.getvalue()


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_jpeg_of_the_same_shape(form: str) -> None:
    small = opened(small_picture(a_picture(form=form)))
    assert (small.format, small.size, small.mode) == ("JPEG", (WIDEST, 338), "RGB")


def test_a_small_picture_is_not_blown_up() -> None:
    assert opened(small_picture(a_picture(100, 50))).size == (100, 50)


def test_of_a_long_page_the_head_is_shown() -> None:
    assert opened(small_picture(a_picture(1280, 12_000))).size == (WIDEST, HIGHEST)


def test_even_noise_is_light_enough() -> None:
    data = small_picture(noise(1280, 1600))
    assert data is not None and len(data) <= HEAVIEST
    assert opened(data).width >= 200


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_every_way_of_colours_is_taken_and_what_is_transparent_is_white(mode: str) -> None:
    small = opened(small_picture(a_picture(60, 40, mode=mode)))
    white = (255, 255, 255)
    assert (small.getpixel((30, 20)) == white) is (mode in ("RGBA", "LA"))


def test_a_picture_keeps_no_notes_and_stands_upright() -> None:
    notes = Image.Exif()
    notes[0x0112] = 6  # turned by a quarter
    notes[0x010E] = "where and by whom it was taken"
    small = opened(small_picture(a_picture(400, 200, "JPEG", exif=notes)))
    assert small.size == (200, 400)
    assert len(small.getexif()) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        a_picture(form="GIF", mode="L"),
        a_picture(form="TIFF"),
        a_picture(form="BMP"),
    ],
    ids=["nothing", "page", "pdf", "torn", "gif", "tiff", "bmp"],
)
def test_what_is_no_picture_that_we_take_is_left_out(data: bytes) -> None:
    assert small_picture(data) is None


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_damaged_picture_is_left_out_or_shown_but_never_an_error(form: str) -> None:
    whole, chance = a_picture(80, 60, form), Random(7)
    for _ in range(100):
        damaged = bytearray(whole[: chance.randrange(len(whole))])
        for _ in range(3):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        data = small_picture(bytes(damaged))
        assert data is None or opened(data).format == "JPEG"


@pytest.mark.parametrize("side", [8_000, 30_000])
def test_a_picture_that_would_fill_the_memory_is_not_opened(side: int) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    assert small_picture(bomb) is None


def test_the_same_picture_is_the_same_bytes() -> None:
    assert small_picture(noise(300, 200)) == small_picture(noise(300, 200))
