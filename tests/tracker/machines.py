"""What stateful tests of the record stand on: each run has a fresh record of its own, and a moment that moves on."""

import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from tests.builders import NOW
from tracker.database import Database
from tracker.settings import TrackerSettings


class OnARecord(RuleBasedStateMachine):
    """`template`: an empty record, set by the module's fixture."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "x.db"
        shutil.copy(self.template, path)
        self.database = Database(TrackerSettings(database_url=f"sqlite:///{path}"))
        self.at = NOW

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()
