"""Settings: the option, else the environment, else the file, else the default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nircheck.errors import UsageError
from nircheck.settings import SETTINGS, Chosen, find, resolve


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "nircheck.toml"


def write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_every_setting_has_a_default_and_a_meaning() -> None:
    chosen = resolve({}, {}, None)

    assert chosen == {setting.name: Chosen(setting.default, "default") for setting in SETTINGS}
    assert all(setting.meaning for setting in SETTINGS)


def test_the_file_wins_over_the_default(file: Path) -> None:
    write(file, '\ufeffut = "kjøringer"\ntraader = 4\nbrevfrist = 2026-12-01\n')

    chosen = resolve({}, {}, file)

    assert chosen["ut"] == Chosen("kjøringer", str(file))
    assert chosen["traader"] == Chosen(4, str(file))
    assert chosen["brevfrist"] == Chosen("2026-12-01", str(file))
    assert chosen["minne"] == Chosen(None, "default")


def test_the_environment_wins_over_the_file(file: Path) -> None:
    write(file, 'minne = "2GiB"\nut = "fil"\n')

    chosen = resolve({}, {"NIRCHECK_MINNE": "512 MB", "NIRCHECK_UT": ""}, file)

    assert chosen["minne"] == Chosen("512 MB", "environment NIRCHECK_MINNE")
    assert chosen["ut"] == Chosen("fil", str(file))


def test_the_option_wins_over_the_environment() -> None:
    chosen = resolve({"traader": "2", "ut": Path("her")}, {"NIRCHECK_TRAADER": "8"}, None)

    assert chosen["traader"] == Chosen(2, "option")
    assert chosen["ut"] == Chosen("her", "option")


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("fail_on", "alt", "must be one of feil, advarsel, info, aldri"),
        ("maalform", "NB", "must be one of nb, nn"),
        ("traader", "0", "must be a whole number from 1 to 1024"),
        ("traader", "1025", "must be a whole number from 1 to 1024"),
        ("traader", "٣", "must be a whole number from 1 to 1024"),
        ("traader", "True", "must be a whole number from 1 to 1024"),
        ("minne", "4", "must be a size, such as 4GiB"),
        ("tidsgrense", "0", "must be a number of seconds above 0, such as 600"),
        ("tidsgrense", "fem", "must be a number of seconds above 0, such as 600"),
        ("minne", "4GiB; DROP", "must be a size, such as 4GiB"),
    ],
)
def test_a_wrong_value_is_refused_wherever_it_comes_from(
    name: str, text: str, complaint: str, file: Path
) -> None:
    variable = f"NIRCHECK_{name.upper()}"
    write(file, f'{name} = "{text}"\n')
    ways: list[tuple[str, dict[str, Any], dict[str, str], Path | None]] = [
        ("--" + name.replace("_", "-"), {name: text}, {}, None),
        (variable, {}, {variable: text}, None),
        (f"{file}: {name}", {}, {}, file),
    ]

    for where, options, environment, path in ways:
        with pytest.raises(UsageError) as refused:
            resolve(options, environment, path)

        assert refused.value.problems == (f"{where}: '{text}' {complaint}",)


def test_every_unknown_setting_in_the_file_is_named_with_the_one_that_was_meant(file: Path) -> None:
    write(file, 'failon = "feil"\nxyz = 1\nut = "u"\n')

    with pytest.raises(UsageError) as refused:
        resolve({}, {}, file)

    assert refused.value.problems == (
        f"{file}: unknown setting 'failon'; did you mean 'fail_on'?",
        f"{file}: unknown setting 'xyz'",
    )


@pytest.mark.parametrize("content", [b"ut = \n", b'ut = "\xe6"\n'])
def test_a_file_that_is_not_toml_is_refused(content: bytes, file: Path) -> None:
    file.write_bytes(content)

    with pytest.raises(UsageError, match="not valid TOML"):
        resolve({}, {}, file)


def test_the_file_in_the_folder_is_found_and_another_must_exist(file: Path, tmp_path: Path) -> None:
    assert find(None, tmp_path) is None

    write(file, "")

    assert find(None, tmp_path) == file
    assert find(file, tmp_path / "annet") == file
    with pytest.raises(UsageError, match="no such settings file"):
        find(tmp_path, tmp_path)
