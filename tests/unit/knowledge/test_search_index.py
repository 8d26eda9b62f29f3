"""The life of an index: built, opened, refused when it does not fit, exchanged while in use."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from knowledge.base import BaseEmpty, KnowledgeBase
from knowledge.errors import IndexMismatch, IndexMissing, ModelMissing
from knowledge.model import Item
from knowledge.search import Decision, LiveIndex, Searcher, build_index, open_index
from knowledge.search.engine import Engine, Ranking
from knowledge.search.learned import Learned
from knowledge.search.tfidf import Wording
from knowledge.settings import KnowledgeSettings
from knowledge.text import fold
from tests.unit.knowledge.search_samples import (
    ITEMS,
    REGIONS,
    guides,
    settings_in,
    small_base,
    write_untrained_model,
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeSettings:
    settings = settings_in(tmp_path_factory.mktemp("var"))
    build_index(small_base(), settings.index_dir, settings)
    return settings


@pytest.fixture(scope="module")
def searcher(settings: KnowledgeSettings) -> Searcher:
    return open_index(settings.index_dir, settings)


def other_base(name: str) -> KnowledgeBase:
    added = Item(id="added", task_name=name, category="别的")
    return KnowledgeBase.from_records((*ITEMS, added), guides(), regions=REGIONS)


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("居民身份证补领", "id_card_reissue"),
        ("你好，请问补身份证要多少钱？", "id_card_reissue"),
        ("我在平度，异地就医怎么备案", "remote_medical"),
        ("结婚证丢了怎么办", "marriage_reissue"),
        ("租房提取住房公积金要带什么材料", "fund_rent"),
        ("帮办代办", "agent"),  # words that are cut away as an aspect, but here are the title
    ],
)
def test_a_name_asked_for_in_any_way_is_answered(searcher: Searcher, question: str, item: str) -> None:
    result = searcher.search(question)
    assert (result.decision, result.hits[0].item_id) == (Decision.ANSWER, item)
    assert result.hits[0].whole
    assert result.question == question


def test_a_word_many_names_hold_is_asked_about(searcher: Searcher) -> None:
    result = searcher.search("公积金")
    assert result.decision is Decision.CLARIFY
    assert 2 <= len(result.options) <= 5
    assert set(result.options) <= {"fund_loan", "fund_rent", "fund_transfer"}
    assert result.category == "公积金"


@pytest.mark.parametrize("question", ["那要带什么？", "", "😀", "谢谢"])
def test_nothing_of_a_matter_finds_nothing(searcher: Searcher, question: str) -> None:
    result = searcher.search(question)
    assert (result.needle, result.hits, result.decision) == ("", (), Decision.NOTHING)


def test_what_no_name_holds_finds_nothing(searcher: Searcher) -> None:
    result = searcher.search("明天会下雨吗")
    assert result.decision is Decision.NOTHING
    assert result.recognised < searcher.calibration.policy.recognised


def test_no_more_hits_than_wanted(searcher: Searcher) -> None:
    assert len(searcher.search("身份证", top=2).hits) == 2
    scores = [hit.score for hit in searcher.search("补办身份证", top=8).hits]
    assert scores == sorted(scores, reverse=True)


def test_the_opened_index_ranks_by_the_same_vectors_as_brute_force(searcher: Searcher) -> None:
    engine = searcher.engine
    titles = engine.embedder.titles([name.text for name in engine.lexical.names])
    for question in ("补身份证", "跨省看病", "公积金还贷款", "换驾照"):
        scores = titles @ engine.embedder.questions([question])[0]
        best = {
            item: max(float(scores[row]) for row in engine.lexical.rows_of(item))
            for item in range(len(engine.lexical.item_ids))
        }
        found = {one.item: one.dense for one in engine.rank(question).evidence}
        assert found == pytest.approx({item: best[item] for item in found}, abs=1e-5)
        assert max(best, key=lambda item: best[item]) in found


def test_the_opened_index_has_the_wording_it_was_built_with(searcher: Searcher) -> None:
    engine = searcher.engine
    items = (searcher.base.item(item_id) for item_id in engine.lexical.item_ids)
    built = Wording.of(engine.lexical, [fold(" ".join(item.keywords)) for item in items])
    for question in ("补身份证", "跨省看病", "高血压住院", "天气"):
        found = {one.item: one.alike for one in engine.rank(question).evidence}
        assert found == pytest.approx({item: built.cosines(question)[item] for item in found}, abs=1e-6)


def test_meta_says_what_made_the_index(searcher: Searcher, settings: KnowledgeSettings) -> None:
    assert searcher.meta["content_digest"] == small_base().digest()
    assert searcher.meta["counts"]["items"] == len(ITEMS)
    assert searcher.meta["digest"].startswith(os.readlink(settings.index_dir / "current"))
    assert set(searcher.meta["settings"]) == {
        "embedding_dimension",
        "embedding_model",
        "embedding_normalize",
        "embedding_query_prompt",
    }


def test_the_same_content_is_not_built_again(settings: KnowledgeSettings) -> None:
    told: list[str] = []
    before = (settings.index_dir / "current" / "meta.json").stat().st_mtime_ns
    build_index(small_base(), settings.index_dir, settings, told.append)
    assert (settings.index_dir / "current" / "meta.json").stat().st_mtime_ns == before
    assert len(told) == 1


def test_an_index_is_whole_without_the_folder_its_model_was_trained_in(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build_index(small_base(), settings.index_dir, settings)
    write_untrained_model(settings.embedding_dir, small_base(), seed=99)  # trained anew, not built yet
    assert open_index(settings.index_dir, settings).search("补身份证").decision is Decision.ANSWER


def test_without_an_index_or_a_model_the_mend_is_said(tmp_path: Path) -> None:
    settings = KnowledgeSettings(var_dir=tmp_path)
    with pytest.raises(IndexMissing, match="bangban train"):
        open_index(settings.index_dir, settings)
    with pytest.raises(ModelMissing, match="bangban train"):
        build_index(small_base(), settings.index_dir, settings)
    with pytest.raises(BaseEmpty, match="bangban import"):
        build_index(KnowledgeBase.from_records([], []), settings.index_dir, settings)
    assert not settings.index_dir.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"embedding_model": "other/model"}, "BANGBAN_EMBEDDING_MODEL"),
        ({"embedding_query_prompt": "查："}, "BANGBAN_EMBEDDING_QUERY_PROMPT"),
        ({"embedding_normalize": False}, "BANGBAN_EMBEDDING_NORMALIZE"),
    ],
)
def test_an_index_of_other_settings_is_refused(
    settings: KnowledgeSettings, change: dict[str, object], said: str
) -> None:
    with pytest.raises(IndexMismatch, match=said):
        open_index(settings.index_dir, settings.model_copy(update=change))


def _edit(name: str, change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        data = json.loads((folder / name).read_text(encoding="utf-8"))
        change(data)
        (folder / name).write_text(json.dumps(data), encoding="utf-8")

    return spoil


def _keep(changed: dict[str, npt.NDArray[Any]]) -> Callable[[Path], None]:
    """The arrays of the wording with some changed; none of them when there is nothing to change."""

    def spoil(folder: Path) -> None:
        path = folder / "wording.npz"
        with np.load(path) as kept:
            arrays = {name: kept[name] for name in kept} if changed else {}
        np.savez(path, allow_pickle=False, **(arrays | changed))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_edit("meta.json", lambda meta: meta.update(format=0)), "format 0"),
        (_edit("meta.json", lambda meta: meta.update(content_digest="x")), "content digest"),
        (_edit("meta.json", lambda meta: meta.update(model_digest="x")), "model digest"),
        (_edit("texts.json", lambda texts: texts["names"].pop()), "number of vectors"),  # type: ignore[attr-defined]
        (_edit("texts.json", lambda texts: texts.pop("bodies")), "bodies"),
        (_edit("calibration.json", lambda data: data.pop("hit")), "calibration"),
        (lambda folder: (folder / "texts.json").unlink(), "texts.json"),
        (_keep({"rows": np.array([0, 1])}), "number of items"),
        (_keep({}), "wording.npz"),
        (lambda folder: (folder / "wording.npz").write_bytes(b"PK"), "wording.npz"),
        (lambda folder: (folder / "sounds.json").write_text("{"), "sounds.json"),
        (lambda folder: (folder / "base.sqlite").unlink(), "base.sqlite"),
    ],
)
def test_an_index_whose_parts_do_not_fit_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    settings = settings_in(tmp_path)
    spoil(build_index(small_base(), settings.index_dir, settings))
    with pytest.raises(IndexMismatch, match=said) as caught:
        open_index(settings.index_dir, settings)
    assert "bangban train" in caught.value.mend


def test_two_indexes_are_kept_and_the_swap_is_one_step(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    made = [build_index(other_base(f"新事项{n}"), settings.index_dir, settings) for n in range(3)]
    os.utime(made[1], (1, 1))  # built long ago: still the newest but one
    assert sorted(path.name for path in settings.index_dir.iterdir()) == sorted(
        ["current", made[1].name, made[2].name]
    )
    assert os.readlink(settings.index_dir / "current") == made[2].name


def test_a_failed_build_leaves_the_index_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in(tmp_path)
    built = build_index(small_base(), settings.index_dir, settings)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(KnowledgeBase, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        build_index(other_base("新事项"), settings.index_dir, settings)
    assert sorted(path.name for path in settings.index_dir.iterdir()) == sorted([built.name, "current"])


def test_a_live_index_is_exchanged_when_another_is_published(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    live = LiveIndex(settings.index_dir, settings)
    assert not live.ready
    with pytest.raises(IndexMissing, match="bangban train"):
        _ = live.searcher
    build_index(small_base(), settings.index_dir, settings)
    assert live.refresh()
    assert not live.refresh()
    first = live.searcher
    build_index(other_base("渔船检验"), settings.index_dir, settings)
    assert live.refresh()
    assert live.searcher is not first
    assert live.searcher.search("渔船检验").hits[0].item_id == "added"
    assert first.search("补身份证").decision is Decision.ANSWER  # still usable by a turn under way


def test_a_live_index_keeps_the_good_one_when_the_next_is_broken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_in(tmp_path)
    build_index(small_base(), settings.index_dir, settings)
    live = LiveIndex(settings.index_dir, settings)
    first = live.searcher
    broken = build_index(other_base("渔船检验"), settings.index_dir, settings)
    (broken / "texts.json").write_text("[]", encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        assert not live.refresh()
        assert not live.refresh()
    assert live.searcher is first
    assert isinstance(live.error, IndexMismatch)
    assert len(caplog.records) == 1  # said once, not every second


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("身份證丟了，怎麼補領", "id_card_reissue"),
        ("結婚證丟了怎麼辦", "marriage_reissue"),
        ("我在平度，異地就醫怎麼備案", "remote_medical"),
        ("住房公積金貸款", "fund_loan"),
        ("ＪＵＭＩＮ 居民身份证补领！！", "id_card_reissue"),
    ],
)
def test_traditional_and_full_width_characters_are_searched_alike(
    searcher: Searcher, question: str, item: str
) -> None:
    result = searcher.search(question)
    assert result.hits[0].item_id == item
    assert result.question == question


def test_a_second_matter_is_named(searcher: Searcher) -> None:
    result = searcher.search("身份证丢了怎么办，驾照也到期了")
    assert {result.hits[0].item_id, *result.also} == {"id_card_reissue", "driving_renew"}
    for single in ("身份证丢了怎么办", "我在平度，异地就医怎么备案", "居民身份证补领", "明天会下雨吗"):
        assert searcher.search(single).also == ()


def test_a_story_is_searched_by_its_clauses(searcher: Searcher) -> None:
    story = (
        "事情是这样的，我跟老公都在工厂上班，一年回不来几次，前几天下大雨，家里进了水，柜子里的东西都泡坏了，"
        "这才发现结婚证丢了，想问下怎么补办，谢谢"
    )
    result = searcher.search(story)
    assert result.hits[0].item_id == "marriage_reissue"
    assert "结婚证" in result.needle
    assert len(result.needle) < len(story) / 2


def test_a_name_is_itself_however_long(searcher: Searcher) -> None:
    assert searcher.search("住房公积金异地转移接续").also == ()


@pytest.fixture
def ranked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The needles that are ranked, each of which costs a search."""
    needles: list[str] = []
    rank = Engine.rank

    def counted(self: Engine, needle: str, *args: Any, **options: Any) -> Ranking:
        needles.append(needle)
        return rank(self, needle, *args, **options)

    monkeypatch.setattr(Engine, "rank", counted)
    return needles


