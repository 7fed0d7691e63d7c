"""Actions of people in the programme: found a group, publish an item, write, sign and read a report."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.text.paragraph import Paragraph
from httpx import Headers
from tests.board.visitor import Shown
from tests.promises.people import District, NotOffered, Officer, Screen

from anninh_core.testing import UnsafeLocalUsers

_LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


def appoint_for_district(
    district: District, name: str, home: str, *roles: str, second_factor: bool = False, until: date = date.max
) -> Officer:
    """Appoint an officer at an agency with roles on the whole district, which end with `until`."""
    officer = district.officer(name, home, *roles, second_factor=second_factor)
    for role in roles:
        UnsafeLocalUsers(district.app).grant(officer.actor, role, "hoa-lu", until=until)
    return officer


def standing_body(district: District, *, second_factor: bool = False, until: date = date.max) -> Officer:
    """Appoint an officer of the district police, which leads the plan (`standing_body`)."""
    return appoint_for_district(
        district, "Thường trực", "cong-an", "standing_officer", second_factor=second_factor, until=until
    )


def links_of(html: str) -> list[tuple[str, str]]:
    """Return text and address of each link."""
    return [(_text_of(text), unescape(address)) for address, text in _LINK.findall(html)]


def follows(officer: Officer, screen: Screen, words: str) -> Screen:
    """Open the link with some words on a page, in its menu or in its tabs.

    Raises:
        NotOffered: no link has the words.
    """
    links = links_of(screen.shown.text)
    address = next((address for text, address in links if words.lower() in text.lower()), None)
    if address is None:
        available = ", ".join(text for text, _ in links)
        raise NotOffered(f"{officer.name} finds no link {words!r} on {screen.shown.path}, only {available}")
    return officer.opens(address)


def opens_row(officer: Officer, screen: Screen, words: str) -> Screen:
    """Open the first link of the first row with some words."""
    _, address = links_of(_find_row(screen, words))[0]
    return officer.opens(address)


def binds_chat(district: District, chair: Officer, officer: Officer) -> None:
    """Let the chair create a binding code for an officer, and the officer send it from their own chat."""
    page = follows(chair, chair.opens("/system/officers"), officer.name)
    screen = chair.sends(page, "/units/begin_binding")
    code = re.search(r"Mã vừa tạo (\S+)", screen.text)
    if code is None:
        raise NotOffered(f"the chair reads no code: {screen.text[:1000]}")
    district.talk.says(officer.name, code[1])
    district.chat.hears(district.resident(officer.name))


def founds_group(officer: Officer, unit: str, title: str, kind: str = "commune") -> Screen:
    """Found a group of a unit, appoint the officer as its owner, and launch it."""
    form = officer.opens("/groups/new")
    founded = officer.sends(form, "/groups/found", unit=unit, kind=kind, title=title, messenger="oa")
    seated = officer.sends(founded, "/groups/seat", post="owner", officer=officer.actor.id, name=officer.name)
    return officer.sends(seated, "/groups/launch")


def texts_in_group(district: District, title: str) -> list[str]:
    """Return the visible texts of a group."""
    messages = district.chat.conversation(_group_of(district, title))
    return [message.text for message in messages if not message.deleted]


def set_member_count(district: District, title: str, members: int) -> None:
    """Set the number of members of a group."""
    district.chat.shows(_group_of(district, title), members=members)


def _group_of(district: District, title: str) -> str:
    (group,) = [id for id, name in district.chat.groups().items() if name == title]
    return group


def writes_item(officer: Officer, unit: str, audience: str, **piece: str) -> str:
    """Write an item for the groups of a unit, submit it for review and return the address of its page."""
    screen = officer.opens("/content/new")
    fields = {f"piece.{name}": value for name, value in piece.items()} | {"unit": unit, "piece.units": audience}
    written = officer.sends(screen, "/content/write", **fields)
    handed_in = officer.sends(written, "/content/submit")
    return path_of(handed_in)


def publishes_item(district: District, item: str, audience: str) -> None:
    """Let a reviewer of the police answer each gate and finding of an item, and the management board publish it."""
    reviewer = appoint_for_district(district, "Người duyệt", "cong-an", "reviewer")
    review = item.replace("/content/", "/reviews/")
    for form in re.findall(r'id="(act-content-answer-gate-[^"]+)"', reviewer.opens(review).shown.text):
        answers(reviewer, review, form, "/content/answer_gate", passed="yes", note="Đã đối chiếu với nguồn")
    for form in re.findall(r'id="(act-content-answer-finding-[^"]+)"', reviewer.opens(review).shown.text):
        answers(reviewer, review, form, "/content/answer_finding", words="Đã xem, không có gì sai")
    reviewer.sends(reviewer.opens(review), "/content/approve")
    board = district.officer("Ban quản trị", audience, "board_admin")
    board.sends(board.opens(item), "/content/publish")
    district.works()


def answers(officer: Officer, path: str, form_id: str, act: str, **filled: str) -> None:
    """Submit the form with an id; several forms of the page share one action."""
    html = officer.opens(path).shown.text
    start = html.index(f'id="{form_id}"')
    form = html[html.rindex("<form", 0, start) : html.index("</form>", start)]
    officer.sends(Screen(Shown(200, f"<main>{form}</form></main>", Headers(), path)), act, **filled)


def begins_report(officer: Officer, obligation: str, year: int, unit: str) -> str:
    """Begin a unit's report for an obligation, write each section, and return the address of its page."""
    duty = officer.opens(f"/reports/duties/report.{obligation}.{year}.{unit}")
    return writes_sections(officer, officer.sends(duty, "/reports/begin"))


