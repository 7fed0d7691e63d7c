"""`anninh kb` and `anninh search`."""

import json
from pathlib import Path

from tests.cli.conftest import Read, Run

ARTICLE = """
reminder = "Hỏi lại trước khi đi."

[[articles]]
key = "lich-tiep-dan"
title = "Lịch tiếp dân"
text = "Thứ Năm hằng tuần, tại trụ sở xã."
phrases = ["lịch tiếp dân ngày nào"]
since = 2021-09-01
sources = [{ name = "Thông báo của xã", number = "12/TB-UBND", issued_on = 2021-08-30 }]
"""


def test_the_shipped_articles_are_taken_in_once(run: Run, read: Read) -> None:
    """A second import changes nothing; that nobody compared them with the rules is said, and ends the check with 1."""
    assert "36 written, 0 revised" in (done := run("kb", "import", "--bundled")).stdout
    assert "never compared" in done.stderr
    assert "0 written, 0 revised, 36 unchanged" in run("kb", "import", "--bundled").stdout
    assert len(read("kb", "list")) == 36
    assert {article["category"] for article in read("kb", "list", "--category", "cu_tru")} == {"cu_tru"}

    checked = run("kb", "check")
    assert checked.exit_code == 1
    assert "nobody compared it" in checked.stdout
    assert run("kb", "confirm", "phao").exit_code == 0
    assert "phao" not in [article["key"] for article in json.loads(run("kb", "check", "--json").stdout)]


def test_an_article_is_shown_with_its_sources(run: Run) -> None:
    """By its key; with the words that residents ask in."""
    run("kb", "import", "--bundled")
    shown = run("kb", "show", "tam-tru").stdout
    assert "Luật Cư trú 68/2020/QH14, 2020-11-13, https://dichvucong.gov.vn" in shown
    assert "never" in shown
    assert "gia hạn tạm trú" in shown
    assert run("kb", "show", "nothing").exit_code == 1


def test_a_file_of_ones_own_goes_in_and_out(run: Run, read: Read, folder: Path) -> None:
    """TOML in, JSON out, which can be taken in again; a mistake is told with its place."""
    file = folder / "own.toml"
    out = folder / "out.json"
    file.write_text(ARTICLE, encoding="utf-8")
    assert "1 written" in run("kb", "import", str(file)).stdout
    assert read("kb", "list")[0]["text"] == "Thứ Năm hằng tuần, tại trụ sở xã.\nHỏi lại trước khi đi."
    assert "1 articles" in run("kb", "export", str(out)).stdout
    assert "1 unchanged" in run("kb", "import", str(out)).stdout

    file.write_text(ARTICLE.replace("since = 2021-09-01", ""), encoding="utf-8")
    assert (
        "isn't valid at articles.0.since (Field required): compare it with a file"
        in run("kb", "import", str(file)).stderr
    )
    file.write_text(ARTICLE + ARTICLE.replace('reminder = "Hỏi lại trước khi đi."', ""), encoding="utf-8")
    assert "has two articles with the key" in run("kb", "import", str(file)).stderr
    file.write_text("[[articles", encoding="utf-8")
    assert "isn't valid TOML (" in run("kb", "import", str(file)).stderr
    assert "missing.toml can't be read (" in run("kb", "import", str(folder / "missing.toml")).stderr
    assert "name a file, or give --bundled" in run("kb", "import").stderr


def test_one_search_over_everything(run: Run, read: Read) -> None:
    """Kinds side by side, as far as the officer may; what is never searched for is said."""
    run("kb", "import", "--bundled")
    found = read("search", "danh", "bac")
    assert [hit["kind"] for hit in found] == ["tip"]
    assert found[0]["matched"] == ["đánh", "bạc"]
    assert {hit["kind"] for hit in read("search", "phao hoa")} == {"article"}
    assert read("search", "danh bac", "--kind", "item") == []
    done = run("search", "danh", "bac", "0912345678")
    assert "left out: 0912345678" in done.stderr
    assert "đánh bạc" in done.stdout
    assert "The search has no word to look for: write at least one." in run("search", "113").stderr
    assert run("search", "khong-co-gi-ca").stdout.startswith("Nothing")


def test_what_was_asked_twice_is_proposed(run: Run) -> None:
    """Nothing was, in this folder."""
    assert run("kb", "proposals").stdout.startswith("Nothing was asked twice")
