"""Exporting: the three reports in every format, and the public directory."""

import os
from datetime import date
from pathlib import Path

from anninh_core.demo.acts.reporting import consolidated_id, report_rounds
from anninh_core.demo.cast import officer
from anninh_core.demo.stage import DemoStage

FORMATS = ("docx", "pdf", "html", "xlsx", "json")
DIRECTORY = "danh-ba.html"


def export(stage: DemoStage, until: date) -> tuple[str, ...]:
    """Write what is signed by a day into the folder of the play, every format, and return the names of the files."""
    chair = officer(stage, "standing")
    names = []
    for report_round in report_rounds():
        if report_round.closing > until:
            continue
        template = stage.app.district.obligation(report_round.obligation).template
        for format in FORMATS:
            file = stage.app.reports.render(chair, consolidated_id(stage, report_round), format)
            names.append(_write_file(stage.out / f"{template}{Path(file.name).suffix}", file.data))
    directory = stage.app.groups.render_directory(officer(stage, "admin"))
    names.append(_write_file(stage.out / DIRECTORY, directory.encode()))
    return tuple(names)


def _write_file(path: Path, data: bytes) -> str:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)  # noqa: PTH105  atomic on every system
    return path.name
