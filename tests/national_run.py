"""A run of the whole country for tests: every kommune, drawn with a fixed seed, nobody in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from extracts import EXPECTATIONS
from nircheck.figures import ALL
from nircheck.figures import SCHEMA as FIGURES
from nircheck.letters import recipients
from nircheck.run import Outcome, Run, write
from nircheck.run.model import SCHEMA_VERSION
from nircheck.run.programmes import COUNTS, GROUPS, SCHEMA

DAY = date(2026, 10, 31)
SEVERITIES = ("feil", "advarsel", "info")
RULES = {
    "NIR-100": ("Avslutningsårsak mangler", "Avslutningsårsak manglar", "feil", 0.06),
    "NIR-105": ("Sluttmål mangler", "Sluttmål manglar", "feil", 0.05),
    "NIR-106": ("Program uten noe tiltak", "Program utan noko tiltak", "feil", 0.09),
    "NIR-107": ("Tiltak dekker bare en del", "Tiltak dekkjer berre ein del", "advarsel", 0.07),
    "NIR-109": ("Startdato mangler", "Startdato manglar", "feil", 0.01),
    "NIR-116": ("Utdanningsbakgrunn mangler", "Utdanningsbakgrunn manglar", "feil", 0.08),
    "NIR-140": ("Programmet slutter før det starter", "Programmet sluttar før det startar", "feil",
                0.004),
    "NIR-143": ("Programmet startet for seint", "Programmet starta for seint", "advarsel", 0.1),
    "NIR-150": ("Programmet varer for lenge", "Programmet varer for lenge", "feil", 0.03),
    "NIR-170": ("Sluttmålet passer ikke til utdanningen", "Sluttmålet passar ikkje til utdanninga",
                "info", 0.05),
    "NIR-190": ("Stillstand <b>«3 & 4»</b> i programmet", "Stillstand <b>«3 & 4»</b> i programmet",
                "info", 0.02),
}  # fmt: skip
HEADLINES = {
    "maaloppnaaelse": ("Til arbeid eller utdanning", "Til arbeid eller utdanning"),
    "arbeidsrettet": ("Minst ett arbeidsrettet tiltak", "Minst eitt arbeidsretta tiltak"),
    "norsk": ("Norskopplæring", "Norskopplæring"),
}
NEVER = {"NIR-260": "tabell_mangler:fravaer", "NIR-280": "forrige_mangler"}
DRAFT = "NIR-115"
NOTHING_REGISTERED = 14


def national_run(
    seed: int = 1, per_inhabitant: float = 0.0012, names: dict[str, str] | None = None
) -> Run:
    """A run in which kommuner differ as they do: by size, by habit, and some have nothing."""
    random = np.random.default_rng(seed)
    places = recipients.load(EXPECTATIONS, DAY, "nb")
    numbers = np.array(sorted(places))
    people = np.array([places[number].population or 1000 for number in numbers])
    wanted = random.poisson(people * per_inhabitant * random.lognormal(0, 0.5, len(numbers)))
    empty = random.choice(len(numbers) - 1, NOTHING_REGISTERED, replace=False) + 1
    wanted[empty] = 0
    frame = _programmes(random, np.repeat(numbers, wanted), np.repeat(people, wanted))
    habits = random.lognormal(0, 0.8, len(numbers))
    habit = np.repeat(habits, wanted)
    wrong = {
        rule: random.random(len(frame)) < np.minimum(0.9, chance * habit)
        for rule, (*_, chance) in RULES.items()
    }
    wrong["NIR-100"] = (frame["uten_aarsak"] == 1).to_numpy()
    wrong["NIR-106"] = (frame["uten_tiltak"] == 1).to_numpy()
    graves = [wrong[r] for r, (*_, severity, _) in RULES.items() if severity == "feil"]
    frame["med_feil"] = np.any(graves, axis=0).astype(int)
    return _run(frame, wrong, sorted(places), set(numbers[wanted == 0]), names or {}, places)


def write_national_run(folder: Path, **options: Any) -> Path:
    """The run on disk; the folder of it."""
    return write(national_run(**options), folder)


def _programmes(
    random: np.random.Generator, kommune: np.ndarray, people: np.ndarray
) -> pd.DataFrame:
    number = len(kommune)
    quarters = np.array([f"{2021 + at // 4}K{at % 4 + 1}" for at in range(23)])
    weights = np.array([1] * 5 + [3, 6, 7] + [5] * 8 + [4] * 7, dtype=float)
    start = random.choice(len(quarters), number, p=weights / weights.sum())
    length = random.integers(1, 9, number)
    ended = start + length < len(quarters)
    known = ended & (random.random(number) < 0.8)
    bare = random.random(number) < 0.5 - 0.07 * np.log10(people)
    return pd.DataFrame({
        "kommunenummer": kommune,
        "bydel": np.where(kommune == "0301",
                          [f"0301{n:02}" for n in random.integers(1, 16, number)], None),
        "regime": random.choice(["INT", "KAP6A", "IL"], number, p=[0.25, 0.7, 0.05]),
        "startkvartal": quarters[start],
        "sluttaar": np.where(ended, 2021 + (start + length) // 4, np.nan),
        "programmer": 1,
        "deltakere": 1,
        "avsluttet": ended.astype(int),
        "uten_tiltak": (ended & bare).astype(int),
        "med_aarsak": known.astype(int),
        "uten_aarsak": (ended & ~known).astype(int),
        "i_maal": (known & (random.random(number) < 0.55)).astype(int),
    })  # fmt: skip


def _run(
    frame: pd.DataFrame,
    wrong: dict[str, np.ndarray],
    kommuner: list[str],
    empty: set[str],
    names: dict[str, str],
    places: dict[str, Any],
) -> Run:
    held = frame.groupby("kommunenummer")[["programmer", "deltakere", "med_feil"]].sum()
    findings, accounting = [], []
    fails = {rule: frame[hit].groupby("kommunenummer").size() for rule, hit in wrong.items()}
    for rule, (_, _, severity, _) in RULES.items():
        for at in np.flatnonzero(wrong[rule]):
            row = frame.iloc[at]
            findings.append((
                f"{rule}-{at}", rule, severity, row["kommunenummer"], row["bydel"], "program",
                f"P{at:06}", f"N{at:06}",
            ))  # fmt: skip
    findings.sort(key=lambda f: (f[3], SEVERITIES.index(f[2]), f[1], f[6]))
    for rule in sorted({*RULES, *NEVER, DRAFT}):
        for kommune in kommuner:
            applies = 0 if rule in NEVER or kommune in empty else int(held["programmer"][kommune])
            count = int(fails[rule].get(kommune, 0)) if rule in fails else 0
            outcome = (
                Outcome.IKKE_KJOERT if rule in NEVER
                else Outcome.AVVIK if count
                else Outcome.INGEN_AVVIK if applies
                else Outcome.IKKE_RELEVANT
            )  # fmt: skip
            reason = NEVER.get(rule) or ("ikke_vurdert:regime_ukjent=1" if count > 9 else None)
            accounting.append((rule, kommune, outcome.value, applies, count, reason))
    listed = pd.DataFrame(
        findings,
        columns=["finding_id", "rule_id", "severity", "kommunenummer", "bydel", "tabell", "noekkel",
                 "person_id"],
    )  # fmt: skip
    counted = listed.groupby(["kommunenummer", "severity"]).size()
    facts: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "nircheck": "0",
        "run_id": "aaaa-bbbb-cccc-dddd",
        "uttrekksdato": DAY.isoformat(),
        "populasjon": "nasjonal",
        "asked": [],
        "avsender": None,
        "miljoe": "syntetisk",
        "contract": {"name": "nir-uttrekk/1.0", "sha256": "b" * 64},
        "inputs": [],
        "rulebook": {"sha256": "a" * 64, "rules": len(RULES) + len(NEVER) + 1},
        "notes": [],
        "previous": None,
        "figures": {
            figure: {"label": {"nb": nb, "nn": nn}, "about": {"nb": nb, "nn": nn}}
            for figure, (nb, nn) in HEADLINES.items()
        },
        "rules": {rule: _rule(rule, wrong.get(rule), held) for rule in {*RULES, *NEVER, DRAFT}},
    }
    facts["kommuner"] = {
        kommune: {
            "navn": names.get(kommune, places[kommune].name),
            "rader": {} if kommune in empty else {"program": int(held["programmer"][kommune])},
            "bydeler": {},
            "applies": 0,
        }
        | {s: int(counted.get((kommune, s), 0)) for s in SEVERITIES}
        | {name: int(held[name].get(kommune, 0)) for name in held.columns}
        for kommune in kommuner
    }
    facts["totals"] = {
        name: sum(told[name] for told in facts["kommuner"].values())
        for name in (*SEVERITIES, *held.columns)
    } | {"findings": len(findings), "drafts": 7, "linked": 0}
    grouped = frame.groupby(list(GROUPS), dropna=False, as_index=False)[list(COUNTS)].sum()
    grouped["sluttaar"] = grouped["sluttaar"].astype("Int64")
    for text in ("melding_nb", "melding_nn", "verdi", "felt", "fil", "values_hash"):
        listed[text] = "x"
    listed["linje"] = 1
    return Run(
        facts=facts,
        findings=pa.Table.from_pandas(listed, preserve_index=False),
        accounting=pa.Table.from_pandas(
            pd.DataFrame(accounting, columns=["rule_id", "kommunenummer", "outcome", "applies",
                                              "fails", "reason"]), preserve_index=False,
        ),
        linked=pa.table({"finding_id": pa.array([], pa.string())}),
        programmes=pa.Table.from_pandas(grouped, schema=SCHEMA, preserve_index=False),
        figures=_figures(frame),
    )  # fmt: skip


def _rule(rule: str, hit: np.ndarray | None, held: pd.DataFrame) -> dict[str, Any]:
    nb, nn, severity, _ = RULES.get(rule, ("Ikke kjørt", "Ikkje køyrd", "feil", 0.0))
    fails = int(hit.sum()) if hit is not None else 0
    return {
        "chapter": "program",
        "status": "draft" if rule == DRAFT else "active",
        "title": {"nb": nb, "nn": nn},
        "outcome": "ikke_kjoert" if rule in NEVER else "avvik" if fails else "ingen_avvik",
        "applies": 0 if rule in NEVER else int(held["programmer"].sum()),
        "fails": fails,
        "linked": 0,
        "programmer": fails,
        "reason": NEVER.get(rule),
    } | {s: fails if s == severity else 0 for s in SEVERITIES}


def _figures(frame: pd.DataFrame) -> pa.Table:
    """Two key figures in every kommune with someone ended, and one that was not reckoned."""
    ended = frame[frame["regime"].isin(["INT", "KAP6A"]) & (frame["avsluttet"] == 1)]
    working = (np.arange(len(ended)) % 5 < 2) & (ended["uten_tiltak"] == 0)
    counted = pd.DataFrame({
        "kommunenummer": ended["kommunenummer"], "gjelder": 1, "i_maal": ended["i_maal"],
        "uten_aarsak": ended["uten_aarsak"], "arbeid": working.astype(int),
        "uten_tiltak": ended["uten_tiltak"],
    })  # fmt: skip
    rows = []
    sums = counted.groupby("kommunenummer").sum()
    for place, told in [(ALL, sums.sum()), *sums.iterrows()]:
        for figure, yes, gap, rule in (
            ("maaloppnaaelse", "i_maal", "uten_aarsak", "NIR-100"),
            ("arbeidsrettet", "arbeid", "uten_tiltak", "NIR-106"),
        ):
            of, ja, mangler = (int(told[name]) for name in ("gjelder", yes, gap))
            hull = [{"rule_id": rule, "antall": mangler}] if mangler else []
            rows.append({"kommunenummer": place, "tall": figure, "gjelder": of, "ja": ja,
                         "mangler": mangler, "hull": hull})  # fmt: skip
    unknown = {"kommunenummer": ALL, "tall": "norsk", "gjelder": 0, "ja": 0, "mangler": 0,
               "hull": [], "reason": "tabell_mangler:norsk"}  # fmt: skip
    return pa.Table.from_pylist([unknown, *rows], schema=FIGURES)
