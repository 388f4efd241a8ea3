"""nginx in front of a portal, with the files that an operator uses."""

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.support.ports import free_port
from tests.support.processes import gone
from tests.support.waiting import eventually
from tests.support.wire import Answer

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "deploy" / "nginx.conf"
APPLICATION = ROOT / "deploy" / "auth-request.conf"
CERTIFICATE = Path(__file__).with_name("selfsigned.pem")
UNPACKED = ROOT / ".local" / "nginx"
"""Where `make test` unpacks Debian's package when the machine has no nginx."""
MAIN = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx; browsers reach it under `name` when they map both ports."""

    name: str
    https: int
    http: int
    folder: Path

    @property
    def access_log(self) -> str:
        """What it has logged of requests."""
        return (self.folder / "access.log").read_text("utf-8")

    @property
    def error_log(self) -> str:
        """What it has logged of faults."""
        return (self.folder / "error.log").read_text("utf-8")

    def request(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """One request over TLS, a post when there is a form; redirects are not followed.

        The name of a header in small letters has hyphens for its underscores.
        """
        trusted = ssl.create_default_context(cafile=CERTIFICATE)
        trusted.check_hostname = False
        return self._answer(HTTPSConnection("127.0.0.1", self.https, timeout=30, context=trusted), path, form, headers)

    def request_without_tls(self, path: str) -> Answer:
        """One request over plain HTTP."""
        return self._answer(HTTPConnection("127.0.0.1", self.http, timeout=30), path, None, {})

    def _answer(
        self, connection: HTTPConnection, path: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> Answer:
        sent = {"host": self.name, "content-type": "application/x-www-form-urlencoded"}
        sent |= {name.replace("_", "-") if name.islower() else name: value for name, value in headers.items()}
        with closing(connection):
            connection.request("POST" if form else "GET", path, urlencode(form) if form else None, sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode("utf-8", "replace"))


def program() -> str | None:
    """The nginx of this machine, or the one that was unpacked; `None` without either."""
    # Debian's is where only root's PATH leads.
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", f"{UNPACKED}/usr/sbin"])
    return shutil.which("nginx", path=places)


@contextmanager
def running(
    folder: Path, upstream: int, name: str, application: int = 0, changed: Mapping[str, str] | None = None
) -> Iterator[Nginx]:
    """An nginx for the host `name` in front of the portal on the port `upstream`, until the block ends.

    Where `application` is a port, another application is behind the sign-in. `changed` has the mistakes of an operator:
    texts of the file, and what stands there instead.
    """
    command = program()
    assert command, "nginx is missing. Type: sudo apt-get install nginx"
    nginx = Nginx(name, free_port(), free_port(), folder)
    (folder / "site.conf").write_text(_site(nginx, upstream, changed or {}), "utf-8")
    if application:
        _include(folder, application)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=_user()), "utf-8")
    process = subprocess.Popen(
        [command, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], start_new_session=True
    )
    try:
        _wait(nginx, process)
        yield nginx
    finally:
        process.terminate()
        process.wait(10)
        gone(process.pid)


def _site(nginx: Nginx, upstream: int, changed: Mapping[str, str]) -> str:
    """The operator's file with this machine's ports and folders."""
    return _replaced(
        SITE,
        *changed.items(),
        ("listen [::]:80;", ""),
        ("listen [::]:443 ssl http2;", ""),
        ("listen 80;", f"listen 127.0.0.1:{nginx.http};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{nginx.https} ssl"),
        ("/etc/ssl/certs/portal.example.gov.pem", str(CERTIFICATE)),
        ("/etc/ssl/private/portal.example.gov.key", str(CERTIFICATE)),
        ("portal.example.gov", nginx.name),
        ("127.0.0.1:3000", f"127.0.0.1:{upstream}"),
        ("/var/log/nginx/cers.log", f"{nginx.folder}/access.log"),
    )


def _include(folder: Path, application: int) -> None:
    """The operator's second file, which the first one then includes."""
    file, site = folder / "application.conf", folder / "site.conf"
    file.write_text(_replaced(APPLICATION, ("127.0.0.1:8080", f"127.0.0.1:{application}")), "utf-8")
    site.write_text(_replaced(site, ("# include /etc/nginx/cers-application.conf;", f"include {file};")), "utf-8")


def _replaced(file: Path, *pairs: tuple[str, str]) -> str:
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert old in text, f"{file.name} no longer contains {old}"
        text = text.replace(old, new)
    return text


def _user() -> str:
    """Started by root it would change to a user who may not enter the folder of the test."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};"


def _wait(nginx: Nginx, process: subprocess.Popen[bytes]) -> None:
    """Until it takes connections; a process that has ended never will."""
    eventually(lambda: process.poll() is not None or _listens(nginx.https), "nginx takes no connections", 0.02)
    assert process.poll() is None, f"nginx did not start:\n{nginx.error_log}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
