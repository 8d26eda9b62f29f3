"""The process of a guide as a picture: steps → boxes and arrows → SVG."""

from knowledge.flow.layout import Chart, lay_out
from knowledge.flow.steps import FEWEST_STEPS, has_flow, steps_of
from knowledge.flow.svg import FONT, draw

__all__ = ["FEWEST_STEPS", "FONT", "Chart", "draw", "has_flow", "lay_out", "steps_of"]
