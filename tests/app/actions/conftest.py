"""Fixtures of the dialogue: the sample packs, and a way to say one thing."""

from tests.support.dialogue import base, say

__all__ = ["base", "say"]
