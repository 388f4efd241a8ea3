"""When somebody on a slow phone can use a form, beside a static page of the same text from the same process."""

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from lxml import html
from playwright.sync_api import Browser, sync_playwright

from cers_app.commands import chromium
from cers_app.values import addresses
from tests.bench.report import Report
from tests.support.portal import Portal, built

UNWANTED = "//script | //noscript | //template | //link[@rel='modulepreload' or @rel='preload']"
PATHS = (addresses.SIGN_IN, addresses.RECOVER_USERNAME, addresses.RESET_PASSWORD)
TIMES = 5
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 1.44e6 / 8, "uploadThroughput": 0.675e6 / 8}
"""Chromium's DevTools: milliseconds, bytes a second."""
CPU = 4
MOST_USABLE, MOST_PAINT, MOST_LIVE = 1.1, 1.2, 2800
"""Times the static page's; times the static page's; milliseconds."""
COMPRESS = "const z=require('zlib');process.stdout.write(z.brotliCompressSync(require('fs').readFileSync(0)))"
WATCH = """
globalThis.seen = {};
new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.paint = entry.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
const look = () => {
  const button = document.querySelector("form[method=post] button.primary:not(:disabled)");
  if (button && !seen.usable && performance.getEntriesByName("first-contentful-paint").length) {
    seen.usable = performance.now();
  }
  if (document.querySelector("[data-live=true]")) seen.live ??= performance.now();
  if (!seen.live) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load of a page: milliseconds since the navigation began, and what came over the wire."""

    usable: float
    paint: float
    live: float
    kilobytes: float


def loads(report: Report, portal: Portal, scale: float) -> None:
    """Every form and its static twin, in turn."""
    times = max(1, round(TIMES * scale))
    report.title(f"Slow 4G (562 ms, 1.44 Mbit/s) and a CPU {CPU} times slower, median of {times}")
    with sync_playwright() as playwright:
        path = chromium.program()
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=args)
        for page in PATHS:
            with _twin(page) as twin:
                both = ((page, "() => seen.live && seen.paint"), (twin, "() => seen.paint"))
                pairs = [[_load(browser, portal.url + path, until) for path, until in both] for _ in range(times)]
            _told(report, page, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
        browser.close()


def _told(report: Report, page: str, ours: list[Load], static: list[Load]) -> None:
    def middle(runs: list[Load], what: str) -> float:
        return float(median(getattr(run, what) for run in runs))

    for what, words, most in (("usable", "natively usable", MOST_USABLE), ("paint", "largest paint", MOST_PAINT)):
        ratio = middle(ours, what) / middle(static, what)
        told = f"{middle(ours, what):.0f} ms, static {middle(static, what):.0f}: {ratio:.2f}"
        report.figure(f"{page} {words}", told, met=ratio <= most, goal=f"at most {most}")
    live = middle(ours, "live")
    spread = f"{live:.0f} ms ({min(run.live for run in ours):.0f} to {max(run.live for run in ours):.0f})"
    report.figure(f"{page} live", spread, met=live <= MOST_LIVE, goal=f"at most {MOST_LIVE} ms")
    report.figure(f"{page} moved", f"{middle(ours, 'kilobytes'):.0f} KB, static {middle(static, 'kilobytes'):.0f}")


def _load(browser: Browser, url: str, until: str) -> Load:
    """Open a page in a browser that has nothing of it yet; the static twin has come when it stands still."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    # The server's process is warm, as it is for everybody but the first.
    session = context.new_cdp_session(page)
    moved: list[float] = []
    session.on("Network.loadingFinished", lambda event: moved.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    page.add_init_script(WATCH)
    page.goto(url, wait_until="load")
    page.wait_for_function(until, timeout=60_000)
    page.wait_for_timeout(500)
    seen: dict[str, Any] = page.evaluate("seen")
    context.close()
    return Load(seen["usable"], seen["paint"], seen.get("live", 0), sum(moved) / 1000)


@contextmanager
def _twin(path: str) -> Iterator[str]:
    """The same page without scripts, as a file beside the built ones, compressed like them."""
    client = built() / "build" / "client"
    folder = client / f"static-twin-{path.strip('/')}"
    page = html.document_fromstring((client / path.strip("/") / "index.html").read_text("utf-8"))
    for element in page.xpath(UNWANTED):
        element.drop_tree()
    text = html.tostring(page, encoding="unicode", doctype="<!DOCTYPE html>").encode()
    folder.mkdir(exist_ok=True)
    try:
        _write(folder / "index.html", text)
        yield f"/{folder.name}/"
    finally:
        shutil.rmtree(folder)


def _write(file: Path, text: bytes) -> None:
    file.write_bytes(text)
    file.with_suffix(".html.gz").write_bytes(gzip.compress(text))
    done = subprocess.run(["node", "-e", COMPRESS], input=text, capture_output=True, check=True)
    file.with_suffix(".html.br").write_bytes(done.stdout)
