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
    """Values without an option are prompted for until valid, and the new profile passes the check."""
    folder = str(tmp_path / "ours")
    result = run(
        "profiles", "new", "--at", folder, input="\n".join([*ANSWERS.values()]).replace("xa\n", "làng\nxa\n", 1)
    )
    assert result.exit_code == 0, result.output
    assert "Xã Tân Mẫu" in result.stdout
    assert "'làng' isn't a kind of unit: choose one of xa, phuong, dac_khu." in result.stderr
    checked = run("profiles", "check", folder)
    assert (checked.exit_code, "fits: Xã Tân Mẫu, 5 units" in checked.stdout) == (0, True)


def test_json_profile_has_no_prompts(run: Run, tmp_path: Path) -> None:
    """With `--json` there are no prompts, and missing options are reported."""
    folder = str(tmp_path / "ours")
    refusal = run("profiles", "new", "--at", folder, "--json", "--name", "Tân Mẫu")
    assert refusal.exit_code == 2
    assert "--kind, --province, --areas, --hotline, --address" in refusal.stderr
    result = run("profiles", "new", "--at", folder, "--json", *OPTIONS)
    assert json.loads(result.stdout)["files"] == ["district.toml", "units.toml", "reports.toml", "wording.toml"]


def test_invalid_profile_option_is_reported(run: Run, tmp_path: Path) -> None:
    """An invalid option is reported with an example, and nothing is written."""
    words = [*OPTIONS, "--hotline", "không có"]
    result = run("profiles", "new", "--at", str(tmp_path / "ours"), *words)
    assert (result.exit_code, "--hotline" in result.stderr, "0251 385 1234" in result.stderr) == (2, True, True)
    assert not (tmp_path / "ours").exists()


def test_check_uses_profile_of_folder(run: Run, tmp_path: Path) -> None:
    """Without a name the check uses the profile of `anninh.toml`, relative to its folder, or the profile in the
    folder.
    """
    run("profiles", "new", "--at", str(tmp_path / "ours"), *OPTIONS)
    (tmp_path / "anninh.toml").write_text('profile = "ours"\n', encoding="utf-8")
    for folder in (tmp_path, tmp_path / "ours"):
        assert "fits: Xã Tân Mẫu" in run("profiles", "check", "--at", str(folder)).stdout


@pytest.mark.parametrize(
    ("language", "words"), [("en", "did you mean 'cong-an'?"), ("vi", "có phải ý anh/chị là “cong-an”?")]
)
def test_profile_faults_show_their_place(run: Run, tmp_path: Path, language: str, words: str) -> None:
    """Faults of a profile are shown with their place in both languages, and end with exit code 2."""
    run("profiles", "new", "--at", str(tmp_path), *OPTIONS)
    district = tmp_path / "district.toml"
    district.write_text(district.read_text(encoding="utf-8").replace('"cong-an"', '"cong-ann"'), encoding="utf-8")
    result = run("--lang", language, "profiles", "check", str(tmp_path))
    assert result.exit_code == 2
    assert words in " ".join(result.stdout.split())
    [fault] = json.loads(run("profiles", "check", str(tmp_path), "--json").stdout)["faults"]
    assert (fault["file"], fault["key"]) == (str(district), "district.standing_body")
    assert '"cong-ann"' in district.read_text(encoding="utf-8").splitlines()[fault["line"] - 1]
