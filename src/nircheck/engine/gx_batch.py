"""What great_expectations is handed of a register: which tables were read, on its own engine."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nircheck.register import Register
from nircheck.spark import SparkRegister


def batch_of(register: Register | SparkRegister, context: Any) -> Any:
    """The batch to validate."""
    overview = pd.DataFrame(
        [(file.table, file.rows) for file in register.files], columns=["tabell", "rader"]
    )
    if isinstance(register, SparkRegister):
        source = context.data_sources.add_spark("register", persist=False)
        frame = register.session.createDataFrame(overview)
    else:
        source = context.data_sources.add_pandas("register")
        frame = overview
    asset = source.add_dataframe_asset("register")
    whole = asset.add_batch_definition_whole_dataframe("register")
    return whole.get_batch({"dataframe": frame})
