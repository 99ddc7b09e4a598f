"""test/check/api.py - what the public headers declare: tools/headers.py, for the tests."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'tools'))

from headers import *  # noqa: E402,F403  (the path comes first)
from headers import COMMENT, DECLARATION, NAME  # noqa: E402,F401
