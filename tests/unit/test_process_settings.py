"""What the server's process is told about memory, on which hashing depends."""

import pytest

from cers_app.serving.process import allocator, allocator_here

MAY, NEVER = "always [madvise] never\n", "always madvise [never]\n"
HUGE = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


@pytest.mark.parametrize("libc", ["glibc 2.35", "glibc 2.36", "glibc 3.0"])
@pytest.mark.parametrize("huge_pages", [MAY, "[always] madvise never\n"])
def test_hashing_gets_huge_pages_where_kernel_and_library_know_them(huge_pages: str, libc: str) -> None:
    assert allocator({}, huge_pages, libc) == HUGE


@pytest.mark.parametrize("libc", ["glibc 2.34", "glibc", "", "musl 2.36", "2.36"])
def test_a_library_that_does_not_know_the_setting_is_not_given_it(libc: str) -> None:
    assert allocator({}, MAY, libc) == {}


@pytest.mark.parametrize("huge_pages", [NEVER, ""])
def test_nothing_is_set_where_the_kernel_gives_no_huge_pages(huge_pages: str) -> None:
    assert allocator({}, huge_pages, "glibc 2.36") == {}


@pytest.mark.parametrize("theirs", ["glibc.malloc.hugetlb=0", "glibc.malloc.check=3", ""])
def test_what_the_operator_set_stays(theirs: str) -> None:
    assert allocator({"GLIBC_TUNABLES": theirs}, MAY, "glibc 2.36") == {}


def test_other_variables_do_not_stand_in_the_way() -> None:
    assert allocator({"MALLOC_ARENA_MAX": "2", "PATH": "/bin"}, MAY, "glibc 2.36") == HUGE


def test_this_machine_is_asked_without_a_fault() -> None:
    assert allocator_here({}) in ({}, HUGE)
    assert allocator_here({"GLIBC_TUNABLES": ""}) == {}
