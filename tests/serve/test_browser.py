"""The page in Chromium: asked, clicked, read with the keyboard, on a telephone, in the dark.

With POLICYBOT_SCREENSHOTS=FOLDER, pictures of it are kept there to be looked at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.answering.test_versions import FERRIES
from tests.serve.site import served

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not BROWSER or not DRIVER, reason="no chromium and chromedriver here (apt-get install both)"
)
PATHS = (
    "/",
    "/?q=policies+of+the+Ministry+of+Transport",
    "/?q=zebras",
    "/p/harbour-ordinance",
    "/p/none",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("browser")) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    for one in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(one)
    options.add_argument("--lang=en")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def driver(chromium: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    log(chromium)
    yield chromium
    # What the Content-Security-Policy stopped, or a script did wrong, is in the log.
    wrong = [one["message"] for one in log(chromium)]
    assert not [message for message in wrong if "404" not in message]


def log(driver: webdriver.Chrome) -> list[dict[str, Any]]:
    """Return what the browser logged since the last time."""
    lines: list[dict[str, Any]] = driver.get_log("browser")  # type: ignore[no-untyped-call]
    return lines


def picture(driver: webdriver.Chrome, name: str) -> None:
    if folder := os.environ.get("POLICYBOT_SCREENSHOTS"):
        driver.save_screenshot(str(Path(folder) / f"{name}.png"))


def size(driver: webdriver.Chrome, width: int, height: int) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def dark(driver: webdriver.Chrome) -> None:
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})


def one(driver: webdriver.Chrome, css: str) -> WebElement:
    return driver.find_element(By.CSS_SELECTOR, css)


def texts(driver: webdriver.Chrome, css: str) -> list[str]:
    return [element.text for element in driver.find_elements(By.CSS_SELECTOR, css)]


def expect(driver: webdriver.Chrome, holds: Callable[[], bool]) -> None:
    """Wait until it holds; while one page takes the place of another, the driver raises errors."""
    waiting = WebDriverWait(
        driver, 120, poll_frequency=0.05, ignored_exceptions=(WebDriverException,)
    )
    waiting.until(lambda _: holds())


@contextmanager
def next_page(driver: webdriver.Chrome) -> Iterator[None]:
    """What is done inside leads to another page: wait until that page is there whole.

    A click returns before the page that it leads to is there, and elements of the old page are
    still found meanwhile. Each document has a time origin of its own.
    """
    state = "return [performance.timeOrigin, document.readyState]"
    before, _ = driver.execute_script(state)
    yield

    def arrived() -> bool:
        origin, ready = driver.execute_script(state)
        return bool(origin != before and ready == "complete")

    expect(driver, arrived)


def test_a_person_asks_leaves_out_a_chip_and_opens_the_passage(
    base: str, driver: webdriver.Chrome
) -> None:
    size(driver, 1200, 900)
    driver.get(base)
    picture(driver, "home")
    with next_page(driver):
        one(driver, "#q").send_keys("policies of the Ministry of Transport since 2012", Keys.ENTER)
    assert "?q=" in driver.current_url
    assert len(texts(driver, ".chips li")) == 2
    before = texts(driver, ".hit h3")
    picture(driver, "answer")
    removing = driver.find_elements(By.CSS_SELECTOR, ".chips a[aria-label^='Remove: issued 2012']")
    with next_page(driver):
        removing[0].click()
    assert len(texts(driver, ".chips s")) == 1
    assert len(texts(driver, ".hit h3")) > len(before)
    with next_page(driver):
        driver.find_element(By.PARTIAL_LINK_TEXT, "Harbour Ordinance").click()
    assert driver.current_url.startswith(f"{base}/p/harbour-ordinance#n")
    marked = one(driver, ".passage:target")
    assert "Ships pay harbour dues" in marked.text
    plain = one(driver, ".passage:not(:target)").value_of_css_property("background-color")
    assert marked.value_of_css_property("background-color") != plain


def test_a_provision_has_a_stable_link(base: str, driver: webdriver.Chrome) -> None:
    size(driver, 1200, 900)
    driver.get(f"{base}/p/harbour-ordinance#art2.b")
    picture(driver, "provision")
    assert one(driver, ".label:target").text.startswith("(b)")
    driver.find_element(By.LINK_TEXT, "Part 2 Pilots").click()
    expect(driver, lambda: driver.current_url.endswith("#h2"))


def test_a_year_of_the_timeline_and_a_facet_can_be_clicked(
    base: str, driver: webdriver.Chrome
) -> None:
    driver.get(base)
    driver.execute_script("arguments[0].focus()", one(driver, "svg a[aria-label='2013: 1']"))
    with next_page(driver):
        driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert "year=2013" in driver.current_url
    assert texts(driver, ".list a") == ["Harbour Rules"]
    driver.get(base)
    with next_page(driver):
        driver.find_element(By.LINK_TEXT, "Ministry of Finance").click()
    assert len(texts(driver, ".list a")) == 2


def test_the_language_can_be_changed_and_stays(base: str, driver: webdriver.Chrome) -> None:
    driver.get(f"{base}/?q=policies+since+2013")
    with next_page(driver):
        driver.find_element(By.LINK_TEXT, "中文").click()
    assert one(driver, "html").get_attribute("lang") == "zh"
    assert one(driver, "form label").text == "您的问题"
    picture(driver, "chinese")
    with next_page(driver):
        one(driver, "form button").click()
    assert one(driver, "html").get_attribute("lang") == "zh"
    with next_page(driver):
        driver.find_element(By.LINK_TEXT, "Español").click()
    assert one(driver, "form button").text == "Preguntar"


def test_everything_can_be_reached_with_the_keyboard(base: str, driver: webdriver.Chrome) -> None:
    driver.get(base)
    one(driver, "body").send_keys(Keys.TAB)
    assert driver.switch_to.active_element.text == "Skip to the text"
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    expect(driver, lambda: driver.current_url.endswith("#main"))
    one(driver, "body").send_keys("/")
    expect(driver, lambda: driver.switch_to.active_element.get_attribute("id") == "q")


@pytest.mark.parametrize("width", [320, 390, 1200])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_the_screen(
    base: str, driver: webdriver.Chrome, path: str, width: int
) -> None:
    size(driver, width, 800)
    driver.get(f"{base}{path}")
    picture(driver, f"{width}-{PATHS.index(path)}")
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(
    base: str, driver: webdriver.Chrome, path: str, scheme: str
) -> None:
    size(driver, 1200, 900)
    if scheme == "dark":
        dark(driver)
    driver.get(f"{base}{path}")
    for summary in driver.find_elements(By.CSS_SELECTOR, "summary"):
        summary.click()
    picture(driver, f"{scheme}-{PATHS.index(path)}")
    found: list[dict[str, Any]] = Axe().run(driver)["violations"]
    told = [(v["id"], v["impact"], [n["html"] for n in v["nodes"]]) for v in found]
    assert not told


def test_two_texts_side_by_side_are_read_by_everybody(
    driver: webdriver.Chrome, tmp_path: Path
) -> None:
    with served(tmp_path, [FERRIES]) as address:
        for width in (320, 1200):
            size(driver, width, 800)
            driver.get(f"{address}/?q=What+changed+in+the+Ferry+Safety+Rules+in+2014%3F")
            picture(driver, f"compared-{width}")
            assert texts(driver, "ins") == ["jacket"]
            wide = driver.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width
            assert not Axe().run(driver)["violations"]


def test_scripts_of_a_corpus_do_not_run(base: str, driver: webdriver.Chrome) -> None:
    for path in ("/p/scripts", "/?q=markup+is+shown+as+it+stands"):
        driver.get(f"{base}{path}")
        assert driver.title != "taken"
        assert "<script>" in one(driver, "main").text


def test_it_works_without_javascript(base: str, driver: webdriver.Chrome) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(base)
        one(driver, "#q").send_keys("When are roads inspected?")
        with next_page(driver):
            one(driver, "form button").click()
        assert "?q=" in driver.current_url
        assert "Road Safety Plan" in texts(driver, ".hit h3")[0]
        with next_page(driver):
            driver.find_element(By.PARTIAL_LINK_TEXT, "Road Safety Plan").click()
        assert "/p/roads" in driver.current_url
        one(driver, ".cite summary").click()
        assert "Road Safety Plan" in one(driver, ".cite pre").text
        assert not driver.find_elements(By.CSS_SELECTOR, ".cite button")
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_reference_can_be_copied_and_a_page_printed(base: str, driver: webdriver.Chrome) -> None:
    driver.get(f"{base}/p/harbour-ordinance")
    one(driver, ".cite summary").click()
    driver.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"origin": base, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    button = one(driver, ".cite button")
    button.click()
    expect(driver, lambda: button.text == "Copied")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for hidden in ("form", ".languages", ".cite", ".tools"):
        assert not one(driver, hidden).is_displayed()
    assert one(driver, ".text").is_displayed()
