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


def test_shipped_articles_are_imported_once(run: Run, read: Read) -> None:
    """A second import of the shipped articles changes nothing, and unchecked articles are reported and make `kb check`
    end with exit code 1.
    """
    assert "36 written, 0 revised" in (done := run("kb", "import", "--bundled")).stdout
    assert "never compared" in done.stderr
    assert "0 written, 0 revised, 36 unchanged" in run("kb", "import", "--bundled").stdout
    assert len(read("kb", "list")) == 36
    assert {article["category"] for article in read("kb", "list", "--category", "cu_tru")} == {"cu_tru"}

    checked = run("kb", "check")
    assert checked.exit_code == 1
    assert "not compared with" in checked.stdout
    assert run("kb", "confirm", "phao").exit_code == 0
    assert "phao" not in [article["key"] for article in json.loads(run("kb", "check", "--json").stdout)]


def test_an_article_is_shown_with_its_sources(run: Run) -> None:
    """An article is shown by its key, with its sources and search phrases."""
    run("kb", "import", "--bundled")
    output = run("kb", "show", "tam-tru").stdout
    assert "Luật Cư trú 68/2020/QH14, 2020-11-13, https://dichvucong.gov.vn" in output
    assert "never" in output
    assert "gia hạn tạm trú" in output
    assert run("kb", "show", "nothing").exit_code == 1


def test_articles_are_imported_and_exported(run: Run, read: Read, folder: Path) -> None:
    """Articles are imported from TOML and exported as JSON that can be imported again, and a mistake is reported with
    its place.
    """
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


def test_search_covers_all_kinds(run: Run, read: Read) -> None:
    """A search covers all kinds that the officer may read, and reports words that are never searched for."""
    run("kb", "import", "--bundled")
    hits = read("search", "danh", "bac")
    assert [hit["kind"] for hit in hits] == ["tip"]
    assert hits[0]["matched"] == ["đánh", "bạc"]
    assert {hit["kind"] for hit in read("search", "phao hoa")} == {"article"}
    assert read("search", "danh bac", "--kind", "item") == []
    result = run("search", "danh", "bac", "0912345678")
    assert "left out: 0912345678" in result.stderr
    assert "đánh bạc" in result.stdout
    assert "The search has no word to look for: write at least one." in run("search", "113").stderr
    assert run("search", "khong-co-gi-ca").stdout.startswith("Nothing")


def test_proposals_need_repeated_questions(run: Run) -> None:
    """Questions are proposed as articles only after they were asked twice."""
    assert run("kb", "proposals").stdout.startswith("Nothing was asked twice")
