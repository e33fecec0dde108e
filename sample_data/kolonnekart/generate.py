"""Make the example of a fagsystem's export and its column map, from Kristiansand's sample rows.

Run `python sample_data/kolonnekart/generate.py [--ut DIR]` after `sample_data/generate.py`. The
same bytes come out every time. The names are invented; no real fagsystem is meant.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
SAMPLE = HERE.parent
CODE_LISTS = SAMPLE.parent / "expectations" / "_kodelister"
KOMMUNE = "4204"

Row = dict[str, str]

TABLES = {
    "person": "Deltakere",
    "program": "Programmer",
    "tiltak": "Aktiviteter",
    "vedtak": "Vedtaksliste",
    "permisjon": "Permisjoner",
    "norsk": "Norskløp",
    "norskproeve": "Prøveresultater",
}
COLUMNS = {
    "person": {
        "person_id": "Deltaker-ID", "foedselsnummer": "Personnummer (11 siffer)",
        "dufnummer": "DUF", "foedselsdato": "Født", "kjoenn": "Kjønn",
        "statsborgerskap": "Statsborger i", "oppholdsgrunnlag": "Grunnlag for opphold",
        "innvilget_dato": "Innvilget", "ankomst_dato": "Ankommet", "bosatt_dato": "Bosatt",
        "bosettingskommune": "Bosatt i kommune", "bydel": "Bydel nr",
        "rettighetskategori": "Rettighet", "utdanning_vgo": "VGO fra før",
        "utdanningsnivaa": "Utdanning", "har_barn_under_18": "Barn u/18",
        "reservert_forskning": "Reservert", "registrert_dato": "Opprettet",
    },
    "program": {
        "program_id": "Program-nr", "person_id": "Deltaker-ID", "kommunenummer": "Kommune nr",
        "bydel": "Bydel nr", "lov": "Lovverk", "tilbud_dato": "Tilbud gitt",
        "krav_dato": "Krav fremsatt", "startdato": "Start",
        "gjennomfoeringsfrist": "Planlagt slutt", "sluttdato": "Slutt",
        "gjenaapnet_dato": "Gjenåpnet", "sluttmaal": "Mål for programmet",
        "sluttmaal_dato": "Mål satt", "avslutningsgruppe": "Årsak, hovedgruppe",
        "avslutningsaarsak": "Årsak til slutt", "integreringskontrakt": "Kontrakt",
        "kompetansekartlegging_dato": "Kartlagt", "karriereveiledning_dato": "Veiledet",
        "livsmestring_gjennomfoert": "Livsmestring",
        "foreldreveiledning_gjennomfoert": "Foreldrekurs", "registrert_dato": "Opprettet",
    },
    "tiltak": {
        "tiltak_id": "Aktivitet-nr", "program_id": "Program-nr", "person_id": "Deltaker-ID",
        "kommunenummer": "Kommune nr", "tiltakstype": "Aktivitet", "tiltaksgruppe": "Gruppe",
        "startdato": "Fra", "stoppdato": "Til", "timer_per_uke": "Timer/uke",
        "beskrivelse": "Merknad", "registrert_dato": "Opprettet",
    },
    "vedtak": {
        "vedtak_id": "Vedtak-nr", "person_id": "Deltaker-ID", "program_id": "Program-nr",
        "norsk_id": "Norskløp-nr", "kommunenummer": "Kommune nr", "vedtakstype": "Type",
        "vedtaksdato": "Dato", "gjelder_fra": "Fra", "gjelder_til": "Til",
        "begrunnelse": "Begrunnelse", "utfall": "Resultat", "registrert_dato": "Opprettet",
    },
    "permisjon": {
        "permisjon_id": "Permisjon-nr", "person_id": "Deltaker-ID", "program_id": "Program-nr",
        "norsk_id": "Norskløp-nr", "kommunenummer": "Kommune nr", "aarsak": "Grunn",
        "vedtaksdato": "Vedtatt", "fra_dato": "Fra", "til_dato": "Til",
        "registrert_dato": "Opprettet",
    },
    "norsk": {
        "norsk_id": "Norskløp-nr", "person_id": "Deltaker-ID", "kommunenummer": "Kommune nr",
        "ordning": "Rett/plikt", "tildelt_dato": "Tildelt", "startdato": "Start",
        "frist": "Siste frist", "sluttdato": "Slutt", "morsmaal": "Morsmål",
        "opplaeringsspraak": "Språk i opplæringen", "norskmaal_lytte": "Mål lytte",
        "norskmaal_lese": "Mål lese", "norskmaal_skriftlig": "Mål skrive",
        "norskmaal_muntlig": "Mål snakke", "fritak": "Fritatt",
        "fritak_rettsgrunnlag": "Hjemmel for fritak", "fritak_dato": "Fritatt dato",
        "timer_norsk": "Norsktimer", "timer_samfunnskunnskap": "Timer samf.kunnskap",
        "samfunnskunnskap_gjennomfoert": "Samf.kunnskap fullført",
        "fulltid_vgo": "Fulltid i VGO", "registrert_dato": "Opprettet",
    },
    "norskproeve": {
        "proeve_id": "Prøve-nr", "person_id": "Deltaker-ID", "proevedato": "Tatt",
        "delproeve": "Del", "nivaa": "Resultat",
    },
}  # fmt: skip
CODES = {
    "ja_nei": {"JA": "Ja", "NEI": "Nei"},
    "kjoenn": {"K": "Kvinne", "M": "Mann"},
    "lov": {"INTRO": "Gammel lov", "INTEGRERING": "Ny lov", "KAP6A": "Ukraina, kap. 6A"},
    "fritak": {"INGEN": "Nei", "DELVIS": "Delvis", "FULLT": "Ja"},
}
"""What the fagsystem writes where it does not write the label of the code."""
CODE_COLUMNS = {
    "kjoenn": "kjoenn", "statsborgerskap": "land", "oppholdsgrunnlag": "oppholdsgrunnlag",
    "rettighetskategori": "rettighetskategori", "utdanning_vgo": "ja_nei",
    "utdanningsnivaa": "utdanningsnivaa", "har_barn_under_18": "ja_nei",
    "reservert_forskning": "ja_nei", "lov": "lov", "sluttmaal": "sluttmaal",
    "avslutningsgruppe": "avslutningsgruppe", "avslutningsaarsak": "avslutningsaarsak",
    "integreringskontrakt": "ja_nei", "livsmestring_gjennomfoert": "ja_nei",
    "foreldreveiledning_gjennomfoert": "ja_nei", "tiltakstype": "tiltakstype",
    "tiltaksgruppe": "tiltaksgruppe", "vedtakstype": "vedtakstype", "aarsak": "permisjonsaarsak",
    "ordning": "ordning", "fritak": "fritak", "samfunnskunnskap_gjennomfoert": "ja_nei",
    "fulltid_vgo": "ja_nei", "delproeve": "delproeve",
}  # fmt: skip
DECIMALS = {"timer_per_uke", "timer_norsk", "timer_samfunnskunnskap"}


def own_rows() -> dict[str, list[Row]]:
    """What the kommune has registered, and the people it is about."""
    tables = {table: _read(SAMPLE / f"{table}.csv") for table in TABLES}
    own = {
        table: [row for row in rows if row.get("kommunenummer") == KOMMUNE]
        for table, rows in tables.items()
    }
    known = {row["person_id"] for rows in own.values() for row in rows}
    own["person"] = [
        row
        for row in tables["person"]
        if row["bosettingskommune"] == KOMMUNE or row["person_id"] in known
    ]
    people = {row["person_id"] for row in own["person"]}
    own["norskproeve"] = [row for row in tables["norskproeve"] if row["person_id"] in people]
    return own


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


def _labels(code_list: str) -> dict[str, str]:
    with (CODE_LISTS / f"{code_list}.csv").open(encoding="utf-8", newline="") as handle:
        return {row["kode"]: row["tekst_nb"] for row in csv.DictReader(handle)}


def as_written(column: str, value: str) -> str:
    """A value the way the fagsystem writes it."""
    if not value:
        return ""
    if column in CODE_COLUMNS:
        code_list = CODE_COLUMNS[column]
        return (CODES.get(code_list) or _labels(code_list))[value]
    if column in DECIMALS:
        return value if "," in value else f"{value},0"
    if len(value) == 10 and value[4] == value[7] == "-":
        return f"{value[8:]}.{value[5:7]}.{value[:4]}"
    return value


def write(path: Path, table: str, rows: Iterable[Row]) -> None:
    """One file of the export: cp1252, semicolon, CRLF."""
    with path.open("w", encoding="cp1252", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS[table].values())
        for row in rows:
            writer.writerow([as_written(column, row[column]) for column in COLUMNS[table]])


def column_map() -> str:
    """The map back to the contract; of the codes those that no label tells."""
    lines = [
        "# What the names of this export are in the contract. The names are invented.",
        "kontrakt: nir-uttrekk/1.0",
        "fagsystem: Eksempelsystem 5",
        "tabeller:",
    ]
    for table, source in TABLES.items():
        lines += [f"  {source}:", f"    table: {table}", "    columns:"]
        lines += [f'      "{own}": {column}' for column, own in COLUMNS[table].items()]
        coded = [c for c in COLUMNS[table] if CODE_COLUMNS.get(c) in ("kjoenn", "lov", "fritak")]
        if coded:
            lines.append("    codes:")
        for column in coded:
            lines.append(f"      {column}:")
            own_codes = CODES[CODE_COLUMNS[column]]
            lines += [f'        "{own}": {code}' for code, own in own_codes.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the export, its column map and its uttrekk.toml."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ut", type=Path, default=HERE, help="folder to write to")
    out = parser.parse_args().ut
    out.mkdir(parents=True, exist_ok=True)
    for table, rows in own_rows().items():
        write(out / f"{TABLES[table]}.csv", table, rows)
    (out / "kolonnekart.yaml").write_text(column_map(), encoding="utf-8", newline="\n")
    day = (SAMPLE / "uttrekk.toml").read_text(encoding="utf-8").split("uttrekksdato = ")[1][:10]
    (out / "uttrekk.toml").write_text(
        f'kontrakt = "nir-uttrekk/1.0"\nuttrekksdato = {day}\npopulasjon = "kommune"\n'
        f'kommunenummer = "{KOMMUNE}"\navsender = "nircheck eksempeldata"\n'
        'miljoe = "syntetisk"\n',
        encoding="utf-8",
        newline="\n",
    )


if __name__ == "__main__":
    main()
