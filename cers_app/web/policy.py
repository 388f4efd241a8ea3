"""The content security policy of the pages. Only the build's own inline scripts and styles run (ASVS 3.4.3, L3).

The portal hashes the scripts of the built pages at the first request, because the asset names in a script differ
between builds.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
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
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
)


def policy(pages: Iterable[str], styles: Iterable[str]) -> str:
    """The policy for these pages with their inline scripts, and for these style sheets."""
    scripts = {text for page in pages for text in INLINE_SCRIPT.findall(page)}
    return "; ".join((*RULES, f"script-src 'self'{_hashes(scripts)}", f"style-src 'self'{_hashes(styles)}"))


@lru_cache(maxsize=1)
def of_built_pages(folder: Path) -> str:
    """The policy of the built pages in `folder`."""
    pages = (path.read_text("utf-8") for path in sorted(folder.rglob("*.html")))
    return policy(pages, [theme.sheet()])


def of_plain_page(style: str, script: str = "") -> str:
    """The policy of a page that the server itself writes, with a style sheet and at most one script."""
    scripts = _hashes([script]) if script else " 'none'"
    return "; ".join((*RULES, f"script-src{scripts}", f"style-src{_hashes([style])}"))


def _hashes(texts: Iterable[str]) -> str:
    digests = sorted(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in set(texts))
    return "".join(f" 'sha256-{digest}'" for digest in digests)
