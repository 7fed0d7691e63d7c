"""Actions of people in the programme, such as founding a group, publishing an item, or signing a report."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.text.paragraph import Paragraph
from httpx import Headers
from tests.board.visitor import ReceivedPage
from tests.promises.people import District, NotOffered, Officer, Screen

from anninh_core.testing import UnsafeLocalUsers

_LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


def appoint_for_district(
    district: District, name: str, home: str, *roles: str, second_factor: bool = False, until: date = date.max
) -> Officer:
    """Appoint an officer of an agency with roles on the whole district; the roles end on the day `until`."""
    officer = district.appoint_officer(name, home, *roles, second_factor=second_factor)
    for role in roles:
        UnsafeLocalUsers(district.app).grant(officer.actor, role, "hoa-lu", until=until)
    return officer


def appoint_standing_officer(district: District, *, second_factor: bool = False, until: date = date.max) -> Officer:
    """Appoint an officer of the district police, which leads the plan (`standing_body`)."""
    return appoint_for_district(
        district, "Thường trực", "cong-an", "standing_officer", second_factor=second_factor, until=until
    )


def list_links(html: str) -> list[tuple[str, str]]:
    """Return the text and the address of each link in a page."""
    return [(_extract_text(text), unescape(address)) for address, text in _LINK.findall(html)]


def follow_link(officer: Officer, screen: Screen, words: str) -> Screen:
    """Open the link whose text contains some words, on a page, in its menu or in its tabs.

    Raises:
        NotOffered: no link has the words.
    """
    links = list_links(screen.shown.text)
    address = next((address for text, address in links if words.lower() in text.lower()), None)
    if address is None:
        available = ", ".join(text for text, _ in links)
        raise NotOffered(f"{officer.name} finds no link {words!r} on {screen.shown.path}, only {available}")
    return officer.open_page(address)


def open_row(officer: Officer, screen: Screen, words: str) -> Screen:
    """Open the first link in the first row that contains some words."""
    _, address = list_links(_find_row(screen, words))[0]
    return officer.open_page(address)


def bind_chat(district: District, chair: Officer, officer: Officer) -> None:
    """Let the chair create a binding code for an officer, and let the officer send the code from their own chat."""
    page = follow_link(chair, chair.open_page("/system/officers"), officer.name)
    screen = chair.sends(page, "/units/begin_binding")
    code = re.search(r"Mã vừa tạo (\S+)", screen.text)
    if code is None:
        raise NotOffered(f"the chair reads no code: {screen.text[:1000]}")
    district.talk.says(officer.name, code[1])
    district.chat.hears(district.find_resident(officer.name))


def found_group(officer: Officer, unit: str, title: str, kind: str = "commune") -> Screen:
    """Found a group of a unit, appoint the officer as its owner, and launch it."""
    form = officer.open_page("/groups/new")
    founded = officer.sends(form, "/groups/establish", unit=unit, kind=kind, title=title, messenger="oa")
    seated = officer.sends(founded, "/groups/seat", post="owner", officer=officer.actor.id, name=officer.name)
    return officer.sends(seated, "/groups/launch")


def list_group_texts(district: District, title: str) -> list[str]:
    """Return the texts of a group's messages that aren't deleted."""
    messages = district.chat.conversation(_find_group(district, title))
    return [message.text for message in messages if not message.deleted]


def set_member_count(district: District, title: str, members: int) -> None:
    """Set the number of members of a group."""
    district.chat.shows(_find_group(district, title), members=members)


def _find_group(district: District, title: str) -> str:
    (group,) = [id for id, name in district.chat.groups().items() if name == title]
    return group


def write_item(officer: Officer, unit: str, audience: str, **piece: str) -> str:
    """Write an item for the groups of a unit, submit it for review and return the address of its page."""
    screen = officer.open_page("/content/new")
    fields = {f"piece.{name}": value for name, value in piece.items()} | {"unit": unit, "piece.units": audience}
    written = officer.sends(screen, "/content/write", **fields)
    handed_in = officer.sends(written, "/content/submit")
    return get_path(handed_in)


def publish_item(district: District, item: str, audience: str) -> None:
    """Let a reviewer of the police answer each gate and finding of an item, and the management board publish it."""
    reviewer = appoint_for_district(district, "Người duyệt", "cong-an", "reviewer")
    review = item.replace("/content/", "/reviews/")
    for form in re.findall(r'id="(act-content-answer-gate-[^"]+)"', reviewer.open_page(review).shown.text):
        submit_form_by_id(reviewer, review, form, "/content/answer_gate", passed="yes", note="Đã đối chiếu với nguồn")
    for form in re.findall(r'id="(act-content-answer-finding-[^"]+)"', reviewer.open_page(review).shown.text):
        submit_form_by_id(reviewer, review, form, "/content/answer_finding", words="Đã xem, không có gì sai")
    reviewer.sends(reviewer.open_page(review), "/content/approve")
    board = district.appoint_officer("Ban quản trị", audience, "board_admin")
    board.sends(board.open_page(item), "/content/publish")
    district.run_worker()


def submit_form_by_id(officer: Officer, path: str, form_id: str, act: str, **filled: str) -> None:
    """Fill in and submit the form that has an id, since several forms of the page share one action."""
    html = officer.open_page(path).shown.text
    start = html.index(f'id="{form_id}"')
    form = html[html.rindex("<form", 0, start) : html.index("</form>", start)]
    officer.sends(Screen(ReceivedPage(200, f"<main>{form}</form></main>", Headers(), path)), act, **filled)


def begin_report(officer: Officer, obligation: str, year: int, unit: str) -> str:
    """Begin a unit's report for an obligation, write each section, and return the address of its page."""
    duty = officer.open_page(f"/reports/duties/report.{obligation}.{year}.{unit}")
    return write_sections(officer, officer.sends(duty, "/reports/begin"))


