"""A mail server that is gone is nobody's business but the operators'."""

from collections.abc import Iterator

import pytest

from tests.security.uniform import without_ids
from tests.support import portal as portals
from tests.support.journeys import RECOVER, RESET, ask
from tests.support.portal import Portal
from tests.support.ports import free_port
from tests.support.wire import request


@pytest.fixture(scope="module")
def without_mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose mail server does not answer."""
    folder = tmp_path_factory.mktemp("without-mail")
    with portals.running(folder, CERS_SMTP_PORT=str(free_port())) as running:
        yield running


@pytest.mark.parametrize("page", [RESET, RECOVER])
def test_while_no_mail_goes_out_known_and_unknown_people_are_told_the_same(without_mail: Portal, page: str) -> None:
    name = f"mailgone{len(page)}"
    without_mail.create_account(name)
    other = name.replace("mailgone", "mailnone")
    known = without_ids(ask(without_mail, f"{name}@example.com", page))
    unknown = without_ids(ask(without_mail, f"{other}@example.com", page))

    assert any(f"{page}sent/" in message for message in known)
    mask, mask_of_other = (f"{each[:2]}{'*' * (len(each) - 4)}{each[-2:]}" for each in (name, other))
    assert [text.replace(other, name).replace(mask_of_other, mask) for text in unknown] == known
    assert [len(message) for message in unknown] == [len(message) for message in known]
    assert without_mail.inbox.mails == []
    assert request(without_mail.url, path="/readyz").status == 200
