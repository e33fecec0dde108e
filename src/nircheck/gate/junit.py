"""What the gate found as JUnit XML: a suite per table, a case per check."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Tree

from nircheck.contract import Maalform
from nircheck.gate.check import Result
from nircheck.gate.deviation import Deviation
from nircheck.gate.wording import Wording

_WHOLE = "uttrekk"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(result: Result, maalform: Maalform, fail_on: str) -> str:
    """The report; what is less grave than `fail_on` is told in the output of its suite."""
    wording = Wording(maalform)
    closing = set(map(id, result.at_least(fail_on)))
    tables = list(dict.fromkeys([_WHOLE, *(checked.table for checked in result.checked)]))
    root = Tree.Element("testsuites", name="nircheck gate")
    sums = [0, 0]
    for table in tables:
        here = [d for d in result.deviations if (d.table or _WHOLE) == table]
        failures = [d for d in here if id(d) in closing]
        names = {d.rule_id for d in failures}
        passed = [
            checked.rule_id
            for checked in result.checked
            if checked.table == table and checked.rule_id not in names
        ]
        suite = Tree.SubElement(
            root,
            "testsuite",
            name=table,
            tests=str(len(passed) + len(failures)),
            failures=str(len(failures)),
            errors="0",
        )
        for rule_id in passed:
            Tree.SubElement(suite, "testcase", name=rule_id, classname=table)
        for deviation in failures:
            case = Tree.SubElement(suite, "testcase", name=deviation.rule_id, classname=table)
            said = _plain(wording.sentence(deviation))
            failure = Tree.SubElement(case, "failure", type=deviation.kind, message=said)
            failure.text = _plain(_more(deviation, wording))
        told = [_plain(wording.sentence(d)) for d in here if id(d) not in closing]
        if told:
            Tree.SubElement(suite, "system-out").text = "\n".join(told)
        sums = [sums[0] + len(passed) + len(failures), sums[1] + len(failures)]
    root.set("tests", str(sums[0]))
    root.set("failures", str(sums[1]))
    root.set("errors", "0")
    Tree.indent(root)
    text = Tree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _more(deviation: Deviation, wording: Wording) -> str:
    said = (wording.sentence(deviation), wording.advice(deviation), wording.rules(deviation))
    return "\n".join(filter(None, said))


def _plain(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_XML.sub("�", text)
