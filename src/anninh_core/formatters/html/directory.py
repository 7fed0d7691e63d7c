"""The public directory of groups: a web page for phones, screens and the notice board, and the same content as JSON.

Residents find their group by the name of their commune or residential area, without diacritics. The filter is a few
lines of script; without it the page is complete all the same.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from attrs import asdict, frozen

from anninh_core.formatters.extras import read_template, require_module
from anninh_core.formatters.layout import printable, say
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import fold, quote_text

SCHEMA = "anninh.directory/1"
_LONGEST_LINK = 1000  # Maximum number of characters of a link whose QR code a phone still reads.


@frozen(kw_only=True)
class DirectoryLine:
    """One group as residents see it.

    Attributes:
        link: `https` address for joining the group; "" while there is none.
        board: post and name of each member of the management board.
        hours: when a member of the management board is available.
        areas: names of the residential areas that the group is for.
    """

    unit_name: str
    group_title: str
    link: str = ""
    board: tuple[tuple[str, str], ...] = ()
    hours: str = ""
    note: str = ""
    areas: tuple[str, ...] = ()


def build_directory_html(title: str, lines: Sequence[DirectoryLine], wording: Mapping[str, str]) -> str:
    """Return the directory as one page with QR codes, to be put on a website or printed.

    Args:
        title: heading of the page.
        lines: the groups in the order wanted.
        wording: captions under the keys `directory.*` of the profile.

    Raises:
        BadInput: a link that isn't `https`.
        MissingExtra: the library for QR codes isn't installed.
        NotFound: the wording lacks a caption.
    """
    title = printable(title)
    items = "\n".join(_group_html(printable(line), wording) for line in lines)
    intro, warning, find, nothing = (
        escape(say(wording, f"directory.{key}")) for key in ("intro", "impersonation", "find", "nothing")
    )
    return (
        f'<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{read_template('directory.css')}</style>\n</head>\n<body>\n"
        f'<h1>{escape(title)}</h1>\n<p>{intro}</p>\n<p class="warn">{warning}</p>\n'
        f'<div class="find" hidden><label for="find">{find}</label><input id="find" type="search"></div>\n'
        f'<p id="nothing" role="status" hidden>{nothing}</p>\n<ul class="groups">\n{items}\n</ul>\n'
        f"<script>\n{read_template('directory.js')}</script>\n</body>\n</html>\n"
    )


def _group_html(line: DirectoryLine, wording: Mapping[str, str]) -> str:
    facts = [(say(wording, "directory.unit"), line.unit_name), *line.board]
    if line.hours:
        facts.append((say(wording, "directory.hours"), line.hours))
    areas = say(wording, "directory.areas", areas=", ".join(line.areas)) if line.areas else ""
    small = "".join(f'<p class="small">{escape(text)}</p>' for text in (areas, line.note) if text)
    link = f'<p><a href="{escape(_check_link(line))}">{escape(line.link)}</a></p>' if line.link else ""
    terms = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    search_key = fold(" ".join((line.unit_name, line.group_title, *line.areas)))
    return (
        f'<li class="group" data-find="{escape(search_key)}"><div><h2>{escape(line.group_title)}</h2>'
        f"{link}<dl>{terms}</dl>{small}</div>{_qr_code_svg(line, wording) if line.link else ''}</li>"
    )


def _check_link(line: DirectoryLine) -> str:
    try:
        parts = urlsplit(line.link)
    except ValueError:  # Brackets that don't enclose an IPv6 address make the link unparsable.
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.netloc or len(line.link) > _LONGEST_LINK:
        raise BadInput(
            "Link {link} of group {title} can't be published: give an https address of at most {most} characters.",
            link=quote_text(line.link),
            title=quote_text(line.group_title),
            most=_LONGEST_LINK,
        )
    return line.link


def _qr_code_svg(line: DirectoryLine, wording: Mapping[str, str]) -> str:
    segno = require_module("segno", "the directory's QR codes")
    name = say(wording, "directory.qr", group=line.group_title)
    svg: str = segno.make(line.link, micro=False, error="m").svg_inline(omitsize=True, title=name)
    return svg.replace("<svg ", '<svg role="img" ', 1)


def build_directory_json(title: str, lines: Sequence[DirectoryLine]) -> str:
    """Return the directory as JSON with sorted keys; each board member is an object of post and name.

    Raises:
        BadInput: a link that isn't `https`.
    """
    groups = []
    for line in map(printable, lines):
        board = [{"post": post, "name": name} for post, name in line.board]
        groups.append({**asdict(line), "board": board, "link": line.link and _check_link(line)})
    data = {"schema": SCHEMA, "title": printable(title), "groups": groups}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
