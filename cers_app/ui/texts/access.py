"""Words of the accessibility page: what was tested, what is not met, whom to tell. Kept true with every change."""

HEADING = "Accessibility"
LINK = "Accessibility"
AIM = (
    "Everybody should be able to sign in, recover a username and reset a password here without help. The pages and"
    " emails are built to the Web Content Accessibility Guidelines (WCAG) 2.2, level AA."
)
WAYS = "Ways to use this service"
WAYS_LIST = (
    (
        "Every page works with the keyboard alone, at 200 % zoom, on a screen 320 pixels wide, in light and dark, and"
        " with colors of your own (forced colors)."
    ),
    (
        "The verification characters can be heard as spoken digits (Play audio), or replaced by a check that your"
        " browser does by itself (Verify another way)."
    ),
    (
        "Signing in, both requests and choosing a new password work without JavaScript, and when a network"
        " blocks live connections."
    ),
    "You may paste everywhere, and password managers can fill in every field.",
)
TESTED = "What was tested"
TESTED_LIST = (
    "Each page in each of its states by an automatic check (axe), wide, narrow and dark: it finds nothing.",
    (
        "Each journey in Chromium with the keyboard alone, by ear, with the browser's own check, without JavaScript,"
        " and without a live connection."
    ),
    "What each page tells a screen reader, by comparing its structure with what it should be.",
)
NOT_MET = "What is not met, or not known"
NOT_MET_LIST = (
    (
        "Nobody has yet tested these pages with a screen reader (such as NVDA, JAWS or VoiceOver) in daily use, or in"
        " other browsers than Chromium."
    ),
    (
        "Without JavaScript the verification characters can be seen or heard, but not replaced: WCAG 3.3.8 is not met"
        " there."
    ),
    "The spoken digits and all pages are in English only.",
    "Seeing your open sessions and changing a password you know need JavaScript; resetting it does not.",
)
TELL = "Tell us"
TELL_WORDS = "If something keeps you from getting on, send an email to: {support}"
