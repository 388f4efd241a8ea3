"""docs/asvs.md names tests and files that are there, and counts its own rows."""

import re
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.project.coverage_map import ROOT, is_there
from tests.project.test_documents import FILE, LINK, PATH

TEXT = (ROOT / "docs" / "asvs.md").read_text("utf-8")
VERDICTS = ("met", "met in part", "not met", "not ours")
ROWS = {"V1": 27, "V6": 35, "V7": 18, "V13": 13}
"""How many requirements of levels 1 and 2 each chapter has."""
ROW = re.compile(r"^\| ((\d+)\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
COUNTS = re.compile(r"^\| (V\d+|all)[^|]* \| ((?:\d+ \| ){4}\d+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+::\w+)`")


@dataclass(frozen=True, slots=True)
class Judged:
    """One row."""

    number: str
    chapter: str
    verdict: str
    why: str


def rows_of(text: str) -> list[Judged]:
    """Every row of the four tables."""
    return [Judged(number, f"V{chapter}", verdict, why) for number, chapter, _, verdict, why in ROW.findall(text)]


def gaps(text: str) -> list[str]:
    """What is wrong with the page."""
    rows = rows_of(text)
    found = [f"no test {test}" for test in TEST.findall(text) if not is_there(test)]
    found += [f"{row.number}: no verdict {row.verdict}" for row in rows if row.verdict not in VERDICTS]
    found += [f"{row.number}: no reason" for row in rows if not row.why.strip()]
    shows = (TEST, PATH, FILE, LINK)
    found += [
        f"{row.number}: nothing shows it"
        for row in rows
        if row.verdict == "met" and not any(each.search(row.why) for each in shows)
    ]
    numbers = [tuple(map(int, row.number.split("."))) for row in rows]
    if numbers != sorted(set(numbers)):
        found.append("a row is there twice or in another place")
    said = {chapter: [int(number) for number in numbers.split(" | ")] for chapter, numbers in COUNTS.findall(text)}
    if said != counts(rows):
        found.append(f"the counts at the top are {said} instead of {counts(rows)}")
    return found


def counts(rows: list[Judged]) -> dict[str, list[int]]:
    """The rows of each chapter and of all, by verdict and together."""
    made = {}
    for chapter in (*ROWS, "all"):
        verdicts = Counter(row.verdict for row in rows if chapter in {row.chapter, "all"})
        made[chapter] = [*(verdicts[each] for each in VERDICTS), verdicts.total()]
    return made


def test_the_page_counts_its_rows_and_names_tests_that_are_there() -> None:
    assert gaps(TEXT) == []
    assert {chapter: made[-1] for chapter, made in counts(rows_of(TEXT)).items()} == {**ROWS, "all": sum(ROWS.values())}
    assert len(TEST.findall(TEXT)) > 50


@pytest.mark.parametrize(
    ("whole", "broken", "gap"),
    [
        ("::test_a_reset_signs_nobody_in", "::test_a_reset_signs_somebody_in", "no test security/test_sessions_end"),
        ("`security/test_leaks::", "`security/test_nowhere::", "no test security/test_nowhere"),
        ("| second factor | not met |", "| second factor | met |", "6.3.3: nothing shows it"),
        ("| second factor | not met |", "| second factor | met in part |", "the counts at the top are"),
        ("| second factor | not met |", "| second factor | perhaps |", "6.3.3: no verdict perhaps"),
        ("| LDAP | not ours | No such feature |", "| LDAP | not ours |  |", "1.2.6: no reason"),
        ("\n| 1.2.7 |", "\n| 1.2.6 |", "a row is there twice"),
    ],
    ids=["test", "file", "shown", "counts", "verdict", "reason", "twice"],
)
def test_a_planted_gap_is_found(whole: str, broken: str, gap: str) -> None:
    assert whole in TEXT
    found = gaps(TEXT.replace(whole, broken))

    assert any(words.startswith(gap) for words in found), found
