import json
import sys
from collections.abc import Sequence

import pytest
from attrs import evolve

from anninh_core.formatters.html.directory import DirectoryLine, build_directory_html, build_directory_json
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


def render_page(*lines: DirectoryLine) -> str:
    return build_directory_html("Danh bạ", lines, WORDING)


def test_directory_page_is_complete() -> None:
    """The directory page has group, link, QR code, board, hours, note, areas and the warning against impersonation."""
    html = render_page(LINE)
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
        assert words in html


def test_groups_are_found_without_diacritics() -> None:
    """The directory page has the words that its filter searches without diacritics, as residents type them."""
    assert 'data-find="xa ninh hoa nhom zalo an ninh xa ninh hoa thon dai ang thon thanh ha"' in render_page(LINE)


def test_without_script_nothing_is_hidden() -> None:
    """Groups are visible without the page's script; only the filter box needs the script."""
    html = render_page(LINE)
    assert '<li class="group" data-find' in html
    assert '<div class="find" hidden>' in html


def test_a_group_without_link_is_listed_without_code() -> None:
    """A group that is still being formed has no link; the directory lists it without an address or QR code."""
    html = render_page(evolve(LINE, link=""))
    assert "Nhóm Zalo An ninh xã Ninh Hòa" in html
    assert "href" not in html


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://zalo.me/g/x", "zalo.me/g/x", "https:///x"])
def test_only_https_addresses_are_published(link: str) -> None:
    """A directory line with a link that isn't a valid https address is refused with the group's name."""
    with pytest.raises(BadInput, match="Ninh Hòa"):
        render_page(evolve(LINE, link=link))
    with pytest.raises(BadInput, match="Ninh Hòa"):
        build_directory_json("Danh bạ", [evolve(LINE, link=link)])


def test_markup_is_only_text() -> None:
    """Markup in a directory line is shown as text."""
    evil = '"><script>alert(1)</script>'
    line = DirectoryLine(
        unit_name=evil, group_title=evil, link="https://zalo.me/g/x", board=((evil, evil),), note=evil, areas=(evil,)
    )
    assert render_page(line).count("<script>") == 1


def test_json_has_the_same_lines() -> None:
    """The directory's JSON file has the same lines as its page, with sorted keys, and board members by post and
    name.
    """

    def groups_in_json(lines: Sequence[DirectoryLine]) -> list[dict[str, object]]:
        entries: list[dict[str, object]] = json.loads(build_directory_json("Danh bạ", lines))["groups"]
        return entries

    (group,) = groups_in_json([LINE])
    assert [*group] == sorted(group)
    assert group["board"] == [{"name": "Nguyễn Văn Mẫu", "post": "Trưởng ban"}]
    assert group["areas"] == ["Thôn Đại Áng", "Thôn Thanh Hạ"]


def test_missing_segno_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library segno, the error names the package to install."""
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(MissingExtra, match=r"anninh\[reports\]"):
        render_page(LINE)
