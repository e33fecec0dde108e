"""What has come and gone in one kommune since the run before, and how it has come on for a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pandas as pd

from nircheck.history.between import GONE, LATE
from nircheck.history.follow import CHANGED_RULE, MOVED, NEW_RULE
from nircheck.history.model import Status
from nircheck.history.told import LEFT
from nircheck.letters import numbers
from nircheck.letters.case import Case, History, Month
from nircheck.letters.comparison import FEWEST_KOMMUNER, FEWEST_PERSONS, rates_alike
from nircheck.letters.rate import together
from nircheck.letters.run_folder import OpenRun
from nircheck.run import HISTORY

FEWEST_MONTHS = 2
_BY_RULE = (NEW_RULE, CHANGED_RULE)
Word = Callable[..., str]


def since(run: OpenRun, number: str, findings: pd.DataFrame, bydel: str | None) -> History | None:
    """The history of a kommune or a bydel; none where nobody has looked before."""
    told = run.info.get(HISTORY)
    if not told or not told["forrige"] or number in told["foerste"]:
        return None
    here_now = told["kommuner"].get(number, {}) if bydel is None else {}
    gone = fixed_and_gone(run, number, bydel)
    here, left = Counter(findings["siden_sist"].tolist()), Counter(gone["status"].tolist())
    quiet = run.quiet.get(number, run.no_findings)
    if bydel is not None:
        quiet = quiet[quiet["bydel"] == bydel]
    here.update(quiet["siden_sist"].tolist())
    reasons = pd.concat([findings["siden_grunn"], quiet["siden_grunn"]]).fillna("")
    arrived = sum(reason.startswith(MOVED) for reason in reasons)
    return History(
        previous=date.fromisoformat(told["forrige"]["uttrekksdato"]),
        before=here[Status.FORTSATT_AAPEN] - arrived + len(gone),
        new=here[Status.NY],
        fixed=left[Status.RETTET],
        new_by_rule=int(reasons.isin(_BY_RULE).sum()),
        reopened=here[Status.GJENAAPNET],
        closed_by_rule=left[Status.REGEL_UTGAATT] + left[Status.REGEL_ENDRET],
        shown_by_other=left[Status.VIST_AV_ANNEN],
        arrived=arrived,
        departed=left[LEFT],
        uncertain=here[Status.IKKE_SAMMENLIGNBART] + left[Status.IKKE_SAMMENLIGNBART],
        quiet=len(quiet),
        rows_gone=here_now.get(GONE, 0),
        rows_changed_late=here_now.get(LATE, 0),
        reason=told["kommuner"].get(number, {}).get("ikke_sammenlignbart_fordi"),
        months=months(run, number) if bydel is None else (),
    )


def fixed_and_gone(run: OpenRun, number: str, bydel: str | None) -> pd.DataFrame:
    """What was open here in the run before and is not listed now."""
    gone = run.gone.get(number, run.none_gone)
    return gone if bydel is None else gone[gone["bydel"] == bydel]


def months(run: OpenRun, number: str) -> tuple[Month, ...]:
    """Month by month beside kommuner of the same size and all; none where too few are behind it."""
    if run.info["populasjon"] != "nasjonal" or run.info["asked"] or run.development.empty:
        return ()
    size = run.recipients[number].size
    found = []
    for day, rates in run.rates_by_month.items():
        own = rates.get(number)
        if own and own.persons >= FEWEST_PERSONS and len(rates) >= FEWEST_KOMMUNER:
            group = together(rates_alike(run, rates, size))
            shown = group if group.kommuner >= FEWEST_KOMMUNER else None
            found.append(Month(day, own, shown, together(rates.values())))
    return tuple(found) if len(found) >= FEWEST_MONTHS else ()


def sentences(case: Case, word: Word) -> list[str]:
    """What the letter says of it."""
    told = case.history
    if told is None:
        return []
    day = numbers.long_day(told.previous, case.maalform)
    if told.reason:
        kind, _, table = told.reason.partition(":")
        why = word("grunn", kind, navn=case.labels.get(table, table))
        said = [word("siden", "ikke_sammenlignbart", dato=day, grunn=why)]
    else:
        said = [
            word("siden", "historikk", dato=day[:1].upper() + day[1:], foer=told.before,
                 nye=told.new, rettet=told.fixed)
        ]  # fmt: skip
        counts = {
            "av_nye": told.new_by_rule,
            "gjenaapnet": told.reopened,
            "regel": told.closed_by_rule,
            "vist_av": told.shown_by_other,
            "flyttet_ut": told.departed,
            "flyttet_inn": told.arrived,
            "usikre": told.uncertain,
            "forsvunnet": told.rows_gone,
            "endret_etterpaa": told.rows_changed_late,
        }
        said += [word("siden", key, antall=many) for key, many in counts.items() if many]
    return said + ([word("siden", "stille", antall=told.quiet)] if told.quiet else [])
