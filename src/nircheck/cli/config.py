"""`nircheck config` and `nircheck completion`: what is set, and help for the shell."""

from __future__ import annotations

import click

from nircheck.cli.options import chosen
from nircheck.settings import SETTINGS


@click.group()
def config() -> None:
    """See what is set, and where."""


@config.command()
@click.option("--origin", is_flag=True, help="Tell also where each value comes from.")
@click.pass_context
def show(context: click.Context, origin: bool) -> None:
    """Print every setting: from options, environment (NIRCHECK_*), nircheck.toml or default."""
    values = chosen(context)
    for setting in SETTINGS:
        choice = values[setting.name]
        value = "" if choice.value is None else choice.value
        click.echo(f"{setting.name} = {value}" + (f"    # {choice.origin}" if origin else ""))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands and options.

    For bash: nircheck completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    root = context.find_root().command
    click.echo(kind(root, {}, "nircheck", "_NIRCHECK_COMPLETE").source())
