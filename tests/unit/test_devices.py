"""What people call a browser, and what a stranger's header cannot put into somebody else's mail."""

import pytest

from cers_app.values.devices import LONGEST, UNKNOWN, device

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
TABLET = PHONE.replace("iPhone; CPU iPhone OS", "iPad; CPU OS")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (f"{WINDOWS} {CHROME}", "Chrome on Windows"),
        (f"{WINDOWS} {CHROME} Edg/142.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{PHONE} Version/18.6 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{TABLET} CriOS/142.0 Mobile/15E148 Safari/604.1", "Chrome on iPad"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {CHROME.replace(' Safari', ' Mobile Safari')}", "Chrome on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME}", "Chrome on Chromebook"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.6 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer on Windows"),
        (WINDOWS, f"{UNKNOWN} on Windows"),
        ("", UNKNOWN),
        ("curl/8.1", UNKNOWN),
        ("Call-1-800-555-0100/1.0", UNKNOWN),
        (f"Visit-evil.example/9 {WINDOWS}", f"{UNKNOWN} on Windows"),
        ("\x00\ud800" * 1000, UNKNOWN),
    ],
)
def test_a_header_is_named_as_people_would_and_lends_no_words_of_its_own(header: str, words: str) -> None:
    assert device(header) == words


def test_the_end_of_a_long_header_does_not_count() -> None:
    assert device(" " * LONGEST + f"{WINDOWS} {CHROME}") == UNKNOWN
    assert device(f"{WINDOWS} {CHROME}" + " " * LONGEST) == "Chrome on Windows"
