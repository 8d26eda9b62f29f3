"""The where engine: which guide answers, where it can be handled, and which region is worth asking."""

from knowledge.where.choose import choose_guide
from knowledge.where.engine import where
from knowledge.where.missing import missing_regions
from knowledge.where.option import GuideChoice, Side, WhereOption

__all__ = ["GuideChoice", "Side", "WhereOption", "choose_guide", "missing_regions", "where"]
