"""Embedding models: the small static one trained here, or any other sentence-transformers model.

A model made only of a StaticEmbedding is a table of token vectors, so it is read with numpy and the
tokenizer alone; torch (some 400 MB of memory and seconds of start) is loaded only for other models.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.errors import ModelMissing
from knowledge.settings import KnowledgeSettings

Matrix = npt.NDArray[np.float32]

_STATIC_FILES = ("modules.json", "tokenizer.json", "model.safetensors")
_WHOLE_FILE_BYTES = 64 << 20


class Embedder(Protocol):
    """Turns texts into one row of numbers each."""

    @property
    def digest(self) -> str:
        """Changes whenever the vectors could."""
        ...

    def titles(self, texts: Sequence[str]) -> Matrix:
        """Vectors of what is searched."""
        ...

    def questions(self, texts: Sequence[str]) -> Matrix:
        """Vectors of what is asked; the settings' query prompt is put before each text."""
        ...


@dataclass(frozen=True)
class EmbeddingOptions:
    """The settings that change vectors, kept with an index."""

    query_prompt: str = ""
    normalize: bool = True
    dimension: int = 0
    """Numbers kept of every vector; 0: all."""

    @classmethod
    def of(cls, settings: KnowledgeSettings) -> EmbeddingOptions:
        return cls(
            settings.embedding_query_prompt, settings.embedding_normalize, settings.embedding_dimension
        )


class StaticEmbedder:
    """A saved StaticEmbedding: the mean of its tokens' vectors."""

    def __init__(self, folder: Path, options: EmbeddingOptions) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        table: Matrix = load_file(folder / "model.safetensors")["embedding.weight"]
        self._table = np.ascontiguousarray(table[:, : options.dimension or None], dtype=np.float32)
        self._options = options
        self.digest = folder_digest(folder, _STATIC_FILES)

    @staticmethod
    def reads(folder: Path) -> bool:
        """Whether the folder holds a model of this kind."""
        if not all((folder / name).is_file() for name in _STATIC_FILES):
            return False
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return [str(module["type"]).rsplit(".", 1)[-1] for module in modules] == ["StaticEmbedding"]

    def titles(self, texts: Sequence[str]) -> Matrix:
        rows = [
            encoding.ids for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]
        vectors = np.zeros((len(rows), self._table.shape[1]), dtype=np.float32)
        for place, ids in enumerate(rows):
            if ids:
                vectors[place] = self._table[ids].mean(axis=0)
        return unit(vectors) if self._options.normalize else vectors

    def questions(self, texts: Sequence[str]) -> Matrix:
        return self.titles([self._options.query_prompt + text for text in texts])


class TorchEmbedder:
    """Any model sentence-transformers can load from this machine, on the CPU."""

    def __init__(self, name: str, settings: KnowledgeSettings) -> None:
        # Read by the hub client when it is imported: nothing is ever looked up on the network.
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(settings.torch_threads)
        folder = _local_folder(name)
        if settings.embedding_backend == "onnx":
            _expect_onnx(name)
        try:
            self._model = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                backend=settings.embedding_backend,
                truncate_dim=settings.embedding_dimension or None,
            )
        except (OSError, ValueError, KeyError) as error:
            raise _missing(name, f"it cannot be loaded: {error}") from None
        self._options = EmbeddingOptions.of(settings)
        self._batch = settings.embedding_batch
        self.digest = folder_digest(folder)

    def titles(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, "")

    def questions(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, self._options.query_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> Matrix:
        vectors: Any = self._model.encode(
            list(texts),
            prompt=prompt or None,
            batch_size=self._batch,
            show_progress_bar=False,
            normalize_embeddings=self._options.normalize,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)


def open_embedder(settings: KnowledgeSettings, folder: Path | None = None) -> Embedder:
    """The model the settings name; `folder` is where to find the one trained here when they name none.

    ModelMissing when there is no such model on this machine.
    """
    if not settings.embedding_model:
        place = folder or settings.embedding_dir
        if not StaticEmbedder.reads(place):
            raise ModelMissing(
                f"The search model has not been trained yet: {place} holds none.",
                mend="Run `bangban train`, or name another model in BANGBAN_EMBEDDING_MODEL.",
            )
        return StaticEmbedder(place, EmbeddingOptions.of(settings))
    if StaticEmbedder.reads(Path(settings.embedding_model)):
        return StaticEmbedder(Path(settings.embedding_model), EmbeddingOptions.of(settings))
    return TorchEmbedder(settings.embedding_model, settings)


def unit(vectors: Matrix) -> Matrix:
    """Rows scaled to length one; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def folder_digest(folder: Path, names: Sequence[str] | None = None) -> str:
    """SHA-256 over the files of a folder. Of a file over 64 MB, its size and its first and last
    megabyte stand for the whole."""
    total = hashlib.sha256()
    paths = [folder / n for n in names] if names else sorted(p for p in folder.rglob("*") if p.is_file())
    for path in paths:
        size = path.stat().st_size
        total.update(f"{path.relative_to(folder).as_posix()}\t{size}\n".encode())
        with path.open("rb") as file:
            if size <= _WHOLE_FILE_BYTES:
                total.update(file.read())
            else:
                total.update(file.read(1 << 20))
                file.seek(-(1 << 20), os.SEEK_END)
                total.update(file.read())
    return total.hexdigest()


def _local_folder(name: str) -> Path:
    """The folder of a model given by path, or by a name whose files were downloaded before."""
    if Path(name).is_dir():
        return Path(name)
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise _missing(name, "there is no such folder")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        repository = name if "/" in name else f"sentence-transformers/{name}"
        return Path(snapshot_download(repository, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        raise _missing(name, "its files are not on this machine, and nothing is downloaded here") from None


def _expect_onnx(name: str) -> None:
    """ModelMissing when what runs a model as ONNX is not installed."""
    parts = [part for part in ("optimum", "onnxruntime") if find_spec(part) is None]
    if parts:
        raise ModelMissing(
            f"The embedding model “{name}” cannot be run with BANGBAN_EMBEDDING_BACKEND=onnx: "
            f"{' and '.join(parts)} cannot be imported.",
            mend="Run `pip install 'sentence-transformers[onnx]'` (docs/operations.md says what it brings), "
            "or unset BANGBAN_EMBEDDING_BACKEND.",
        )


def _missing(name: str, why: str) -> ModelMissing:
    return ModelMissing(
        f"The embedding model “{name}” named by BANGBAN_EMBEDDING_MODEL is missing: {why}.",
        mend="Copy the model to this machine and set BANGBAN_EMBEDDING_MODEL to its folder, "
        "or unset it to use the small model trained here; then run `bangban train`.",
    )
