"""The content security policy names what the build wrote, and nothing else."""

import base64
import hashlib
from pathlib import Path

from cers_app.ui import theme
from cers_app.web import policy

PAGE = """<html><head><style>p { color: red }</style><script>first()</script><script src="/assets/app.js"></script>
<script type="module" async="">second()
third()</script></head></html>"""


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def rules(text: str) -> dict[str, set[str]]:
    return {rule.split()[0]: set(rule.split()[1:]) for rule in text.split("; ")}


def test_the_inline_scripts_of_the_build_run_and_no_other() -> None:
    found = rules(policy.policy(PAGE, "p { color: red }"))

    assert found["script-src"] == {"'self'", hashed("first()"), hashed("second()\nthird()")}
    assert found["style-src"] == {"'self'", hashed("p { color: red }")}
    assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == found["object-src"] == {"'none'"}
    assert found["form-action"] == found["connect-src"] == found["img-src"] == {"'self'"}
    assert not [word for words in found.values() for word in words if "unsafe" in word or "*" in word or ":" in word]


def test_a_form_may_lead_to_one_other_origin_if_the_operator_names_it(tmp_path: Path) -> None:
    usual, other = (rules(policy.policy(PAGE, "p {}", origin)) for origin in ("", "https://cers.example.com"))

    assert other.pop("form-action") == {"'self'", "https://cers.example.com"}
    assert usual.pop("form-action") == {"'self'"}
    assert other == usual
    found = rules(policy.of_built_page(tmp_path, "/help/", "https://cers.example.com"))
    assert found["form-action"] == {"'self'", "https://cers.example.com"}
    assert rules(policy.of_plain_page("p {}"))["form-action"] == {"'self'"}


def test_each_page_runs_its_own_scripts_and_no_other_page_s(tmp_path: Path) -> None:
    for name in ("index", "help/index", "help"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.html").write_text(f"<script>of('{name}')</script>")

    found = {
        address: rules(policy.of_built_page(tmp_path, address))
        for address in ("/", "/help/", "/help/index.html", "//help/./", "/index.html", "/help.html", "/nowhere/", "")
    }

    assert {address: each["script-src"] for address, each in found.items()} == {
        "/": {"'self'", hashed("of('index')")},
        "/help/": {"'self'", hashed("of('help/index')")},
        "/help/index.html": {"'self'", hashed("of('help/index')")},
        "//help/./": {"'self'", hashed("of('help/index')")},
        "/index.html": {"'self'", hashed("of('index')")},
        "/help.html": {"'self'", hashed("of('help')")},
        "/nowhere/": {"'self'"},
        "": {"'self'"},
    }
    assert {frozenset(each["style-src"]) for each in found.values()} == {frozenset({"'self'", hashed(theme.sheet())})}


def test_a_page_of_the_server_runs_no_script_at_all() -> None:
    found = rules(policy.of_plain_page("p {}"))

    assert found["script-src"] == {"'none'"}
    assert found["style-src"] == {hashed("p {}")}
