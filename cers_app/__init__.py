"""The CERS Business Portal. The version stands here and nowhere else in the code."""

__version__ = "1.0.0"
