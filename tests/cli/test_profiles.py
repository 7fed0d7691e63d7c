"""`anninh profiles new` and `anninh profiles check`."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

ANSWERS = {
    "name": "Tân Mẫu",
    "kind": "xa",
    "province": "tỉnh Đồng Nai",
    "areas": "Thôn 1, Thôn 2",
    "agency": "Ban Chỉ đạo 138",
    "hotline": "0251 385 1234",
    "address": "Số 1 đường Mẫu",
    "start": "2026-01-01",
}
OPTIONS = [word for key, value in ANSWERS.items() for word in (f"--{key}", value)]


def test_commune_profile_from_questions(run: Run, tmp_path: Path) -> None:
    """What no option says is asked, asked again until it fits, and the profile fits."""
    folder = str(tmp_path / "ours")
    done = run("profiles", "new", "--at", folder, input="\n".join([*ANSWERS.values()]).replace("xa\n", "làng\nxa\n", 1))
    assert done.exit_code == 0, done.output
    assert "Xã Tân Mẫu" in done.stdout
    assert "'làng' isn't a kind of unit: choose one of xa, phuong, dac_khu." in done.stderr
    checked = run("profiles", "check", folder)
    assert (checked.exit_code, "fits: Xã Tân Mẫu, 5 units" in checked.stdout) == (0, True)


def test_a_program_is_asked_nothing(run: Run, tmp_path: Path) -> None:
    """It gives all, or is told what is missing."""
    folder = str(tmp_path / "ours")
    told = run("profiles", "new", "--at", folder, "--json", "--name", "Tân Mẫu")
    assert told.exit_code == 2
    assert "--kind, --province, --areas, --hotline, --address" in told.stderr
    done = run("profiles", "new", "--at", folder, "--json", *OPTIONS)
    assert json.loads(done.stdout)["files"] == ["district.toml", "units.toml", "reports.toml", "wording.toml"]


def test_a_wrong_option_is_named(run: Run, tmp_path: Path) -> None:
    """The sentence names the option and the way out, and nothing is written."""
    words = [*OPTIONS, "--hotline", "không có"]
    done = run("profiles", "new", "--at", str(tmp_path / "ours"), *words)
    assert (done.exit_code, "--hotline" in done.stderr, "0251 385 1234" in done.stderr) == (2, True, True)
    assert not (tmp_path / "ours").exists()


def test_the_profile_of_a_folder_is_checked(run: Run, tmp_path: Path) -> None:
    """Without a name it is that of anninh.toml, seen from there, or else what lies in the folder."""
    run("profiles", "new", "--at", str(tmp_path / "ours"), *OPTIONS)
    (tmp_path / "anninh.toml").write_text('profile = "ours"\n', encoding="utf-8")
    for folder in (tmp_path, tmp_path / "ours"):
        assert "fits: Xã Tân Mẫu" in run("profiles", "check", "--at", str(folder)).stdout


@pytest.mark.parametrize(
    ("language", "words"), [("en", "did you mean 'cong-an'?"), ("vi", "có phải ý anh/chị là “cong-an”?")]
)
def test_faults_in_both_languages(run: Run, tmp_path: Path, language: str, words: str) -> None:
    """A person reads where and what; it ends with code 2."""
    run("profiles", "new", "--at", str(tmp_path), *OPTIONS)
    district = tmp_path / "district.toml"
    district.write_text(district.read_text(encoding="utf-8").replace('"cong-an"', '"cong-ann"'), encoding="utf-8")
    done = run("--lang", language, "profiles", "check", str(tmp_path))
    assert done.exit_code == 2
    assert words in " ".join(done.stdout.split())
    [fault] = json.loads(run("profiles", "check", str(tmp_path), "--json").stdout)["faults"]
    assert (fault["file"], fault["key"]) == (str(district), "district.standing_body")
    assert '"cong-ann"' in district.read_text(encoding="utf-8").splitlines()[fault["line"] - 1]