@pytest.mark.parametrize(
    ("message", "most"),
    [
        ("居民身份证补领", 1),
        ("我在平度，异地就医怎么备案", 1),
        ("老家那边下雨了，还有这边也下雨了", 1),  # two halves, neither of which has a word of any matter
        ("身份证丢了怎么办，驾照也到期了", 3),
        ("那天下大雨，家里进了水，柜子里的东西都泡坏了，这才发现结婚证丢了，想问下怎么补办", 2),
        ("身份证丢了怎么办，驾照也到期了，结婚证也丢了，公积金和异地就医怎么办，还有出生登记，" * 8, 4),
    ],
)
def test_a_message_is_ranked_few_times_however_much_it_says(
    searcher: Searcher, ranked: list[str], message: str, most: int
) -> None:
    searcher.search(message)
    assert 1 <= len(ranked) <= most
    assert len(set(ranked)) == len(ranked)


def test_what_was_learned_is_answered_and_changes_nothing_else(
    searcher: Searcher, settings: KnowledgeSettings, tmp_path: Path
) -> None:
    question, other = "我家那个红本本找不着了咋办", "租房提取住房公积金要带什么材料"
    taught = [Learned(question, "marriage_reissue"), Learned("没有这个事项", "no_such_item")]
    folder = build_index(small_base(), tmp_path / "index", settings, learned=taught)
    after = open_index(tmp_path / "index", settings)

    assert searcher.search(question).hits[:1] != after.search(question).hits[:1]
    learned = after.search(question)
    assert (learned.decision, learned.hits[0].item_id) == (Decision.ANSWER, "marriage_reissue")
    assert after.search("请问我家那个红本本找不着了怎么办？").hits[0].item_id == "marriage_reissue"
    assert after.search(other) == searcher.search(other)
    assert after.calibration == searcher.calibration, "the decision is fitted without it"
    assert after.meta["counts"]["learned"] == 1, "an item that is not there is left out"
    assert folder.name != (settings.index_dir / "current").resolve().name
