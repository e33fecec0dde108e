"""The rules: one file each, loaded, checked and compiled to SQL. Knows no engine."""

from nircheck.rulebook.compile import CompiledRule
from nircheck.rulebook.kept import load
from nircheck.rulebook.load import RuleBook
from nircheck.rulebook.model import Grade, Rule

__all__ = ["CompiledRule", "Grade", "Rule", "RuleBook", "load"]
