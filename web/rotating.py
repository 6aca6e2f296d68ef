"""`tovholder keys rotate`: a new master key, and every key of the database under it."""

import click

from engine.services.rotation import masters_in_use, rewrap_keys
from engine.settings import Settings
from web.wiring import add_master, masters, opened, write_masters


def rotate_keys(settings: Settings, *, forget: bool) -> None:
    """Make a new master key and use it for all; with `forget` take away those no key is under.

    Master keys that the environment brings are kept by whoever keeps the environment: the last
    of them is used. Raises `CaseworkError` when a key cannot be opened.
    """
    if not settings.keys:
        masters(settings)
        add_master(settings)
    with opened(settings) as casework:
        click.echo(f"{rewrap_keys(casework)} nøgler ligger nu under den nyeste hovednøgle.")
        used = masters_in_use(casework)
    unused = [name for name in masters(settings).keys if name not in used]
    if forget and not settings.keys:
        _drop(settings, unused)
    if unused and (settings.keys or not forget):
        click.echo(f"Bruges ikke mere, men læser ældre kopier: {', '.join(unused)}.")


def _drop(settings: Settings, names: list[str]) -> None:
    lines = settings.keys_file.read_text().splitlines()
    kept = [line for line in lines if line.partition(" ")[0] not in names]
    write_masters(settings, "\n".join(kept) + "\n")
