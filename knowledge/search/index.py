"""Building an index from a knowledge base, and opening one."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import faiss
import orjson

from knowledge.base import KnowledgeBase
from knowledge.progress import Progress, silent
from knowledge.regions.reading import read_regions
from knowledge.search import artifact
from knowledge.search.artifact import Texts
from knowledge.search.calibrate import KEPT, REFUSED, WRONG_ANSWERS, Calibration, calibrate
from knowledge.search.dense import EXACT_UNTIL, DenseIndex, DenseSettings
from knowledge.search.embedding import Embedder, open_embedder
from knowledge.search.engine import Engine
from knowledge.search.examples import ExampleMaker, common_frames
from knowledge.search.fuse import HIT_FEATURES, QUESTION_FEATURES, common_weights
from knowledge.search.judged import judged_questions, out_of_scope, written_questions
from knowledge.search.learned import Learned, LearnedIndex
from knowledge.search.lexical import ForeignIndex, LexicalIndex, SoundIndex
from knowledge.search.names import Name, NameKind, bodies_of, names_of
from knowledge.search.needle import needle_of
from knowledge.search.pinyin import Sounds
from knowledge.search.searcher import Searcher
from knowledge.search.synonyms import Synonyms, common_synonyms
from knowledge.search.tfidf import TfidfIndex, Wording
from knowledge.settings import KnowledgeSettings
from knowledge.text import compact, fold, readable, simplified


def build_index(
    base: KnowledgeBase,
    out_root: Path,
    settings: KnowledgeSettings,
    progress: Progress = silent,
    learned: Sequence[Learned] = (),
) -> Path:
    """Write an index of the base, with the wordings that were `learned`, to `<out_root>/<digest12>/` and make it the
    current one. Wordings of items that are not in the base are left out.

    An index of the same content, model and settings is not built again. ModelMissing when the model
    of the settings is not on this machine (`train_embedding` makes the small one); BaseEmpty when the
    base has no items.
    """
    base.require_items()
    started = time.monotonic()
    # One question at a time: more threads only wait for each other.
    faiss.omp_set_num_threads(settings.torch_threads)
    embedder = open_embedder(settings)
    kept = [
        (one.item_id, needle)
        for one in learned
        if (needle := _needle(one.phrase, base)) and one.item_id in base.items
    ]
    digest = _digest(base, embedder, settings, kept)
    folder = out_root / digest[:12]
    if not (folder / artifact.META).is_file():
        fresh = out_root / f".building-{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            _write(base, embedder, settings, digest, fresh, progress, kept)
            fresh.replace(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    artifact.swap(out_root, folder)
    progress(f"index: {len(base.items)} items, {time.monotonic() - started:.1f} s → {folder}")
    return folder


def open_index(root: Path, settings: KnowledgeSettings) -> Searcher:
    """The current index under `root`, ready to search.

    IndexMissing when there is none; IndexMismatch when it was made by another format or other settings
    or its files do not belong together; ModelMissing when its model is not on this machine.
    """
    faiss.omp_set_num_threads(settings.torch_threads)
    folder = artifact.current(root)
    meta = artifact.read_json(folder / artifact.META)
    artifact.check(meta, settings, folder)
    base = KnowledgeBase.open(folder / artifact.BASE)
    artifact.expect("content digest", meta["content_digest"], base.digest(), folder)
    embedder = open_embedder(settings, folder / artifact.MODEL)
    artifact.expect("model digest", meta["model_digest"], embedder.digest, folder)
    texts = artifact.read_texts(folder / artifact.TEXTS)
    dense = DenseIndex.read(folder / artifact.VECTORS)
    artifact.expect("number of vectors", len(texts.names), len(dense), folder)
    arrays = artifact.read_arrays(folder / artifact.WORDING, TfidfIndex.ARRAYS)
    artifact.expect("number of items", len(texts.item_ids), int(arrays["rows"].max(initial=-1)) + 1, folder)
    wording = TfidfIndex(len(texts.item_ids), **arrays)
    sounds = Sounds(artifact.read_json(folder / artifact.SOUNDS))
    try:
        calibration = Calibration.from_json(artifact.read_json(folder / artifact.CALIBRATION))
    except (KeyError, TypeError, ValueError) as error:
        artifact.expect("calibration", "of this program", repr(error), folder)
        raise
    return Searcher(base, meta, _engine(texts, sounds, dense, embedder, wording), calibration)


def _write(
    base: KnowledgeBase,
    embedder: Embedder,
    settings: KnowledgeSettings,
    digest: str,
    folder: Path,
    progress: Progress,
    learned: list[tuple[str, str]],
) -> None:
    item_ids = list(base.items)
    names = names_of(base)
    texts = Texts(
        item_ids=item_ids,
        names=[(name.item_id, name.text, name.kind.value) for name in names],
        keywords=[fold(" ".join(base.item(item_id).keywords)) for item_id in item_ids],
        bodies=bodies_of(base, item_ids),
        foreign=list(out_of_scope()),
        synonyms={word: list(terms) for word, terms in common_synonyms().words.items()},
        learned=learned,
    )
    progress(f"index: {len(names)} names of {len(item_ids)} items, {base.guide_count()} guides")
    dense = DenseIndex.of(embedder.titles([simplified(name.text) for name in names]))
    sounds = Sounds.from_dictionary()
    engine = _engine(texts, sounds, dense, embedder)
    keywords = {i: [compact(k) for k in base.item(i).keywords if compact(k)] for i in item_ids}
    maker = ExampleMaker.of(names, keywords, common_synonyms(), sounds)
    # The decision is fitted without what was learned: it must hold for what nobody taught.
    untaught = replace(engine, learned=LearnedIndex())
    judged = judged_questions(untaught, maker, Random(settings.seed), lambda text: _needle(text, base))
    calibration = calibrate(judged)
    progress("index: decision fitted, " + ", ".join(f"{k} {v:.3g}" for k, v in calibration.measured.items()))
    base.save(folder / artifact.BASE)
    dense.write(folder / artifact.VECTORS)
    artifact.write_arrays(folder / artifact.WORDING, engine.wording.index.arrays)
    artifact.write_json(folder / artifact.TEXTS, asdict(texts))
    artifact.write_json(folder / artifact.SOUNDS, sounds.table)
    artifact.write_json(folder / artifact.CALIBRATION, calibration.to_json())
    if not settings.embedding_model:
        shutil.copytree(settings.embedding_dir, folder / artifact.MODEL)
    meta: dict[str, Any] = {
        "format": artifact.FORMAT,
        "digest": digest,
        "content_digest": base.digest(),
        "model_digest": embedder.digest,
        "settings": artifact.settings_that_matter(settings),
        "dimension": dense.dimension,
        "vectors": dense.settings.to_json(),
        "counts": {
            "items": len(item_ids),
            "names": len(names),
            "guides": base.guide_count(),
            "learned": len(learned),
        },
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    artifact.write_json(folder / artifact.META, meta)


def _engine(
    texts: Texts, sounds: Sounds, dense: DenseIndex, embedder: Embedder, wording: TfidfIndex | None = None
) -> Engine:
    names = [_name(item_id, text, NameKind(kind)) for item_id, text, kind in texts.names]
    lexical = LexicalIndex(texts.item_ids, names, texts.keywords, texts.bodies)
    return Engine(
        lexical=lexical,
        sound=SoundIndex(sounds, lexical),
        foreign=ForeignIndex(texts.foreign),
        dense=dense,
        wording=Wording(wording, lexical, texts.keywords) if wording else Wording.of(lexical, texts.keywords),
        embedder=embedder,
        expander=Synonyms(texts.synonyms),
        weights=common_weights(),
        learned=LearnedIndex((needle, texts.item_ids.index(item_id)) for item_id, needle in texts.learned),
    )


def _needle(text: str, base: KnowledgeBase) -> str:
    """What of a whole message is searched for."""
    return needle_of(read_regions(readable(text), base.gazetteer).text_without_regions)


def _name(item_id: str, text: str, kind: NameKind) -> Name:
    """One name; most are folded already and an item has many, so equal texts are kept once."""
    folded = fold(text)
    return Name(sys.intern(item_id), text, text if folded == text else folded, kind)


def _digest(
    base: KnowledgeBase, embedder: Embedder, settings: KnowledgeSettings, learned: list[tuple[str, str]]
) -> str:
    """Over everything an index is made from: equal inputs make one index."""
    made_from = {
        "format": artifact.FORMAT,
        "content": base.digest(),
        "model": embedder.digest,
        "settings": artifact.settings_that_matter(settings),
        "seed": settings.seed,
        "words": [common_synonyms().words, asdict(common_frames()), out_of_scope(), written_questions()],
        "weights": asdict(common_weights()),
        "features": [HIT_FEATURES, QUESTION_FEATURES],
        "policy": [WRONG_ANSWERS, REFUSED, KEPT],
        "vectors": [EXACT_UNTIL, DenseSettings.for_size(EXACT_UNTIL + 1).to_json()],
    }
    if learned:
        made_from["learned"] = learned
    return hashlib.sha256(orjson.dumps(made_from, option=orjson.OPT_SORT_KEYS)).hexdigest()
