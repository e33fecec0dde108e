"""Deviations as sentences, from `reports/gate.*.yaml`."""

from __future__ import annotations

from nircheck.contract import Maalform
from nircheck.gate.codes import OTHERS
from nircheck.gate.deviation import Deviation
from nircheck.texts import Texts, texts

CATALOGUE = "gate"
_FEW = "_faa"
_MOST_REASONS = 4


class Wording:
    """What is said of a deviation in one written standard."""

    def __init__(self, maalform: Maalform) -> None:
        """Find the sentences."""
        self.maalform = maalform
        self._own: Texts = texts(maalform, CATALOGUE)
        self._general: Texts = texts(maalform)

    def say(self, group: str, key: str, **values: object) -> str:
        """A sentence of the gate's own."""
        return self._own.say(group, key, **values)

    def title(self, kind: str) -> str:
        """What kind of deviation it is."""
        return self.say("navn", _general(kind))

    def severity(self, deviation: Deviation) -> str:
        """How grave it is."""
        return self._general.say("alvor", deviation.severity)

    def sentence(self, deviation: Deviation) -> str:
        """What is wrong, with its numbers."""
        d = deviation
        known = self._own.groups["avvik"]
        key = self._key(d)
        parts = [self.say("avvik", key, **self._values(d))] if key in known else []
        parts += [
            self.say("tillegg", extra, **{extra: d.values[extra]})
            for extra in ("form", "ligner")
            if d.values.get(extra)
        ]
        parts += [
            self.say("tillegg", f"koder_{key}", koder=self._codes(found))
            for key, found in d.named_codes.items()
            if found
        ]
        parts += [self._general.message(reason) for reason in d.reasons[:_MOST_REASONS]]
        if len(d.reasons) > _MOST_REASONS:
            parts.append(self.say("tillegg", "flere", antall=len(d.reasons) - _MOST_REASONS))
        return " ".join(part for part in parts if part)

    def advice(self, deviation: Deviation) -> str:
        """What to do about it, where anything can be done."""
        known = self._own.groups["raad"]
        key = self._key(deviation)
        found = key if key in known else _general(deviation.kind)
        return self.say("raad", found, **self._values(deviation)) if found in known else ""

    def rules(self, deviation: Deviation, most: int | None = None) -> str:
        """Which rules it stops."""
        d = deviation
        kind = "ikke_kjoert" if d.not_run else "delvis"
        rules = d.not_run or d.partly
        if not rules:
            return ""
        own = [rule for rule in rules if not rule.startswith("KON-")]
        shown = own[:most] + (["…"] if most is not None and len(own) > most else [])
        return self.say(
            "regler",
            kind if own else f"{kind}_kontrakt",
            antall=len(own),
            liste=", ".join(shown),
            kontrakt=len(rules) - len(own),
            rader=number(d.rows),
        )

    def touched(self, deviation: Deviation, most: int = 12) -> str:
        """Which rules a change touches."""
        rules = [r for r in deviation.not_run or deviation.partly if not r.startswith("KON-")]
        if not rules:
            return ""
        shown = rules[:most] + (["…"] if len(rules) > most else [])
        return self.say("diff", "regler", liste=", ".join(shown), antall=len(rules))

    def _key(self, deviation: Deviation) -> str:
        kind = _general(deviation.kind)
        few = kind + _FEW
        is_few = deviation.severity != "feil" and few in self._own.groups["avvik"]
        return few if is_few else kind

    def _values(self, d: Deviation) -> dict[str, object]:
        fixed: dict[str, object] = {
            "tabell": d.table,
            "kolonne": d.column or "",
            "sted": d.place,
            "fil": d.file,
            "rader": number(d.rows),
            "av": number(d.of),
            "andel": share(d.rows, d.of),
        }
        own: dict[str, object] = {
            k: number(v) if isinstance(v, int) else v for k, v in d.values.items()
        }
        if d.kind == "type":
            own |= {side: self.say("typer", str(d.values[side])) for side in ("foer", "naa")}
        if d.kind == "kobling":
            none = self.say("krav", "ingen")
            own |= {side: d.values[side] or none for side in ("foer", "naa")}
        if d.kind == "rettet":
            own["avviket"] = self.title(str(d.values["hva"]))
        return fixed | own

    def _codes(self, found: dict[str, int]) -> str:
        return ", ".join(
            self.say(
                "tillegg",
                "andre_verdier" if code == OTHERS else "kode" if rows else "kode_uten_rader",
                kode=code,
                antall=number(rows),
            )
            for code, rows in sorted(
                found.items(), key=lambda item: (item[0] == OTHERS, -item[1], item[0])
            )
        )


def _general(kind: str) -> str:
    """The kind without what was said in reading, which follows it."""
    for read in ("lesing", "ulest"):
        if kind.startswith(f"{read}_"):
            return read
    return kind


def number(value: int) -> str:
    """1 234 with a hard space."""
    return f"{value:,}".replace(",", "\u00a0")


def share(rows: int, of: int) -> str:
    """A share in whole per cent, where nothing is rounded to none or to all."""
    if not of:
        return "0\u00a0%"
    exact = 100 * rows / of
    if 0 < exact < 1:
        return "<\u00a01\u00a0%"
    whole = 99 if 99 < exact < 100 else round(exact)
    return f"{whole}\u00a0%"
