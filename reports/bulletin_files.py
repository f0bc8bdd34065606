"""A bulletin (通报) as files: the document and the workbook of its annexes, each there whole or not at all."""

from pathlib import Path

from reports.bulletin import Bulletin
from reports.bulletin_annexes import write_annexes
from reports.bulletin_word import write_word


def write_bulletin(told: Bulletin, out: Path) -> list[Path]:
    """Both files in the folder `out`, in place of those of the same name."""
    out.mkdir(parents=True, exist_ok=True)
    files = {out / told.document_name: write_word(told), out / told.annexes_name: write_annexes(told)}
    for path, body in files.items():
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.write_bytes(body)
        unfinished.replace(path)
    return list(files)
