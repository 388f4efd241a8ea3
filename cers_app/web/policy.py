"""The content security policy of each page. Only the page's own inline scripts and styles run (ASVS 3.4.3, L3).

The portal hashes the scripts of the built pages at the first request, because the asset names in a script differ
between builds.
"""

import base64
import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from cers_app.ui import theme

INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc=)[^>]*>(.+?)</script>", re.DOTALL)
RULES = (
    "default-src 'none'",
    "connect-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
)


ELSEWHERE = ""
"""No page has this address. Its policy is for answers that no address names, such as the page of a failed service."""


def policy(page: str, style: str, form_origin: str = "") -> str:
    """The policy of a page with its inline scripts and one style sheet.

    The answer to a form may lead to `form_origin` as well. Chromium applies `form-action` to redirects.
    """
    scripts = _hashes(INLINE_SCRIPT.findall(page))
    forms = f"form-action 'self' {form_origin}".rstrip()
    return "; ".join((*RULES, forms, f"script-src 'self'{scripts}", f"style-src 'self'{_hashes([style])}"))


def of_built_page(folder: Path, address: str, form_origin: str = "") -> str:
    """The policy of the built page with this address in `folder`. Elsewhere, no inline script runs."""
    policies = _of_built_pages(folder, form_origin)
    # The file server finds a page by other spellings of its address as well.
    usual = f"/{posixpath.normpath(address).strip('/')}/".replace("/index.html/", "/")
    return policies.get(address) or policies.get(usual, policies[ELSEWHERE])


@lru_cache(maxsize=1)
def _of_built_pages(folder: Path, form_origin: str) -> Mapping[str, str]:
    files = {f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*.html")}
    pages = {file.removesuffix("index.html"): path.read_text("utf-8") for file, path in files.items()}
    return {address: policy(page, theme.sheet(), form_origin) for address, page in ({ELSEWHERE: ""} | pages).items()}


def of_plain_page(style: str, script: str = "") -> str:
    """The policy of a page that the server itself writes, with a style sheet and at most one script."""
    scripts = _hashes([script]) if script else " 'none'"
    return "; ".join((*RULES, "form-action 'self'", f"script-src{scripts}", f"style-src{_hashes([style])}"))


def _hashes(texts: Iterable[str]) -> str:
    digests = sorted(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in set(texts))
    return "".join(f" 'sha256-{digest}'" for digest in digests)
