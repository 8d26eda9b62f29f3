"""Training the small embedding model: a sentence-transformers StaticEmbedding over character n-grams."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from knowledge.base import KnowledgeBase
from knowledge.progress import Progress, silent
from knowledge.search.examples import ExampleMaker
from knowledge.search.names import names_of
from knowledge.search.ngrams import tokenizer_of
from knowledge.search.pinyin import Sounds
from knowledge.search.synonyms import common_synonyms
from knowledge.settings import KnowledgeSettings
from knowledge.text import compact, fold, grams


@dataclass(frozen=True)
class TrainingPlan:
    """How long and how large. The defaults train a few hundred items in under a minute."""

    steps: int = 800
    batch: int = 192
    dimension: int = 128
    vocabulary: int = 24_000
    learning_rate: float = 0.02
    scale: float = 20.0


def train_embedding(
    base: KnowledgeBase,
    settings: KnowledgeSettings,
    progress: Progress = silent,
    plan: TrainingPlan | None = None,
) -> Path:
    """Train on the names of the base's items and save the model to `settings.embedding_dir`.

    The same base, seed and plan give the same model. Returns its folder, replaced as a whole. BaseEmpty
    when there are no items.
    """
    base.require_items()
    plan = plan or TrainingPlan()
    started = time.monotonic()
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    random = Random(settings.seed)
    keywords = {
        item.id: [k for word in item.keywords if (k := compact(word))] for item in base.items.values()
    }
    maker = ExampleMaker.of(names_of(base), keywords, common_synonyms(), Sounds.from_dictionary())
    batches = list(maker.batches(plan.batch, plan.steps, random))
    vocabulary = _vocabulary([text for batch in batches for pair in batch for text in pair], plan.vocabulary)
    threads = torch.get_num_threads()
    torch.set_num_threads(settings.torch_threads)
    try:
        torch.manual_seed(settings.seed)
        embedding = StaticEmbedding(tokenizer_of(vocabulary), embedding_dim=plan.dimension)
        model = SentenceTransformer(modules=[embedding], device="cpu")
        loss = MultipleNegativesRankingLoss(model, scale=plan.scale)
        optimizer = torch.optim.Adam(model.parameters(), lr=plan.learning_rate)
        for step, batch in enumerate(batches):
            for group in optimizer.param_groups:
                group["lr"] = plan.learning_rate * (1 - step / plan.steps)
            features = [model.preprocess(list(side)) for side in zip(*batch, strict=True)]
            value = loss(features, None)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            if step % 100 == 99 or step + 1 == plan.steps:
                progress(f"embedding: step {step + 1} of {plan.steps}, loss {value.item():.3f}")
        with torch.no_grad():
            embedding.embedding.weight[0] = 0.0  # what was never seen says nothing
    finally:
        torch.set_num_threads(threads)
    folder = settings.embedding_dir
    fresh = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(fresh), create_model_card=False)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.replace(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    progress(
        f"embedding: {len(vocabulary)} n-grams, {plan.dimension} dimensions, {size / 1e6:.1f} MB, "
        f"{time.monotonic() - started:.0f} s → {folder}"
    )
    return folder


def _vocabulary(texts: Sequence[str], most: int) -> list[str]:
    """The n-grams that occur twice or more, the most frequent first, ties in their own order."""
    counts = Counter(gram for text in texts for gram in grams(fold(text)))
    kept = [(-count, gram) for gram, count in counts.items() if count > 1]
    return [gram for _, gram in sorted(kept)[:most]]
