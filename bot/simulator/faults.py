"""What goes wrong on the platform's side, by switch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Everything off means a good day."""

    busy: int = 0
    """So many of the next API calls are answered with -1."""
    token_delay_s: float = 0.0
    """A token takes so long to come."""
    api_delay_s: float = 0.0
    """Every other call takes so long."""
    token_life_s: float = 7200.0
    """A new token lives so long."""
    same_nonce: bool = False
    """A repeated delivery repeats signature and nonce byte by byte instead of being signed anew.
    Which of the two the platform does is not documented."""
    double: bool = False
    """Every message is delivered twice, although the first delivery is answered."""


LIMITS = {"busy": 1000, "token_delay_s": 30.0, "api_delay_s": 30.0, "token_life_s": 7200.0}
"""The largest value of each number the page may set."""


def changed(faults: Faults, wanted: dict[str, object]) -> Faults:
    """The faults with some of them switched; ValueError says what cannot be."""
    values: dict[str, object] = {}
    for name, value in wanted.items():
        if name in ("same_nonce", "double"):
            if not isinstance(value, bool):
                raise ValueError(f"{name}: true or false")
        elif name not in LIMITS:
            raise ValueError(f"{name}: no such fault")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LIMITS[name]:
            raise ValueError(f"{name}: a number from 0 to {LIMITS[name]:g}")
        elif name == "busy":
            value = int(value)
        elif name == "token_life_s" and value < 1:
            raise ValueError(f"{name}: a number from 1 to {LIMITS[name]:g}")
        values[name] = value
    return Faults(**{**{key: getattr(faults, key) for key in Faults.__slots__}, **values})
