"""The commands of `anninh bundle`, which move an authority in one file."""

import os
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import FILE_NAME, App, Settings, load_settings
from anninh_core.app.backup import FileReader
from anninh_core.app.backup.bundle import export_bundle, import_bundle, read_files, read_keys
from anninh_core.app.backup.portable_settings import (
    list_omitted_options,
    prepend_storage,
    read_relative_settings,
    render_portable,
)
from anninh_core.app.backup.restoration import finish_restore, require_authority
from anninh_core.app.backup.restore_target import open_target
from anninh_core.cli.administration.backup import print_ended_sign_ins, print_manifest, unauthenticated_option
from anninh_core.cli.folder import as_officer, enter_folder
from anninh_core.cli.options import FILE, FOLDER
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.cli.results import output_each, output_sentence, with_json_option
from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.kernel.files import make_folder, write_atomically
from anninh_core.kernel.toml import parse_toml
from anninh_core.profile import list_shipped_bases, list_shipped_profiles
from anninh_core.usecase.actor import Actor

_PROFILE = "profile/"
_OWN_PLACES = ("storage", "keys", "keys_passphrase", "blobs")
"""Settings with locations on this machine; a bundle must contain none of them."""


@click.group()
def bundle() -> None:
    """Move an authority to another place or engine.

    A bundle holds settings without secrets, records, blobs, queues, the trail, and the keys under a passphrase.
    """


@bundle.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@passphrase_option
@with_json_option
@as_officer
def export(app: App, me: Actor, file: Path, force: bool, passphrase_file: Path | None) -> None:
    """Write a bundle. Stop `serve` and `work` first: what comes later isn't in it."""
    settings = read_relative_settings(Path.cwd())
    files, profile = _pack_profile(settings.profile)
    files[FILE_NAME] = render_portable(settings, profile=profile).encode()
    passphrase = read_passphrase(passphrase_file, confirm=True)
    print_manifest(export_bundle(app, me, file, passphrase, files=files, force=force))
    output_sentence(_("{file}: written; a person with it and the passphrase can read everything"), file=file)
    _warn_of_omitted_options(settings)


@bundle.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--at",
    type=FOLDER,
    required=True,
    metavar="DIR",
    help="Folder to go on in; its anninh.toml counts if it has one.",
)
@click.option("--storage", default="", metavar="URL", help="Storage of a new folder.  [default: sqlite:///anninh.db]")
@passphrase_option
@unauthenticated_option
@with_json_option
def import_(file: Path, at: Path, storage: str, passphrase_file: Path | None, unauthenticated: bool) -> None:
    """Import a bundle into an empty place, and continue there."""
    with FileReader(file) as reader:
        keys = read_keys(reader, read_passphrase(passphrase_file, confirm=False), unauthenticated=unauthenticated)
        _write_configuration(reader, at, storage)
        with enter_folder(at) as (settings, district):
            require_authority(district, reader.manifest)
            with open_target(settings, new_keys=True) as place:
                content = import_bundle(place, reader, keys)
            event = "bundle.imported"
            finished = finish_restore(
                district, settings, "keeping.import", event, BreakReason.BUNDLE, keys=place.keys()
            )
        print_manifest(reader.manifest)
    output_sentence(
        _("{folder}: imported and checked; the content there now is\n{content}"), folder=at, content=content
    )
    print_ended_sign_ins(finished, reader.manifest)
    lines = (at / FILE_NAME).read_text(encoding="utf-8").splitlines()
    left_out = [line.removeprefix("# ") for line in lines if line.endswith("put it back into options")]
    output_each("left_out", [{"line": line} for line in left_out], f"{FILE_NAME}: {{line}}", err=True)


def _write_configuration(reader: FileReader, at: Path, storage: str) -> None:
    """Write settings and profile of a bundle, unless the folder has settings of its own."""
    if (at / FILE_NAME).exists():
        load_settings(at)  # Loading raises an error if the settings aren't valid.
        if storage not in ("", read_relative_settings(at).storage):
            raise BadInput(
                "{file} names another storage: leave out --storage, or choose a new folder.", file=at / FILE_NAME
            )
        return
    text = _read_settings(reader)
    make_folder(at)
    at.chmod(0o700)
    for name, data in read_files(reader, _PROFILE).items():
        path = (at / name).resolve()
        if not path.is_relative_to(at):
            raise BadInput(
                "Part {part!r} of bundle {path} would be written outside {folder}, so the bundle was "
                "tampered with: use another copy.",
                path=reader.path,
                part=name,
                folder=at,
            )
        make_folder(path.parent)
        write_atomically(path, data)
    write_atomically(at / FILE_NAME, prepend_storage(text, storage).encode())


def _read_settings(reader: FileReader) -> str:
    """Return the settings of a bundle; refuse those with locations on another machine."""
    text = read_files(reader, FILE_NAME).get(FILE_NAME, b"")
    try:
        settings = parse_toml(text)
    except ValueError as error:
        raise StorageError(
            "Part {part} of {path} is damaged ({reason}): use another copy.",
            path=reader.path,
            part=FILE_NAME,
            reason=error,
        ) from error
    if not settings:
        raise StorageError(
            "Bundle {path} has no {part}: write this file into the folder, and import the bundle again.",
            path=reader.path,
            part=FILE_NAME,
        )
    if locations := [name for name in _OWN_PLACES if name in settings]:
        raise StorageError(
            "{part} in bundle {path} has the setting `{setting}`, which no bundle contains, so the bundle "
            "was tampered with: use another copy.",
            path=reader.path,
            part=FILE_NAME,
            setting=locations[0],
        )
    return text.decode()


def _pack_profile(profile: str) -> tuple[dict[str, bytes], str]:
    """Return the files of a custom profile and its path in the new folder, or no files and the name of a shipped
    profile.
    """
    if profile in list_shipped_profiles():
        return {}, profile
    path = Path(profile).resolve()
    profile_files = _find_profile_files(path)
    top = Path(os.path.commonpath([file.parent for file in profile_files] + [path.parent]))
    files = {f"{_PROFILE}{file.relative_to(top).as_posix()}": file.read_bytes() for file in sorted(profile_files)}
    return files, f"{_PROFILE}{path.relative_to(top).as_posix()}"


def _find_profile_files(profile: Path) -> set[Path]:
    """Return the files of a profile and of those that it extends, without those that come with the library."""
    folder = profile if profile.is_dir() else profile.parent
    profile_files = set(profile.glob("*.toml")) if profile.is_dir() else {profile}
    for file in sorted(profile_files):
        base = parse_toml(file.read_bytes()).get("extends", "")
        if base and base not in {*list_shipped_bases(), *list_shipped_profiles()}:
            profile_files |= _find_profile_files((folder / base).resolve())
    return profile_files


def _warn_of_omitted_options(settings: Settings) -> None:
    left_out = [{"option": place} for place in list_omitted_options(settings)]
    words = _("{option} may be secret and was left out; fill it in again where the bundle goes")
    output_each("left_out", left_out, words, err=True)
