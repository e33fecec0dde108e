"""The `nircheck` command: its sub-commands, and how failures become exit codes."""

from __future__ import annotations

import gc
import io
import sys
from pathlib import Path

import click

from nircheck import __version__
from nircheck.cli import bug
from nircheck.cli.audit import audit, selfcheck
from nircheck.cli.config import completion, config
from nircheck.cli.deadlines import frister
from nircheck.cli.engines import engines
from nircheck.cli.gate import gate
from nircheck.cli.history import historikk
from nircheck.cli.impact import impact
from nircheck.cli.kolonnekart import kolonnekart
from nircheck.cli.letters import letters
from nircheck.cli.national import national
from nircheck.cli.outside import (
    heed_interrupts,
    ignore_interrupts,
    reader_may_leave,
    show_no_more,
    was_interrupted,
)
from nircheck.cli.receipt import receipt
from nircheck.cli.replies import replies
from nircheck.cli.reproduce import reproduce
from nircheck.cli.rules import rules
from nircheck.cli.sample import sample
from nircheck.cli.stats import stats
from nircheck.cli.trend import trend
from nircheck.errors import ExitCode, Message, NircheckError, UsageError
from nircheck.privacy import masked

_OBJECTS_BETWEEN_SWEEPS = 100_000
"""The libraries make a million objects that stay, and Python looks at them again and again."""
_NOT_ENOUGH_MEMORY = (
    "not enough memory; see --minne (with --engine spark: --spark-conf spark.driver.memory=4g), "
    "or judge fewer rows at a time"
)


class _Nircheck(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        """Run the sub-command; whoever reads its output may leave before the end."""
        with reader_may_leave():
            return super().invoke(ctx)
        return ExitCode.CLEAN


@click.group(
    cls=_Nircheck,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="nircheck")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="Settings file [default: nircheck.toml in this folder, if there is one]",
)
@click.pass_context
def nircheck(context: click.Context, config_file: Path | None) -> None:
    """Audit Nasjonalt introduksjonsregister (NIR).

    `nircheck audit UTTREKK` judges a whole extract and writes a run; `nircheck gate UTTREKK` stops
    one that has not the form it should have; `nircheck selfcheck FIL...` checks your own files
    before you send them; `nircheck letters KJOERING` writes what each kommune is sent;
    `nircheck rules list` shows what is checked.
    """
    context.obj = config_file


for command in (
    audit, selfcheck, letters, replies, frister, national, historikk, trend, stats, gate, receipt,
    kolonnekart, rules, sample, engines, config, completion,
    reproduce,
):  # fmt: skip
    nircheck.add_command(command)
rules.add_command(impact)


def main() -> None:
    """Run the command and leave with the exit code that tells how it went."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    heed_interrupts()
    gc.set_threshold(_OBJECTS_BETWEEN_SWEEPS)
    code = _guarded()
    ignore_interrupts()
    sys.exit(code)


def _guarded() -> int:
    try:
        result = nircheck.main(prog_name="nircheck", standalone_mode=False)
        return result if isinstance(result, int) else ExitCode.CLEAN
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _tell_interrupted()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return ExitCode.USAGE
    except click.ClickException as error:
        _tell(UsageError(_in_one_line(error)))
        return ExitCode.USAGE
    except NircheckError as error:
        _tell(error)
        return error.exit_code
    except Exception as error:
        if was_interrupted():
            return _tell_interrupted()
        if isinstance(error, OSError) and error.strerror:
            _tell(UsageError(f"{error.filename or 'output'}: {error.strerror}"))
            if error.filename is None:
                show_no_more()
            return ExitCode.USAGE
        if bug.is_out_of_memory(error):
            _tell(NircheckError(_NOT_ENOUGH_MEMORY))
            return ExitCode.INTERNAL
        first, *places = bug.told(error)
        click.echo("\n".join([f"nircheck: {first}", *places]), err=True)
        return ExitCode.INTERNAL


def _in_one_line(error: click.ClickException) -> str:
    said = " ".join(error.format_message().split()).removesuffix(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{said} (see {context.command_path} --help)" if context else said


def _tell_interrupted() -> int:
    click.echo("nircheck: interrupted; nothing was left half written", err=True)
    return ExitCode.INTERRUPTED


def _tell(error: NircheckError) -> None:
    for problem in error.problems:
        click.echo(f"nircheck: {masked(_said(problem))}", err=True)


def _said(problem: Message | str) -> str:
    if isinstance(problem, str):
        return problem
    from nircheck.cli.terminal import language

    return language().message(problem)
