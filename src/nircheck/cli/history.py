"""`nircheck historikk`: runs of earlier months, the answers to them, and accepted exceptions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.options import (
    IsoDate,
    Kommunenummer,
    chosen,
    folder,
    language_option,
    rulebook_option,
)
from nircheck.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from nircheck.history import Store
    from nircheck.history.exceptions import Proposed
    from nircheck.run import Run

_MOST = 20
_HISTORY = click.argument("historikk", type=click.Path(path_type=Path))


def _say(context: click.Context, **options: Any) -> Callable[..., str]:
    from nircheck.texts import texts

    return texts(chosen(context, **options)["maalform"].value, "history").say


@click.group()
def historikk() -> None:
    """What `audit --historikk` keeps: runs, answers, and what was accepted as no error."""


@historikk.command("list")
@_HISTORY
@language_option
@click.pass_context
def list_runs(context: click.Context, historikk: Path, maalform: str | None) -> None:
    """List the runs in the folder HISTORIKK, by extract date."""
    say = _say(context, maalform=maalform)
    from nircheck.history import read

    store = read(historikk)
    entries = store.entries()
    for entry in entries:
        sums = entry.facts["sum"]
        still = ("ny", "gjenaapnet", "fortsatt_aapen", "ikke_sammenlignbart")
        line = say(
            "skjerm", "linje", dato=entry.day, populasjon=entry.population, run_id=entry.run_id,
            antall=sum(sums.get(status, 0) for status in still),
            nye=sums.get("ny", 0), rettet=sums.get("rettet", 0),
        )  # fmt: skip
        replaced = entry not in store.valid(entry.population)
        click.echo(line + (say("skjerm", "avloest") if replaced else ""))
    if not entries:
        click.echo(say("skjerm", "tom"))


@historikk.command("svar")
@_HISTORY
@click.argument(
    "filer", metavar="SVAR...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@language_option
@click.pass_context
def take_in(
    context: click.Context, historikk: Path, filer: tuple[Path, ...], maalform: str | None
) -> None:
    """Take the answers in the files SVAR... (svar.parquet) into HISTORIKK.

    They are added to those that are there; no answer is ever changed or removed. Shows which
    answers "no error" can be accepted, and which cannot and why.
    """
    say = _say(context, maalform=maalform)
    from nircheck.history import exceptions, writing

    read = [(path, exceptions.read(path)) for path in filer]
    with writing(historikk) as store:
        for path, replies in read:
            added = store.add_replies(exceptions.taken_in(replies))
            key = "svar" if added else "svar_kjent"
            click.echo(say("skjerm", key, antall=replies.num_rows, fil=path.name))
        _show_proposed(exceptions.proposed(store), say)


@historikk.command()
@_HISTORY
@click.option("--av", "by", required=True, help="Who accepts.")
@click.option("--alle", "everything", is_flag=True, help="All answers that can be accepted.")
@click.option("--regel", "rules", multiple=True, help="Those to this rule; may be repeated.")
@click.option("--kommune", "kommuner", type=Kommunenummer(), multiple=True,
              help="Those of this kommune; may be repeated.")  # fmt: skip
@click.option("--feilid", "ids", multiple=True, help="The one to this finding; may be repeated.")
@click.option("--dato", type=IsoDate(), help="Day it is accepted [default: the last extract date]")
@click.option("--utloeper", "expires", type=IsoDate(),
              help="Last day it holds [default: a year after --dato]")  # fmt: skip
@language_option
@click.pass_context
def godta(
    context: click.Context,
    /,
    historikk: Path,
    by: str,
    everything: bool,
    rules: tuple[str, ...],
    kommuner: tuple[str, ...],
    ids: tuple[str, ...],
    dato: date | None,
    expires: date | None,
    maalform: str | None,
) -> int:
    """Accept answers "no error": each keeps its finding quiet until it expires.

    It also ends when the values or the meaning of the rule change. Exit code: 0 some were accepted,
    1 none was chosen.
    """
    say = _say(context, maalform=maalform)
    if not (everything or rules or kommuner or ids):
        raise UsageError("say which: --alle, --regel, --kommune or --feilid")
    from nircheck.history import exceptions, writing

    with writing(historikk) as store:
        day = dato or _last_day(store)
        until = expires or exceptions.a_year_after(day)
        if until < day:
            raise UsageError(f"--utloeper: {until} is before the day it is accepted, {day}")
        possible = exceptions.proposed(store).possible
        selected = [
            one for one in possible
            if (not rules or one[0].rule_id in rules)
            and (not kommuner or one[0].kommunenummer in kommuner)
            and (not ids or one[0].finding_id in ids)
        ]  # fmt: skip
        if not selected:
            click.echo(say("skjerm", "ingen_valgt", antall=len(possible)))
            return ExitCode.FINDINGS
        store.add_exceptions(exceptions.accept(selected, by, day.isoformat(), until.isoformat()))
        click.echo(say("skjerm", "godtatt", antall=len(selected), dato=until))
    return ExitCode.CLEAN


@historikk.command()
@_HISTORY
@language_option
@rulebook_option
@click.pass_context
def unntak(
    context: click.Context, /, historikk: Path, maalform: str | None, expectations: Path | None
) -> None:
    """List every exception that was accepted, and whether it holds in the last run."""
    say = _say(context, maalform=maalform, expectations=expectations)
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import resources
    from nircheck.history import exceptions, read

    book = resources.expectations(folder(settings["expectations"]))
    stood = exceptions.as_they_stand(read(historikk), book)
    click.echo(say("skjerm", "unntak" if stood else "ingen_unntak", antall=len(stood)))
    for one, stands in stood:
        click.echo(
            say(
                "skjerm", "unntak_linje", feilid=one.finding_id, regel=one.rule_id,
                kommune=one.kommunenummer, til=one.utloeper, staar=say("staar", stands),
                begrunnelse=one.begrunnelse, av=one.godtatt_av,
            )
        )  # fmt: skip


def show_since(run: Run) -> None:
    """What has come and gone since the run before, after an audit with a history."""
    from nircheck.cli.terminal import language
    from nircheck.run import HISTORY
    from nircheck.texts import texts

    told = run.facts.get(HISTORY)
    if not told:
        return
    say = texts(language().maalform, "history").say
    if not told["forrige"]:
        click.echo(say("skjerm", "foerste"))
        return
    sums = told["sum"]

    def many(*names: str) -> int:
        return sum(sums.get(name, 0) for name in names)

    click.echo(
        say(
            "skjerm", "siden", dato=told["forrige"]["uttrekksdato"], nye=many("ny"),
            rettet=many("rettet"), gjenaapnet=many("gjenaapnet"), aapne=many("fortsatt_aapen"),
        )
    )  # fmt: skip
    counts = {
        "regel": many("regel_utgaatt", "regel_endret"),
        "usikre": many("ikke_sammenlignbart", "ikke_sammenlignbart_ulistet"),
        "stille": many("stille"),
    }
    for key, number in counts.items():
        if number:
            click.echo(say("skjerm", key, antall=number))
    if many("forsvunnet", "endret_etterpaa"):
        changed = many("endret_etterpaa")
        click.echo(say("skjerm", "rader", borte=many("forsvunnet"), endret=changed))
    for number, place in told["kommuner"].items():
        if reason := place.get("ikke_sammenlignbart_fordi"):
            kind, _, table = reason.partition(":")
            name = " ".join(filter(None, (number, run.facts["kommuner"][number]["navn"])))
            why = say("grunn", kind, navn=table)
            click.echo(say("skjerm", "ikke_sammenlignbart", navn=name, grunn=why))


def _show_proposed(found: Proposed, say: Callable[..., str]) -> None:
    if found.possible:
        click.echo(say("skjerm", "forslag", antall=len(found.possible)))
    for reply, _, _ in found.possible[:_MOST]:
        click.echo(
            say(
                "skjerm", "forslag_linje", feilid=reply.finding_id, regel=reply.rule_id,
                kommune=reply.kommunenummer, begrunnelse=reply.begrunnelse,
            )
        )  # fmt: skip
    if found.refused:
        click.echo(say("skjerm", "avslag", antall=len(found.refused)))
    for reply, reason in found.refused[:_MOST]:
        click.echo(
            say(
                "skjerm", "avslag_linje", feilid=reply.finding_id, regel=reply.rule_id,
                kommune=reply.kommunenummer, grunn=say("avslag", reason),
            )
        )  # fmt: skip


def _last_day(store: Store) -> date:
    entries = store.entries()
    if not entries:
        raise UsageError(f"{store.folder}: no run in this history yet")
    return date.fromisoformat(max(entry.day for entry in entries))
