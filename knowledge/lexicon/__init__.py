"""How people speak of matters, by national concept: read, linked to items, and added to what is searched."""

from knowledge.lexicon.concept import Concept, LexiconInvalid, read_concepts
from knowledge.lexicon.link import Link, LinkReason, link_items
from knowledge.lexicon.merge import with_lexicon

__all__ = ["Concept", "LexiconInvalid", "Link", "LinkReason", "link_items", "read_concepts", "with_lexicon"]
