"""Changes of the generated front end. Each stops the build when the text it changes is gone, as after an upgrade.

With hot reload Vite serves the pages on the portal's port, so it must know the server's own routes and the cookie.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import reflex as rx
from starlette.routing import Route

from cers_app.settings import settings
from cers_app.web import cookies
from cers_app.web.cookies import BROWSER, BROWSER_SECONDS
from cers_app.words import common

CONFIG = "vite.config.js"
PORT_LINE = "port: process.env.PORT,"
LAST_EXPORT = "export default function App() {"
FIRST_PLUGIN = "alwaysUseReactDomServerNode(),"
THE_OTHER_WAY = """const { opts, engine } = socket.current.io;
    opts.transports = [engine.transport.name === "polling" ? "websocket" : "polling"];"""
CONNECT_MS = 3_000
"""How long the page waits for a connection before it tries the other way."""


def replacing(old: str, new: str) -> Callable[[str], str]:
    """A change of Vite's configuration that fails when the text to replace is gone."""

    def task(text: str) -> str:
        if old not in text:
            msg = f"the generated {CONFIG} no longer contains {old!r}"
            raise ValueError(msg)
        return text.replace(old, new, 1)

    return task


def proxy_rules(routes: Iterable[Route], backend: str) -> str:
    """Vite's rules that pass the server's own routes on to it. A page may have the address of its form's post."""
    rules = {
        route.path_regex.pattern.replace("(?P<", "(?<"): {"target": backend, "methods": sorted(route.methods or ())}
        for route in routes
    }
    return ", ".join(
        f"{json.dumps(pattern)}: {{ target: {json.dumps(rule['target'])}, bypass: (request) =>"
        f" ({json.dumps(rule['methods'])}.includes(request.method) ? undefined : request.url) }}"
        for pattern, rule in rules.items()
    )


class ServerRoutes(rx.plugins.Plugin):
    """Passes the server's own routes from Vite's port on to the backend's."""

    def __init__(self, routes: Callable[[], Iterable[Route]]) -> None:
        """`routes` gives them once the app is there."""
        self._routes = routes

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Add the proxy rules."""
        rules = proxy_rules(self._routes(), f"http://127.0.0.1:{rx.config.get_config().backend_port}")
        context["add_modify_task"](CONFIG, replacing(PORT_LINE, f"{PORT_LINE}\n    proxy: {{ {rules} }},"))


class BrowserCookie(rx.plugins.Plugin):
    """Sets the browser cookie on Vite's pages, as the server does on its own, and keeps Vite on our address."""

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Add a middleware to Vite's server."""
        name = cookies.name(BROWSER)
        middleware = f"""{{
      name: "browser-cookie",
      // The framework starts Vite for every interface; this is a developer's own machine.
      config: () => ({{ server: {{ host: "{settings().bind}" }} }}),
      configureServer(server) {{
        server.middlewares.use((request, response, next) => {{
          const wantsPage = (request.headers.accept ?? "").includes("text/html");
          if (wantsPage && !(request.headers.cookie ?? "").includes("{name}=")) {{
            const value = globalThis.Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
            const flags = "HttpOnly; Max-Age={BROWSER_SECONDS}; Path=/; SameSite=Lax";
            response.setHeader("Set-Cookie", `{name}=${{value}}; ${{flags}}`);
          }}
          next();
        }});
      }},
    }},"""
        context["add_modify_task"](CONFIG, replacing(FIRST_PLUGIN, f"{middleware}\n    {FIRST_PLUGIN}"))


class Connection(rx.plugins.Plugin):
    """The page connects to where it came from, by polling where no WebSocket gets through.

    Built pages know no port, and serve every portal: the framework would build in the port, and drop it behind https.
    Name and port are set one by one: setting `host` to an address without a port keeps the port that was built in
    (WHATWG URL standard). After each attempt that failed, or was not answered in time, the page tries the other way.
    """

    CHANGES = (
        (
            "endpoint.hostname = frontend_hostname;",
            "endpoint.hostname = window.location.hostname; endpoint.port = window.location.port;",
        ),
        ('endpoint.port = "";', ""),
        ("reconnection: false,", f"reconnection: false, timeout: {CONNECT_MS},"),
        (
            "failed_attempts = Math.min(failed_attempts + 1, 10);",
            f"failed_attempts = Math.min(failed_attempts + 1, 10); {THE_OTHER_WAY}",
        ),
    )

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Add a change of the framework's own script to the build; hot reload has two ports and keeps them."""
        changes = "\n".join(
            f"""        if (!code.includes({json.dumps(old)})) this.error("state.js has changed: {name}");
        code = code.replace({json.dumps(old)}, {json.dumps(new)});"""
            for name, (old, new) in enumerate(self.CHANGES)
        )
        plugin = f"""{{
      name: "connection",
      apply: "build",
      transform(code, id) {{
        if (!id.endsWith("/utils/state.js")) return;
{changes}
        return {{ code, map: null }};
      }},
    }},"""
        context["add_modify_task"](CONFIG, replacing(FIRST_PLUGIN, f"{plugin}\n    {FIRST_PLUGIN}"))


class OwnStyleSheet(rx.plugins.Plugin):
    """Leaves out the framework's style sheet: the portal's own stands in the head and needs no round trip."""

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Remove its link and its import."""

        def task(text: str) -> str:
            text, links = re.subn(r'jsx\("link",\{[^{}]*reflexGlobalStyles[^{}]*\},?\),?', "", text)
            text, imports = re.subn(r"^import reflexGlobalStyles .*\n", "", text, flags=re.MULTILINE)
            if not links or imports != 1:
                msg = "the generated document no longer links the framework's style sheet as it did"
                raise ValueError(msg)
            return text

        context["add_modify_task"]("app/_document.js", task)


class OwnErrorPage(rx.plugins.Plugin):
    """What stands there when a script of a page has failed: plain words, and nothing of what the script said."""

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Give the root route an error boundary of ours."""
        before, after = common.STOPPED_WORDS.split("{support}")
        address = settings().support_email
        mail = f'jsx("a", {{href: {json.dumps("mailto:" + address)}}}, {json.dumps(address)})'
        back = f'jsx("a", {{href: "/sign-in/", className: "button primary"}}, {json.dumps(common.SIGN_IN)})'
        page = f"""
export function ErrorBoundary() {{
  if (typeof document !== "undefined") setTimeout(globalThis.typed.beginAgain);
  return jsx("div", {{className: "shell"}}, jsx("div", {{className: "columns"}},
    jsx("main", {{className: "card", "data-state": "stopped"}},
      jsx("h1", {{}}, {json.dumps(common.STOPPED)}),
      jsx("p", {{}}, {json.dumps(before)}, {mail}, {json.dumps(after)}),
      {back})));
}}
"""
        context["add_modify_task"]("app/root.jsx", replacing(LAST_EXPORT, f"{page}\n{LAST_EXPORT}"))
