"""A new rule file with every key in it, from the template in the rule book."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from nircheck.contract import Contract
from nircheck.errors import UsageError
from nircheck.sql import load_views
from nircheck.suggest import did_you_mean

_TEMPLATE = "_ny_regel.yaml.j2"


def new_rule(expectations: Path, contract: Contract, rule_id: str, table: str, slug: str) -> Path:
    """Write the file of a new rule; an id that is taken or a wrong name is refused."""
    if not re.fullmatch(r"NIR-[0-9]{3}", rule_id):
        raise UsageError(f"'{rule_id}' is not a rule id; write it as NIR-123")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise UsageError(f"'{slug}' is not a slug; use a-z, 0-9 and hyphens")
    tables = load_views(expectations, contract).for_rules
    if table not in tables:
        raise UsageError(f"unknown table '{table}'{did_you_mean(table, tables)}")
    taken = list(expectations.glob(f"*/{rule_id}-*.yaml"))
    if taken:
        raise UsageError(f"{rule_id} is taken by {taken[0].name}; numbers are never reused")
    template = Environment(undefined=StrictUndefined, keep_trailing_newline=True).from_string(
        (expectations / _TEMPLATE).read_text(encoding="utf-8")
    )
    path = expectations / table / f"{rule_id}-{slug}.yaml"
    path.parent.mkdir(exist_ok=True)
    columns = tables[table].columns
    key = contract.tables[table].key.name if table in contract.tables else columns[0]
    text = template.render(id=rule_id, table=table, key=key, has_law="regime" in columns)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
