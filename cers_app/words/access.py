"""The words of the accessibility page. Every change that makes one of these sentences untrue must correct it."""

HEADING = "Accessibility"
LINK = "Accessibility"
AIM = (
    "Everyone should be able to sign in, recover a username and reset a password here without help. We build the pages"
    " and emails to meet the Web Content Accessibility Guidelines (WCAG) 2.2, level AA."
)
WAYS = "Ways to use this service"
WAYS_LIST = (
    (
        "Every page works with the keyboard alone, at 200% zoom, on a screen 320 pixels wide, in light and dark mode,"
        " and with your own colors (forced colors)."
    ),
    (
        "Instead of reading the verification characters, you can listen to spoken digits (Play audio) or let your"
        " browser do a check by itself (Verify another way)."
    ),
    (
        "Without JavaScript you can sign in and out, recover a username, reset a password, ask for a new link, and undo"
        " a password change that was not yours. The pages then answer in general words, without times, references,"
        " usernames or email addresses."
    ),
    "On a network that blocks live connections, every page works the same but is ready a few seconds later.",
    "You can paste into every field, and a password manager can fill in every field.",
)
TESTED = "What we tested (last on November 30, 2026)"
TESTED_LIST = (
    (
        "We ran an automated check (axe) on each page in each of its states, at wide and narrow widths and in dark"
        " mode. The check found no problems."
    ),
    (
        "We completed each journey in Chromium with the keyboard alone, with the spoken digits, with the browser's own"
        " check, without JavaScript, and on a network that blocks live connections."
    ),
    "We checked the names, the roles and the order that each page gives a screen reader.",
)
NOT_MET = "Known gaps"
NOT_MET_LIST = (
    (
        "Nobody has used these pages with a screen reader (such as NVDA, JAWS or VoiceOver) in daily work yet. We have"
        " tested the pages only in Chromium."
    ),
    (
        "Without JavaScript you can see or hear the verification characters, but you cannot use the check instead. The"
        " pages then do not meet WCAG 3.3.8."
    ),
    "The pages and the spoken digits are in English only.",
    (
        "You need JavaScript to see your account, to change a password that you know, to send an email again, and to"
        " learn while you type whether a new password will do. If your network has already sent many requests, you also"
        " need JavaScript to send another. You can reset a password without JavaScript."
    ),
    (
        "Without JavaScript the title of a page does not say that there is a problem, and a problem is not linked to"
        " its field."
    ),
)
TELL = "Tell us"
TELL_WORDS = "If you cannot use part of this service, send an email to: {support}"
