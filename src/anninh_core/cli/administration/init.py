"""`anninh init`: a folder for an authority, with settings and a first officer."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import FILE_NAME, App, MessengerSettings, Settings, open_app
from anninh_core.cli.administration.first_sign_in import FirstSignIn, ask_first_sign_in, open_account
from anninh_core.cli.administration.recovery import print_trial, write_recovery_copy
from anninh_core.cli.options import FILE, FOLDER
from anninh_core.cli.passphrases import passphrase_option
from anninh_core.cli.results import output_json_facts, output_sentence, with_json_option
from anninh_core.domain.accounts.rules import list_unit_names
from anninh_core.domain.key_management.notes import observe_epochs
from anninh_core.domain.units.rules import choose_compatible_roles, find_first_granting_role
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.toml import format_toml_value
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.profile import list_shipped_profiles, load_profile
from anninh_core.usecase.actor import system

_TRIAL_TEMPLATE = """\
# For a trial: commands act as this officer, and nobody signs in. Whoever can read these files is any officer.
unsafe_local_users = true
local_user = {officer}

"""
_SETTINGS_TEMPLATE = """\
# Settings of this authority. Relative paths count from this folder.
profile = {profile}
storage = {storage}
keys = "anninh.keys"  # without this file nobody opens the storage: keep a copy in another place
blobs = "blobs"

{trial}# Entry points to load, in the order in which they are asked.
plugins = {plugins}
"""


@click.command()
@click.argument("dir", type=FOLDER)
@click.option("--profile", default="hoa_lu_2021", show_default=True, help="Name of a shipped profile, or a path.")
@click.option("--officer", default="First officer", show_default=True, help="Name of the first officer.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    help="A role of the first officer; may be given again.  [default: the first that may grant roles; with --mock all "
    "that go together]",
)
@click.option(
    "--name",
    default="",
    metavar="SIGN-IN NAME",
    help="The first officer's sign-in name; a password is asked for at once, and no code is shown.",
)
@click.option("--second", default="", metavar="NAME", help="Name of a second officer who may grant roles.")
@click.option(
    "--storage", default="sqlite:///anninh.db", show_default=True, metavar="URL", help="Where everything is stored."
)
@click.option(
    "--plugin",
    "plugins",
    multiple=True,
    metavar="NAME",
    help="A plugin to load in addition to the library's own, such as one with a storage; may be repeated.",
)
@click.option("--trial", is_flag=True, help="For a trial: commands act as the first officer, without signing in.")
@click.option("--mock", is_flag=True, help="A trial with a pretend chat service, for `anninh play`.")
@click.option("--recovery", type=FILE, help="Where to write a recovery copy of the keys, which is tried at once.")
@passphrase_option
@with_json_option
def init(
    *,
    dir: Path,
    profile: str,
    officer: str,
    roles: tuple[str, ...],
    name: str,
    second: str,
    storage: str,
    plugins: tuple[str, ...],
    trial: bool,
    mock: bool,
    recovery: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Make a folder for an authority: anninh.toml, storage, keys and a first officer.

    At a terminal the first officer may choose a sign-in name and a password at once; else a code is shown that does it.
    The passphrase is that of the recovery copy. As soon as two officers may grant roles on the whole authority, the
    program itself grants none any more.
    """
    _require_new_files(dir, recovery)
    is_trial = trial or mock
    district = load_profile(profile)
    grantor = find_first_granting_role(district)
    roles = roles or (choose_compatible_roles(district) if mock else (grantor,))
    settings = _build_settings(profile, storage, plugins, mock=mock)
    public_names = (officer, *list_unit_names(district, district.root))
    sign_in = _ask_sign_in(name, public_names, trial=is_trial)
    dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open_app(district, settings.resolve_paths(dir)) as app:
        first = app.units.appoint(system("setup"), officer, district.root, roles=roles).id
        if second:
            app.units.appoint(system("setup"), second, district.root, roles=[grantor])
        _write_settings(dir / FILE_NAME, _render_settings(settings, first if is_trial else ""))
        output_sentence(_("{folder}: ready for {authority}"), folder=dir, authority=district.name)
        output_sentence(_("{name} has the roles {roles} (id {officer})"), name=officer, roles=roles, officer=first)
        _print_sign_in(app, dir, first, sign_in, trial=is_trial)
        _make_recovery_copy(app, dir, recovery, passphrase_file)
    _print_next_steps(dir, district.root, grantor, needs_second=not second and not mock, mock=mock)


