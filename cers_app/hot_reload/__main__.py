"""`python -m cers_app.hot_reload` is Reflex's command line, with the portal's larger libraries already loaded.

This process watches the sources. After each change, it starts a new serving process as its fork. The fork then loads
only the portal itself, which takes half the time.
"""

from importlib import import_module

LIBRARIES = ("alembic.command", "jinja2", "limits", "prometheus_client", "sqlmodel", "ua_parser", "zxcvbn")

if __name__ == "__main__":
    for library in LIBRARIES:
        import_module(library)
    import_module("reflex.reflex").cli()
