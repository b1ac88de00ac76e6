"""The page in a real browser: nothing fetched, nothing that bars anyone, no overflow."""

from __future__ import annotations

import base64
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser, dundee, request):
    width = getattr(request, "param", 1200)
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(dundee.as_uri())
    page.evaluate("Promise.all([...document.images].map(i => i.decode()))")
    yield page, [r for r in requests if not r.startswith("data:")], errors
    page.close()


def test_axe_finds_nothing(opened):
    page, *_ = opened
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    # The check must have looked: a page of this kind has dozens of things to pass.
    assert len(found.response["passes"]) > 20


def test_axe_would_find_something(opened):
    page, *_ = opened
    page.evaluate("document.querySelector('img').removeAttribute('alt')")
    assert Axe().run(page).violations_count == 1


def test_opening_the_page_asks_for_nothing_else(opened, dundee):
    _, requests, errors = opened
    assert requests == [dundee.as_uri()]
    assert errors == []


@pytest.mark.parametrize("opened", [1200, 768, 390, 320], indirect=True, ids=str)
def test_the_page_never_scrolls_sideways(opened):
    page, *_ = opened
    size = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert size[0] <= size[1]


@pytest.mark.parametrize("opened", [390, 320], indirect=True, ids=str)
def test_on_a_small_screen_a_chart_scrolls_and_its_lettering_stays(opened):
    page, *_ = opened
    charts = page.evaluate(
        "[...document.querySelectorAll('.chart')].map(c => [c.scrollWidth - c.clientWidth,"
        " c.querySelector('img').width / c.querySelector('img').naturalWidth, c.tabIndex])"
    )
    assert len(charts) == 9
    # Lettering is of 12 points, 16 pixels.
    assert all(more > 0 and scale * 16 > 11.5 and tab == 0 for more, scale, tab in charts)
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("opened", [320], indirect=True, ids=str)
def test_a_shadow_tells_where_a_table_goes_on(opened):
    page, *_ = opened

    def edge() -> int:
        """How light the right edge is: 255 is white."""
        box = page.evaluate(
            "(t => (t.scrollIntoView(), t.getBoundingClientRect().toJSON()))"
            "(document.querySelector('.table'))"
        )
        clip = {"x": box["right"] - 3, "y": box["top"] + 5, "width": 2, "height": 20}
        picture = page.screenshot(clip=clip)
        return page.evaluate(
            """async data => {
              const image = new Image();
              image.src = 'data:image/png;base64,' + data;
              await image.decode();
              const canvas = document.createElement('canvas');
              canvas.width = canvas.height = 2;
              const drawn = canvas.getContext('2d');
              drawn.drawImage(image, 0, 0);
              return drawn.getImageData(0, 0, 1, 1).data[0];
            }""",
            base64.b64encode(picture).decode(),
        )

    assert edge() < 200
    page.evaluate("document.querySelector('.table').scrollLeft = 10000")
    assert edge() > 250


def test_every_image_is_drawn_and_described(opened):
    page, *_ = opened
    images = page.evaluate("[...document.images].map(i => [i.naturalWidth, i.alt.length])")
    assert len(images) == 9
    assert all(width > 300 and described > 100 for width, described in images)


def test_the_keyboard_reaches_the_skip_link_first_and_then_the_contents(opened):
    page, *_ = opened
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('nav').ariaLabel") == "Contents"


def test_language_title_and_headings(opened):
    page, *_ = opened
    assert page.title() == "Dundee City: child protection self-evaluation, 2018-19"
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_contents_lead_to_their_sections(opened):
    page, *_ = opened
    broken = page.evaluate(
        "[...document.querySelectorAll('nav a')].filter(a => !document.getElementById("
        "a.hash.slice(1))).length"
    )
    assert broken == 0


def test_print_hides_navigation_and_fits_the_paper(opened):
    page, *_ = opened
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    tallest = page.evaluate("Math.max(...[...document.images].map(i => i.height))")
    assert tallest <= 18.01 * 96 / 2.54  # of 26 cm that an A4 page has between its margins
