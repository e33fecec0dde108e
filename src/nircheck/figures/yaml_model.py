"""Reads a file of figures: what is wrong in it is told with its line, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nircheck import yamlfile
from nircheck.errors import RuleBookError

Words = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.]*$")]


class Strict(BaseModel):
    """Holds what is named, and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Told(Strict):
    """One text in both written standards."""

    nb: Words
    nn: Words


Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], document: Any, path: Path, *under: str | int) -> Model:
    """The part of the document under these keys, as the model has it."""
    part = document
    for key in under:
        part = part[key]
    try:
        return model.model_validate(part)
    except ValidationError as error:
        raise RuleBookError(*(_said(document, path, under, e) for e in error.errors())) from None


def _said(document: Any, path: Path, under: tuple[str | int, ...], error: Any) -> str:
    keys = (*under, *error["loc"])
    name = ".".join(str(key) for key in error["loc"])
    return f"{path}:{yamlfile.line_of(document, keys)}: '{name}': {error['msg']}"
