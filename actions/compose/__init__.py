"""Outcome → the payload a channel shows: text, options, sources, and why (provenance)."""

from actions.compose.payload import Payload, compose

__all__ = ["Payload", "compose"]
