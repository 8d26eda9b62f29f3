"""Finding the item a message is about. Region words, greetings and the aspect are set aside first."""

from knowledge.search.decide import Decision, Hit
from knowledge.search.index import build_index, open_index
from knowledge.search.live import LiveIndex
from knowledge.search.needle import needle_of
from knowledge.search.searcher import Searcher, SearchResult
from knowledge.search.train import TrainingPlan, train_embedding

__all__ = [
    "Decision",
    "Hit",
    "LiveIndex",
    "SearchResult",
    "Searcher",
    "TrainingPlan",
    "build_index",
    "needle_of",
    "open_index",
    "train_embedding",
]
