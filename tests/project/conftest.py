"""What these tests look at is read in test mode, which needs no settings."""

import os

os.environ.setdefault("CERS_MODE", "test")
