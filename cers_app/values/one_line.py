"""Says what went wrong in one line."""


def in_one_line(broken: Exception) -> str:
    """The driver's message in one line, without the statement and the link that SQLAlchemy adds."""
    lines = str(getattr(broken, "orig", None) or broken).splitlines()
    return lines[0] if lines else type(broken).__name__
