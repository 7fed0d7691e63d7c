import json
import sys
from collections.abc import Sequence

import pytest
from attrs import evolve

from anninh_core.formatters.html.directory import DirectoryLine, directory_html, directory_json
from anninh_core.kernel.errors import BadInput, MissingExtra

WORDING = {
    "directory.intro": "Các nhóm chính thức.",
    "directory.impersonation": "Công an không yêu cầu chuyển tiền qua nhóm.",
    "directory.find": "Tìm theo tên xã",
    "directory.nothing": "Không tìm thấy.",
    "directory.unit": "Địa bàn",
    "directory.hours": "Giờ trực",
    "directory.areas": "Gồm: {areas}",
    "directory.qr": "Mã QR của {group}",
}

LINE = DirectoryLine(
    unit_name="Xã Ninh Hòa",
    group_title="Nhóm Zalo An ninh xã Ninh Hòa",
    link="https://zalo.me/g/mau001",
    board=(("Trưởng ban", "Nguyễn Văn Mẫu"),),
    hours="7 giờ – 21 giờ",
    note="Ghi chú",
    areas=("Thôn Đại Áng", "Thôn Thanh Hạ"),
)


def page(*lines: DirectoryLine) -> str:
    return directory_html("Danh bạ", lines, WORDING)


def test_everything_stands_on_the_page() -> None:
    """Group, link, QR code, board, hours, note, areas and the warning against impersonation."""
    found = page(LINE)
    for words in (
        "Nhóm Zalo An ninh xã Ninh Hòa",
        '<a href="https://zalo.me/g/mau001">',
        "<title>Mã QR của Nhóm Zalo An ninh xã Ninh Hòa</title>",
        "<dt>Trưởng ban</dt><dd>Nguyễn Văn Mẫu</dd>",
        "7 giờ – 21 giờ",
        "Ghi chú",
        "Gồm: Thôn Đại Áng, Thôn Thanh Hạ",
        "Công an không yêu cầu chuyển tiền",
    ):
        assert words in found


def test_groups_are_found_without_diacritics() -> None:
    """The words a resident types without tones stand ready for the filter."""
    assert 'data-find="xa ninh hoa nhom zalo an ninh xa ninh hoa thon dai ang thon thanh ha"' in page(LINE)


def test_without_script_nothing_is_hidden() -> None:
    """Groups are shown by the page itself; only the filter box waits for the script."""
    found = page(LINE)
    assert '<li class="group" data-find' in found
    assert '<div class="find" hidden>' in found


def test_a_group_without_link_is_listed_without_code() -> None:
    """A group still being formed has neither address nor QR code."""
    found = page(evolve(LINE, link=""))
    assert "Nhóm Zalo An ninh xã Ninh Hòa" in found
    assert "href" not in found


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://zalo.me/g/x", "zalo.me/g/x", "https:///x"])
def test_only_https_addresses_are_published(link: str) -> None:
    """A link that could mislead residents is refused with the group's name."""
    with pytest.raises(BadInput, match="Ninh Hòa"):
        page(evolve(LINE, link=link))
    with pytest.raises(BadInput, match="Ninh Hòa"):
        directory_json("Danh bạ", [evolve(LINE, link=link)])


def test_markup_is_only_text() -> None:
    """Text of a line can't break out of its place."""
    evil = '"><script>alert(1)</script>'
    line = DirectoryLine(
        unit_name=evil, group_title=evil, link="https://zalo.me/g/x", board=((evil, evil),), note=evil, areas=(evil,)
    )
    assert page(line).count("<script>") == 1


def test_data_for_programs() -> None:
    """The same lines as JSON, keys sorted, board members by post and name."""

    def groups(lines: Sequence[DirectoryLine]) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(directory_json("Danh bạ", lines))["groups"]
        return found

    (group,) = groups([LINE])
    assert [*group] == sorted(group)
    assert group["board"] == [{"name": "Nguyễn Văn Mẫu", "post": "Trưởng ban"}]
    assert group["areas"] == ["Thôn Đại Áng", "Thôn Thanh Hạ"]


def test_without_the_library_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks segno is told what to install."""
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(MissingExtra, match=r"anninh\[reports\]"):
        page(LINE)
