"""Export of the demo's three reports in every format, and of its public directory."""

import os
from datetime import date
from pathlib import Path

from anninh_core.demo.acts.reporting import find_consolidated_id, list_report_rounds
from anninh_core.demo.cast import find_officer
from anninh_core.demo.stage import DemoStage

FORMATS = ("docx", "pdf", "html", "xlsx", "json")
DIRECTORY = "danh-ba.html"


def export_files(stage: DemoStage, until: date) -> tuple[str, ...]:
    """Write the reports signed by the day `until` into the demo's folder, in every format; return the file names."""
    chair = find_officer(stage, "standing")
    names = []
    for report_round in list_report_rounds():
        if report_round.closing > until:
            continue
        template = stage.app.district.obligation(report_round.obligation).template
        for format in FORMATS:
            file = stage.app.reports.render(chair, find_consolidated_id(stage, report_round), format)
            names.append(_write_file(stage.out / f"{template}{Path(file.name).suffix}", file.data))
    directory = stage.app.groups.render_directory(find_officer(stage, "admin"))
    names.append(_write_file(stage.out / DIRECTORY, directory.encode()))
    return tuple(names)


def _write_file(path: Path, data: bytes) -> str:
    """Write a file atomically, and return its name."""
    temporary_file = path.with_name(path.name + ".part")
    temporary_file.write_bytes(data)
    os.replace(temporary_file, path)  # noqa: PTH105  atomic on every system
    return path.name
