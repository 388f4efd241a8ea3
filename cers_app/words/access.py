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
        "Every page works with the keyboard alone, at 200% zoom, on a screen 320 pixels wide, in light and dark, and"
        " with colors of your own (forced colors)."
    ),
    (
        "The verification characters can be heard as spoken digits (Play audio), or replaced by a check that your"
        " browser does by itself (Verify another way)."
    ),
    (
        "Signing in, recovering a username and resetting a password work without JavaScript, and when a network"
        " blocks live connections."
    ),
    "You may paste everywhere, and password managers can fill in every field.",
)
TESTED = "What was tested (last on November 24, 2026)"
TESTED_LIST = (
    "Each page in each of its states by an automatic check (axe), wide, narrow and dark: it found no problems.",
    (
        "Each journey in Chromium with the keyboard alone, with the spoken digits, with the browser's own check,"
        " without JavaScript, and without a live connection."
    ),
    "The names, roles and order that each page gives a screen reader.",
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
TELL_WORDS = "If you cannot use a part of this service, send an email to: {support}"
