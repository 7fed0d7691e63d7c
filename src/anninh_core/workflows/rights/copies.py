"""A copy of a person's stored data, as a readable document, as JSON for programs, or as an archive of both with the
files.
"""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from anninh_core.domain.rights.model import RightsRequest
from anninh_core.kernel.dates import local_date, short_moment, vietnam_time
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.report_document import Block, Letterhead, Paragraph, ReportDocument, Section, Table
from anninh_core.workflows.rights.collecting import Found, FoundRecord

SCHEMA = "anninh.personal-data/1"
"""Name and version of the JSON format; see the reference of data copies."""

READABLE = ("docx", "pdf", "html", "markdown")
"""Formats of a copy of personal data that people can read."""

_LINES = "\n"


def build_json(district: District, request: RightsRequest, collected: Found, at: datetime) -> bytes:
    """Return the copy of a person's data as UTF-8 JSON; it is identical for the same request and moment."""
    data = {
        "schema": SCHEMA,
        "authority": district.name,
        "request": request.number,
        "made_at": vietnam_time(at).isoformat(timespec="seconds"),
        "records": {category: [dict(record.fields) for record in records] for category, records in collected.items()},
        "left_out": [
            {"category": omission.category, "rule": omission.rule, "reason": omission.reason}
            for omission in request.omissions
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False) + _LINES).encode()


def build_document(district: District, request: RightsRequest, collected: Found, at: datetime) -> ReportDocument:
    """Return the readable copy of a person's data as a document that formatters render."""
    day = local_date(at)
    sections = (
        Section("", 1, (Paragraph(district.say("rights.intro")), Paragraph(district.say("rights.third_parties")))),
        *(_build_section(district, category, records) for category, records in collected.items()),
        Section("", 1, tuple(_iter_closing_blocks(district, request))),
    )
    return ReportDocument(
        id=f"rights.{request.number}",
        kind="rights",
        letterhead=_build_letterhead(district, request),
        sections=sections,
        figures=(),
        period_start=day,
        period_end=day,
        unit=request.unit,
        unit_name=district.unit(request.unit).name,
        wording=district.wording,
    )


def build_archive(parts: Mapping[str, bytes], at: datetime) -> bytes:
    """Return a ZIP archive of named files."""
    local = vietnam_time(at)
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = ZipInfo(name, local.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def _iter_closing_blocks(district: District, request: RightsRequest) -> Iterable[Block]:
    for omission in request.omissions:
        category = district.say(f"rights.category.{omission.category}")
        yield Paragraph(district.say("rights.left_out", category=category, rule=omission.rule, reason=omission.reason))
    yield Paragraph(district.say("rights.complaint"))


def _build_section(district: District, category: str, records: tuple[FoundRecord, ...]) -> Section:
    heading = district.say(f"rights.category.{category}")
    if not records:
        return Section(heading, 1, (Paragraph(district.say("rights.nothing")),))
    names = tuple(dict.fromkeys(name for record in records for name in record.fields))
    columns = tuple(district.say(f"rights.field.{name}") for name in names)
    rows = tuple(tuple(_format_cell(name, record.fields.get(name, "")) for name in names) for record in records)
    return Section(heading, 1, (Table("", columns, rows),))


def _format_cell(name: str, text: str) -> str:
    return short_moment(datetime.fromisoformat(text)) if name == "at" and text else text


def _build_letterhead(district: District, request: RightsRequest) -> Letterhead:
    template = next(iter(district.templates.values()), None)
    return Letterhead(
        national_title=template.letterhead[0] if template else "",
        motto=template.letterhead[1] if template else "",
        superior="",
        agency=district.unit(request.unit).name.upper(),
        number="",
        place=template.place if template and "{" not in template.place else district.unit(request.unit).name,
        date=None,
        title=district.say("rights.title"),
        subject=f"{district.say('rights.subject')} ({request.number})",
        draft=False,
    )
