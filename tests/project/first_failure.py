"""A pytest plugin that skips the rest of a file after a failed test. On a broken page, each test would wait in vain."""

import pytest

failed: set[str] = set()
"""The files with a failed test. pytest-xdist leaves all tests of a file to one process (`--dist loadfile`)."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a failed test."""
    if report.failed:
        failed.add(report.location[0])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test before its fixtures start anything."""
    if item.location[0] in failed:
        pytest.skip("another test of the file has failed")
