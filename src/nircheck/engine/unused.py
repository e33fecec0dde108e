"""Puts off what great_expectations imports and an audit never touches: a third of its start."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_SELDOM_TOUCHED = (
    "scipy.stats",
    "altair",
    # Expectations of its own, sixty of them. Modules inside can be imported all the same.
    "great_expectations.expectations",
    "great_expectations.expectations.core",
)


class _Later(ModuleType):
    """Stands in for a module until something in it is asked for."""

    def __init__(self, spec: ModuleSpec) -> None:
        super().__init__(spec.name)
        self.__spec__ = spec
        self.__file__ = spec.origin
        if spec.submodule_search_locations is not None:
            self.__path__ = spec.submodule_search_locations

    def __getattr__(self, name: str) -> Any:
        """A module inside, if it is there; otherwise import the module after all, and ask it."""
        inside = sys.modules.get(f"{self.__name__}.{name}")
        if inside is not None:
            return inside
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        module = importlib.import_module(self.__name__)
        for part, imported in vars(self).items():
            if isinstance(imported, ModuleType):
                vars(module).setdefault(part, imported)
        return getattr(module, name)


def _put_off(name: str) -> None:
    spec = _found(name) if name not in sys.modules else None
    if spec is None:
        return
    sys.modules[name] = module = _Later(spec)
    package, _, part = name.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], part, module)


def _found(name: str) -> ModuleSpec | None:
    """Where a module is, without importing the packages it is in."""
    package = name.rpartition(".")[0]
    if not package:
        return PathFinder.find_spec(name)
    around = _found(package)
    return PathFinder.find_spec(name, around.submodule_search_locations) if around else None


for _name in _SELDOM_TOUCHED:
    _put_off(_name)
