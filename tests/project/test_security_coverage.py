"""Every row of what must hold has a test that is there, or a reason why it is left."""

import pytest

from tests.project.coverage_map import MAP, PAGE, POLICY, ROWS, Coverage, gaps, page, reasons_in

TEXT = MAP.read_text("utf-8")
POLICY_TEXT = POLICY.read_text("utf-8")


def test_every_row_has_a_test_or_a_reason() -> None:
    assert len(ROWS) == 127
    assert gaps(Coverage.read(TEXT), POLICY_TEXT) == []


def test_the_page_is_the_one_that_the_map_makes() -> None:
    made = page(Coverage.read(TEXT))

    assert PAGE.read_text("utf-8") == made
    assert all(f"\n| {name} | " in made for name in ROWS)


@pytest.mark.parametrize(
    ("whole", "broken", "gap"),
    [
        ("\nA9 = {", "\nA99 = {", "A9: no row"),
        ("test_a_reset_signs_nobody_in", "test_a_reset_signs_somebody_in", "A18: no test security/test_sessions_end"),
        ("security/test_sessions_end", "security/test_nowhere", "A18: no test security/test_nowhere"),
        (
            'left = true, tests = ["unit/test_sign_in_flow',
            'tests = ["unit/test_sign_in_flow',
            "B3: SECURITY.md calls",
        ),
        ('"Drupal CVE-2026-3214" = {', '# "Drupal', "28 flaws of others instead of 29"),
        ('(optional)", left = true, tests = []', '(optional)", tests = []', "E14: neither a test nor left"),
    ],
    ids=["row", "test", "file", "left", "flaw", "nothing"],
)
def test_a_planted_gap_is_found(whole: str, broken: str, gap: str) -> None:
    assert whole in TEXT
    found = gaps(Coverage.read(TEXT.replace(whole, broken)), POLICY_TEXT)

    assert any(words.startswith(gap) for words in found), found


def test_a_missing_reason_is_found() -> None:
    assert reasons_in("## What is left\n\n| B3, E14 | why | f |\n| J4 |  | f |\n\n## Next\n\n| A1 | x | y |") == {
        "B3",
        "E14",
    }
    found = gaps(Coverage.read(TEXT), "")

    assert "E14: SECURITY.md does not say why it is left" in found
