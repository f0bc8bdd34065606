"""Office files are ZIP archives; the same parts shall be the same bytes, or no hash of them could be compared."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def repacked(data: bytes) -> bytes:
    """The same parts, all written at the first moment that a ZIP can name."""
    written = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(written, "w", ZIP_DEFLATED) as packed:
        for part in source.infolist():
            packed.writestr(ZipInfo(part.filename), source.read(part), ZIP_DEFLATED)
    return written.getvalue()
