"""Regions: the gazetteer (what lies where) and the reading of places in a message."""

from knowledge.regions.gazetteer import Gazetteer, Relation
from knowledge.regions.reading import RegionMention, RegionReading, read_regions

__all__ = ["Gazetteer", "RegionMention", "RegionReading", "Relation", "read_regions"]
