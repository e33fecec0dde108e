"""Every page that people read, in a real browser: accessible, silent, and narrow enough."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

from extracts import EXPECTATIONS, ROOT
from national_run import write_national_run
from nircheck import national
from nircheck.book import site
from nircheck.contract import MAALFORMER, Maalform
from nircheck.letters import Case, Choices, OpenRun, compose, html, sender
from nircheck.rulebook import RuleBook

pytestmark = pytest.mark.slow

OFTEN_READ = ("funn", "null", "nasjonal")
RARELY_READ = ("ingen_rader", "ikke_vurdert", "bydel", "regelbok")
"""What is looked at in both written standards; `write_page` says how each is made."""

LOOKED_AT = [
    (name, form, scheme)
    for name in OFTEN_READ
    for form in MAALFORMER
    for scheme in ("light", "dark")
] + [
    (name, form, scheme)
    for name in RARELY_READ
    for form, scheme in (("nb", "light"), ("nn", "dark"))
]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHORTENED = """for (const table of document.querySelectorAll("table"))
  [...table.rows].slice(40, -1).forEach(row => row.remove())"""
"""The rows of a long table are alike, and each of their cells takes its time to look at."""

NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("these tests need Chromium; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(
    opened: OpenRun, book: RuleBook, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, Maalform], Path]:
    folder = tmp_path_factory.mktemp("sider")
    return {
        (name, form): write_page(name, form, opened, book, folder)
        for name in OFTEN_READ + RARELY_READ
        for form in MAALFORMER
    }


def write_page(name: str, form: Maalform, run: OpenRun, book: RuleBook, folder: Path) -> Path:
    path = folder / f"{name}.{form}.html"
    if name == "nasjonal":
        report = national.write(
            write_national_run(folder / form), folder / form, EXPECTATIONS, form
        )
        return report / "rapport.html"
    content = site(book, form, "html") if name == "regelbok" else letter(name, form, run)
    path.write_text(content, encoding="utf-8")
    return path


def letter(name: str, form: Maalform, run: OpenRun) -> str:
    return html.render(case(name, form, run), html.screen())


def case(name: str, form: Maalform, run: OpenRun) -> Case:
    choices = Choices(
        sender.load(ROOT / "sample_data" / "avsender.toml"), form, frist=date(2026, 11, 30)
    )
    if name == "bydel":
        return compose(run, "0301", choices, "030101")
    number = {"funn": "0301", "null": "1106", "ingen_rader": "1101", "ikke_vurdert": "1106"}[name]
    made = compose(run, number, choices)
    return replace(made, kind="ikke_vurdert") if name == "ikke_vurdert" else made


@pytest.mark.parametrize(("name", "form", "scheme"), LOOKED_AT)
def test_a_page_is_accessible_asks_for_nothing_and_fits_a_narrow_screen(
    name: str,
    form: Maalform,
    scheme: str,
    browser: Browser,
    pages: dict[tuple[str, Maalform], Path],
) -> None:
    address = pages[name, form].as_uri()
    context = browser.new_context(color_scheme=scheme, viewport=WIDE)  # type: ignore[arg-type]
    page, asked, said = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(beside(request, address)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)

    page.evaluate(SHORTENED)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}})
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]

    assert found.violations_count == 0, found.generate_report()
    assert overflow(page) == 0
    assert [request for request in asked if request] == []
    assert said == []
    context.close()


def beside(request: Request, address: str) -> str:
    """Any address that is asked for but the page's own."""
    return "" if request.url == address else request.url


def overflow(page: Page) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def test_the_letter_can_be_sorted_and_filtered_by_keyboard(
    browser: Browser, pages: dict[tuple[str, Maalform], Path]
) -> None:
    page = browser.new_page()
    page.goto(pages["funn", "nb"].as_uri())
    first = "document.querySelector('#regler tbody tr:not([hidden]) th').textContent"
    gravest = page.evaluate(first)

    page.locator("#regler thead button").nth(0).press("Enter")
    by_id = page.evaluate(first)
    page.locator("#regler thead button").nth(0).press("Enter")
    by_id_down = page.evaluate(first)
    page.locator("#q").fill("sluttmål mangler")

    assert (gravest, by_id, by_id_down) == ("NIR-231", "NIR-100", "NIR-231")
    assert page.locator("#regler thead th").nth(0).get_attribute("aria-sort") == "descending"
    assert page.locator("#regler tbody tr:visible").count() == 1
    page.close()


def test_the_letter_can_be_read_without_script(
    browser: Browser, pages: dict[tuple[str, Maalform], Path]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["funn", "nb"].as_uri())

    assert page.locator("#regler tbody tr:visible").count() > 5
    assert page.locator("#q:visible").count() == 0
    context.close()


def test_the_national_report_can_be_sorted_and_filtered_by_keyboard(
    browser: Browser, pages: dict[tuple[str, Maalform], Path]
) -> None:
    page = browser.new_page()
    page.goto(pages["nasjonal", "nb"].as_uri())
    rows = "#kommuner-tabell tbody tr:visible"

    page.locator("#kommuner-tabell thead button").nth(4).press("Enter")
    most_programmes = page.locator(rows).first.inner_text()
    page.locator("#q").fill("finnmark ikke registrert")

    assert most_programmes.startswith("Oslo")
    assert 0 < page.locator(rows).count() < 18
    assert "Finnmark" in page.locator(rows).first.inner_text()
    page.close()


def test_the_national_report_can_be_read_without_script(
    browser: Browser, pages: dict[tuple[str, Maalform], Path]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["nasjonal", "nb"].as_uri())

    assert page.locator("#kommuner-tabell tbody tr:visible").count() == 357
    assert page.locator("#q:visible").count() == 0
    context.close()
