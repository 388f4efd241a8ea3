"""`make sbom`: what the portal is made of, as CycloneDX, from the two lock files alone; no network.

`npm sbom` refuses Reflex's lock file, because of a peer dependency that Reflex overrides; so both come from here.
"""

import base64
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tests.support.portal import ROOT

FOLDER = ROOT / ".local/sbom"
PINNED = re.compile(r"^([\w.-]+)(?:\[\w+\])?==([^\s;]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
ALGORITHMS = {"sha512": HashAlgorithm.SHA_512, "sha384": HashAlgorithm.SHA_384, "sha256": HashAlgorithm.SHA_256}


def python_parts(requirements: str) -> list[Component]:
    """The pinned requirements, each with the SHA-256 of every file that may be installed for it."""
    found = [*PINNED.finditer(requirements)]
    ends = [*(match.start() for match in found[1:]), len(requirements)]
    return [
        _component(
            PackageURL("pypi", name=match[1].lower(), version=match[2]),
            [
                HashType(alg=HashAlgorithm.SHA_256, content=digest)
                for digest in HASH.findall(requirements[match.end() : end])
            ],
        )
        for match, end in zip(found, ends, strict=True)
    ]


def front_end_parts(lock: str) -> list[Component]:
    """The packages of npm's lock file, with the hash by which npm checks what it gets."""
    packages: dict[str, dict[str, Any]] = json.loads(lock)["packages"]
    parts = {}
    for path, facts in packages.items():
        if path:
            space, _, name = (facts.get("name") or path.rpartition("node_modules/")[2]).rpartition("/")
            url = PackageURL("npm", namespace=space or None, name=name, version=facts["version"])
            parts[str(url)] = _component(url, _integrity(facts.get("integrity", "")))
    return [*parts.values()]


def _integrity(words: str) -> list[HashType]:
    pairs = [word.partition("-") for word in words.split()]
    return [HashType(alg=ALGORITHMS[name], content=base64.b64decode(digest).hex()) for name, _, digest in pairs]


def _component(url: PackageURL, hashes: Iterable[HashType]) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=url.name,
        group=url.namespace,
        version=url.version,
        purl=url,
        bom_ref=str(url),
        hashes=hashes,
    )


def write(folder: Path) -> list[Path]:
    """Write both files, and give their paths."""
    parts = {
        "python": python_parts((ROOT / "requirements.txt").read_text("utf-8")),
        "front-end": front_end_parts((ROOT / "reflex.lock/package-lock.json").read_text("utf-8")),
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, components in parts.items():
        portal = Component(type=ComponentType.APPLICATION, name=f"cers-business-portal-{name}", bom_ref=name)
        bom = Bom(components=components)
        bom.metadata.component = portal
        bom.register_dependency(portal, components)
        paths.append(folder / f"{name}.cdx.json")
        paths[-1].write_text(JsonV1Dot6(bom).output_as_string(indent=2) + "\n", "utf-8")
    return paths


if __name__ == "__main__":
    for written in write(FOLDER):
        sys.stdout.write(f"{written.relative_to(ROOT)}\n")
