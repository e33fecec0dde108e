"""Puts off what great_expectations imports and nircheck never touches: a third of its start."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_NEVER_TOUCHED = ("scipy.stats", "altair")


class _Later(ModuleType):
    """Stands in for a module until something in it is asked for."""

    def __init__(self, spec: ModuleSpec) -> None:
        super().__init__(spec.name)
        self.__spec__ = spec
        self.__file__ = spec.origin

    def __getattr__(self, name: str) -> Any:
        """Import the module after all, and let it answer."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _put_off(name: str) -> None:
    spec = find_spec(name) if name not in sys.modules else None
    if spec is None:
        return
    sys.modules[name] = module = _Later(spec)
    package, _, part = name.rpartition(".")
    if package:
        setattr(sys.modules[package], part, module)


for _name in _NEVER_TOUCHED:
    _put_off(_name)
