"""Tests: unit (in the shape of the source), app (through a client), stack (the real running processes)."""
