from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import ModelMissing
from knowledge.search.embedding import EmbeddingOptions, StaticEmbedder, folder_digest, open_embedder, unit
from knowledge.settings import KnowledgeSettings
from tests.unit.knowledge.search_samples import settings_in, small_base, write_untrained_model


def test_rows_of_zeros_stay_zeros() -> None:
    assert unit(np.array([[3, 4], [0, 0]], dtype=np.float32)) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_the_static_model_is_the_mean_of_its_tokens(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    embedder = open_embedder(settings)
    vectors = embedder.titles(["结婚登记", "结婚登记", "居民身份证补领", ""])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0])
    assert vectors[0] == pytest.approx(vectors[1])
    assert vectors[0] @ vectors[2] < 0.9
    assert embedder.questions(["结婚登记"])[0] == pytest.approx(vectors[0])


def test_lengths_are_kept_when_normalising_is_off(tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(update={"embedding_normalize": False})
    assert np.linalg.norm(open_embedder(settings).titles(["结婚登记"])) != pytest.approx(1)


def test_the_query_prompt_is_put_before_questions_only(tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(update={"embedding_query_prompt": "身份证"})
    embedder = open_embedder(settings)
    assert embedder.questions(["补领"]) == pytest.approx(embedder.titles(["身份证补领"]))
    assert embedder.titles(["补领"]) != pytest.approx(embedder.questions(["补领"]))


@pytest.mark.parametrize("normalize", [True, False])
def test_the_first_numbers_of_every_vector_can_be_kept_alone(tmp_path: Path, normalize: bool) -> None:
    settings = settings_in(tmp_path).model_copy(update={"embedding_normalize": False})
    whole = open_embedder(settings).titles(["结婚登记", ""])
    changed = {"embedding_dimension": 5, "embedding_normalize": normalize}
    short = open_embedder(settings.model_copy(update=changed)).titles(["结婚登记", ""])
    assert short == pytest.approx(unit(whole[:, :5]) if normalize else whole[:, :5])


def test_a_static_model_can_be_named_by_its_folder(tmp_path: Path) -> None:
    write_untrained_model(tmp_path / "elsewhere", small_base())
    settings = KnowledgeSettings(var_dir=tmp_path / "var", embedding_model=str(tmp_path / "elsewhere"))
    assert isinstance(open_embedder(settings), StaticEmbedder)


def test_the_digest_changes_with_the_weights(tmp_path: Path) -> None:
    write_untrained_model(tmp_path / "one", small_base(), seed=1)
    write_untrained_model(tmp_path / "two", small_base(), seed=2)
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    digests = [StaticEmbedder(tmp_path / name, EmbeddingOptions()).digest for name in ("one", "two", "copy")]
    assert digests[0] == digests[2] != digests[1]


def test_the_digest_of_a_huge_file_reads_only_its_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights.bin").write_bytes(bytes(5_000_000))
    whole = folder_digest(tmp_path)
    monkeypatch.setattr("knowledge.search.embedding._WHOLE_FILE_BYTES", 1000)
    ends = folder_digest(tmp_path)
    with (tmp_path / "weights.bin").open("r+b") as file:
        file.seek(4_999_999)
        file.write(b"x")
    assert len({whole, ends, folder_digest(tmp_path)}) == 3


def test_an_untrained_model_is_missing_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="bangban train"):
        open_embedder(KnowledgeSettings(var_dir=tmp_path))


def test_a_model_of_another_kind_is_not_read_as_static(tmp_path: Path) -> None:
    write_untrained_model(tmp_path, small_base())
    modules = json.loads((tmp_path / "modules.json").read_text(encoding="utf-8"))
    modules.append({"idx": 1, "name": "1", "path": "1_Dense", "type": "sentence_transformers.models.Dense"})
    (tmp_path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    assert not StaticEmbedder.reads(tmp_path)