def writes_sections(officer: Officer, report: Screen) -> str:
    """Write each section of a report and return the address of its page."""
    path = path_of(report)
    for _, address in links_of(report.shown.text):
        if address.startswith(f"{path}/words/"):
            officer.sends(officer.opens(address), "/reports/write", text="Lời của đơn vị.")
    return path


def signs_report(officer: Officer, path: str, number: str) -> Screen:
    """Sign and submit a report."""
    return officer.sends(officer.opens(path), "/reports/submit", number=number, confirmed="yes")


def consolidate_reports(officer: Officer, obligation: str, year: int) -> Screen:
    """Consolidate the accepted reports of the units into one."""
    papers = officer.opens(f"/reports/papers?obligation={obligation}&year={year}")
    return officer.sends(papers, "/reports/consolidate")


def submit_report_of(district: District, obligation: str, year: int, unit: str, name: str) -> str:
    """Let a commune's officer write, sign and submit its report, and return the address of its page."""
    clerk = district.officer(f"Tổng hợp {name}", unit, "report_officer", second_factor=True)
    report = begins_report(clerk, obligation, year, unit)
    signs_report(clerk, report, "7")
    return report


def reads_file(officer: Officer, path: str) -> bytes:
    """Return the content of a file that an officer downloads from the board."""
    return officer.opens(path).shown.body


def reads_docx(officer: Officer, report: str) -> list[str]:
    """Return the lines of a report's DOCX, each row of a table as one line."""
    document = Document(BytesIO(reads_file(officer, f"{report}/file.docx")))
    return list(_lines_of(document))


def _lines_of(document: DocxDocument) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for row in block.rows:
                yield " | ".join(" / ".join(part.text for part in cell.paragraphs) for cell in row.cells)


def _text_of(html: str) -> str:
    """Return the visible text of a part of a page."""
    return Screen(Shown(200, f"<main>{html}</main>", Headers(), "")).text


def path_of(screen: Screen) -> str:
    """Return the address of a page without its query."""
    return screen.shown.path.partition("?")[0]


def row_of(screen: Screen, words: str) -> str:
    """Return the text of the first row with some words in the lists and tables of a page.

    Raises:
        NotOffered: no row has the words.
    """
    return _text_of(_find_row(screen, words))


def _find_row(screen: Screen, words: str) -> str:
    rows = re.split(r"<(?:li|tr)\b[^>]*>", screen.shown.main)[1:]
    row = next((row for row in rows if words in _text_of(row)), None)
    if row is None:
        raise NotOffered(f"{screen.shown.path} has no row with {words!r}: {screen.text[:2000]}")
    return row
