"""What great_expectations imports and an audit never touches is put off, and there when wanted."""

from __future__ import annotations

import subprocess
import sys

START = """
import sys
import nircheck.engine

put_off = [name for name, module in sys.modules.items() if type(module).__name__ == "_Later"]
"""


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", START + script], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_expectations_that_are_not_ours_are_not_imported_with_the_engine() -> None:
    name = "great_expectations.expectations.core.expect_column_to_exist"

    assert run(f"print('great_expectations.expectations' in put_off, {name!r} in sys.modules)") == (
        "True False"
    )


def test_what_was_put_off_works_as_soon_as_it_is_asked_for() -> None:
    script = """
import great_expectations as gx
import pandas as pd
from great_expectations import expectations as gxe

context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
asset = context.data_sources.add_pandas("source").add_dataframe_asset("asset")
whole = asset.add_batch_definition_whole_dataframe("whole")
batch = whole.get_batch({"dataframe": pd.DataFrame({"a": [1.0, None]})})
print(batch.validate(gxe.ExpectColumnValuesToNotBeNull(column="a")).success)
print(gx.expectations.core.ExpectColumnToExist is gxe.ExpectColumnToExist)
print(gx.expectations.expectation.Expectation.__name__)
print(type(sys.modules["great_expectations.expectations"]).__name__)
"""

    assert run(script).splitlines() == ["False", "True", "Expectation", "module"]