def _print_next_steps(dir: Path, root: str, grantor: str, *, needs_second: bool, mock: bool) -> None:
    """Print the commands with which the operator continues in a new folder: if needed, the appointment of a second
    officer, then the next step.
    """
    if needs_second:
        words = _(
            "a role beyond one's own takes a second person: "
            "anninh officers appoint NAME {unit} --role {role} --at {dir}"
        )
        output_sentence(words.format(dir=dir, unit=root, role=grantor))
    output_sentence(_("next: anninh {command} --at {dir}").format(command="play" if mock else "plugins", dir=dir))


def _print_sign_in(app: App, dir: Path, officer: str, sign_in: FirstSignIn | None, *, trial: bool) -> None:
    output_json_facts(trial=trial)
    if trial:
        output_sentence(_("THIS IS A TRIAL: commands act as that officer without signing in; put nothing real into it"))
    else:
        open_account(app, dir, officer, sign_in)


def _ask_sign_in(name: str, public_names: Sequence[str], *, trial: bool) -> FirstSignIn | None:
    if trial and name:
        raise click.UsageError(_("a trial has no signing in; leave out --name"))
    return None if trial else ask_first_sign_in(name, public_names)


def _require_new_files(dir: Path, recovery: Path | None) -> None:
    if (dir / FILE_NAME).exists():
        raise BadInput("{file} already exists and wasn't changed: choose another folder.", file=dir / FILE_NAME)
    if recovery is not None and recovery.exists():
        raise BadInput("{file} already exists and wasn't changed: choose another file.", file=recovery)


def _write_settings(path: Path, text: str) -> None:
    path.touch(mode=0o600)  # The file is private, because messengers' secrets will be written into it.
    path.write_text(text, encoding="utf-8")


def _make_recovery_copy(app: App, dir: Path, file: Path | None, passphrase_file: Path | None) -> None:
    observe_epochs(app.internals.context)  # The beginning of the first key epoch is recorded here.
    if file is not None:
        print_trial(file, write_recovery_copy(app, file, passphrase_file))
        return
    words = _(
        "no recovery copy of the keys was made, and without anninh.keys nothing opens again: anninh keys recovery "
        "--at {dir} FILE"
    )
    output_sentence(words.format(dir=dir))


def _build_settings(profile: str, storage: str, others: tuple[str, ...], *, mock: bool) -> Settings:
    profile = profile if profile in list_shipped_profiles() else str(Path(profile).resolve())
    plugins = (*dict.fromkeys((*DEFAULT_PLUGINS, *others)),)
    if not mock:
        return Settings(profile=profile, storage=storage, plugins=plugins)
    chat = MessengerSettings(type="mock", options={"path": "mock-chat.jsonl"})
    return Settings(profile=profile, storage=storage, plugins=(*plugins, "mock"), messengers={"oa": chat})


def _render_settings(settings: Settings, officer: str) -> str:
    text = _SETTINGS_TEMPLATE.format(
        profile=format_toml_value(settings.profile),
        storage=format_toml_value(settings.storage),
        trial=_TRIAL_TEMPLATE.format(officer=format_toml_value(officer)) if officer else "",
        plugins=format_toml_value(list(settings.plugins)),
    )
    for instance, messenger in settings.messengers.items():
        options = ", ".join(f"{name} = {format_toml_value(value)}" for name, value in messenger.options.items())
        text += f"\n[messengers.{instance}]\ntype = {format_toml_value(messenger.type)}\noptions = {{ {options} }}\n"
    return text
