"""How a missing Chromium is got."""

from tests.install_chromium import DEBIAN, PLAYWRIGHT, Machine, plans


def test_where_a_chromium_is_nothing_is_installed() -> None:
    assert plans(Machine(has_chromium=True, is_root=True, has_apt=True)) == ()


def test_debians_is_preferred_where_it_may_be_installed() -> None:
    assert plans(Machine(has_chromium=False, is_root=True, has_apt=True)) == (DEBIAN, PLAYWRIGHT)


def test_elsewhere_it_is_playwrights_own() -> None:
    assert plans(Machine(has_chromium=False, is_root=False, has_apt=True)) == (PLAYWRIGHT,)
    assert plans(Machine(has_chromium=False, is_root=True, has_apt=False)) == (PLAYWRIGHT,)