def write_sections(officer: Officer, report: Screen) -> str:
    """Write each section of a report and return the address of its page."""
    path = get_path(report)
    for _, address in list_links(report.shown.text):
        if address.startswith(f"{path}/words/"):
            officer.sends(officer.open_page(address), "/reports/write", text="Lời của đơn vị.")
    return path


def sign_report(officer: Officer, path: str, number: str) -> Screen:
    """Sign and submit a report."""
    return officer.sends(officer.open_page(path), "/reports/submit", number=number, confirmed="yes")


def consolidate_reports(officer: Officer, obligation: str, year: int) -> Screen:
    """Consolidate the accepted reports of the units into one."""
    papers = officer.open_page(f"/reports/papers?obligation={obligation}&year={year}")
    return officer.sends(papers, "/reports/consolidate")


def submit_unit_report(district: District, obligation: str, year: int, unit: str, name: str) -> str:
    """Let a commune's officer write, sign and submit its report, and return the address of its page."""
    clerk = district.appoint_officer(f"Tổng hợp {name}", unit, "report_officer", second_factor=True)
    report = begin_report(clerk, obligation, year, unit)
    sign_report(clerk, report, "7")
    return report


def download_file(officer: Officer, path: str) -> bytes:
    """Return the content of a file that an officer downloads from the board."""
    return officer.open_page(path).shown.body


def read_docx_lines(officer: Officer, report: str) -> list[str]:
    """Return the lines of a report's DOCX, with each row of a table as one line."""
    document = Document(BytesIO(download_file(officer, f"{report}/file.docx")))
    return list(_iter_docx_lines(document))


def _iter_docx_lines(document: DocxDocument) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for row in block.rows:
                yield " | ".join(" / ".join(part.text for part in cell.paragraphs) for cell in row.cells)


def _extract_text(html: str) -> str:
    """Return the visible text of a part of a page."""
    return Screen(ReceivedPage(200, f"<main>{html}</main>", Headers(), "")).text


def get_path(screen: Screen) -> str:
    """Return the address of a page without its query."""
    return screen.shown.path.partition("?")[0]


def find_row_text(screen: Screen, words: str) -> str:
    """Return the text of the first row that contains some words in the lists and tables of a page.

    Raises:
        NotOffered: no row has the words.
    """
    return _extract_text(_find_row(screen, words))


def _find_row(screen: Screen, words: str) -> str:
    rows = re.split(r"<(?:li|tr)\b[^>]*>", screen.shown.main)[1:]
    row = next((row for row in rows if words in _extract_text(row)), None)
    if row is None:
        raise NotOffered(f"{screen.shown.path} has no row with {words!r}: {screen.text[:2000]}")
    return row
