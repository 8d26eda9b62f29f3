from __future__ import annotations

import numpy as np
import pytest

from knowledge.search.lexical import ForeignIndex, LexicalIndex, SoundIndex
from knowledge.search.names import Name, NameKind, bodies_of, names_of
from knowledge.search.pinyin import Sounds
from knowledge.search.synonyms import Synonyms, common_synonyms
from knowledge.text import compact, fold, grams
from tests.unit.knowledge.search_samples import guide, small_base

NONE = np.array([], dtype=np.int64)


def lexical_index() -> LexicalIndex:
    base = small_base()
    ids = list(base.items)
    keywords = [fold(" ".join(base.item(i).keywords)) for i in ids]
    return LexicalIndex(ids, names_of(base), keywords, bodies_of(base, ids))


INDEX = lexical_index()


def order(question: str, *expansions: str) -> list[str]:
    scores = INDEX.score(question, expansions).item_score
    return [INDEX.item_ids[place] for place in np.argsort(-scores, kind="stable")]


def exact(question: str, *wordings: str) -> dict[str, float]:
    shares = INDEX.score(question, (), NONE, wordings).exact
    return {INDEX.item_ids[item]: round(share, 2) for item, share in shares.items()}


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("补身份证", "id_card_reissue"),
        ("居民身份证过期", "id_card_renew"),
        ("结婚证丢了", "marriage_reissue"),
        ("外地看病", "remote_medical"),
        ("高血压", "remote_medical"),  # a keyword only
        ("公积金转移", "fund_transfer"),
    ],
)
def test_the_best_item_by_words(question: str, item: str) -> None:
    assert order(question)[0] == item


def test_official_terms_are_added_at_a_lower_weight() -> None:
    plain = INDEX.score("开车的本本", ()).item_score
    helped = INDEX.score("开车的本本", ("驾驶证",)).item_score
    place = INDEX.item_ids.index("driving_renew")
    assert helped[place] > plain[place]
    assert order("开车的本本", "驾驶证")[0] == "driving_renew"
    assert order("结婚证", "驾驶证")[0] == "marriage"


def test_the_longest_name_in_a_question_wins() -> None:
    assert exact("结婚证丢了") == {"marriage_reissue": 1.0}
    assert exact("我的结婚证") == {"marriage": 0.6}
    assert exact("天气") == {}


def test_a_message_that_is_a_name_before_it_is_cut_means_that_item() -> None:
    assert exact("补身份证", "补办结婚证") == {"marriage_reissue": 1.0}


def test_a_hidden_name_is_not_searched() -> None:
    rows = np.array([row for row, name in enumerate(INDEX.names) if name.text == "跨省看病"])
    place = INDEX.item_ids.index("remote_medical")
    assert INDEX.score("跨省看病", ()).exact == {place: 1.0}
    hidden = INDEX.score("跨省看病", (), rows)
    assert hidden.exact == {}
    assert hidden.item_score[place] < INDEX.score("跨省看病", ()).item_score[place]


def test_said_and_named_are_shares() -> None:
    scores = INDEX.score("结婚登记", ())
    row = next(row for row, name in enumerate(INDEX.names) if name.text == "结婚登记")
    assert scores.said(np.array([row])) == pytest.approx([1])
    assert scores.named(np.array([row])) == pytest.approx([1])
    assert scores.explained == pytest.approx(1)
    assert scores.known == pytest.approx(1)


def test_an_official_term_is_said_by_its_everyday_word() -> None:
    rows = np.arange(len(INDEX.names))
    plain, helped = INDEX.score("开车的本本", ()), INDEX.score("开车的本本", ("驾驶证",))
    mass = dict(zip(grams("驾驶证"), map(INDEX._names.weight, grams("驾驶证")), strict=True))
    for row, name in enumerate(INDEX.names):
        more = sum(mass.get(gram, 0.0) for gram in set(grams(name.folded)) - set(grams("开车的本本")))
        whole = sum(map(INDEX._names.weight, set(grams(name.folded))))
        expected = min(1.0, float(plain.named(rows)[row]) + more / whole)
        assert helped.named(rows)[row] == pytest.approx(expected, abs=1e-5)
    assert helped.said(rows) == pytest.approx(plain.said(rows))


def test_every_row_belongs_to_its_item() -> None:
    for item in range(len(INDEX.item_ids)):
        for row in INDEX.rows_of(item):
            assert INDEX.names[row].item_id == INDEX.item_ids[item]


def test_names_come_from_titles_aliases_brackets_and_guides() -> None:
    base = small_base()
    names = {(name.item_id, name.text): name.kind for name in names_of(base)}
    assert names["death", "死亡登记（户口注销）"] is NameKind.TITLE
    assert names["death", "死亡登记"] is NameKind.TITLE
    assert names["death", "注销户口"] is NameKind.ALIAS
    assert names["fund_loan", "办事指南"] is NameKind.GUIDE
    keys = [(name.item_id, compact(name.text)) for name in names_of(base)]
    assert len(keys) == len(set(keys))


def test_the_body_is_taken_from_guides() -> None:
    base = small_base()
    text = guide("marriage", accept_condition="男女双方自愿", notes=("不收费",))
    with_text = type(base).from_records(base.items.values(), [text])
    assert bodies_of(with_text, ["marriage", "death"]) == ["男女双方自愿 不收费", ""]


@pytest.mark.parametrize("typed", ["身分正补岭", "居民身份正补领", "生份证补领"])
def test_a_question_typed_by_ear_is_found_by_sound(typed: str) -> None:
    items, both = SoundIndex(Sounds.from_dictionary(), INDEX).heard(typed, 0.5)
    assert INDEX.item_ids[items[int(np.argmax(both))]] == "id_card_reissue"


@pytest.mark.parametrize("least", [0.0, 0.3, 0.8, 0.99, 1.1])
def test_what_is_heard_is_what_every_name_sounds_like(least: float) -> None:
    sounds = Sounds.from_dictionary()
    index = SoundIndex(sounds, INDEX)
    query, hidden = set(sounds.of("生份证补领")), INDEX.rows_of(0)[:1]
    weight = index._names.weight
    expected: dict[int, tuple[float, float]] = {}
    for row, name in enumerate(INDEX.names):
        heard = set(sounds.of(name.folded))
        shared = sum(map(weight, query & heard)) if row not in hidden else 0.0
        said = shared / sum(map(weight, query))
        alike = said * shared / sum(map(weight, heard))
        best = expected.get(item := int(INDEX.owner[row]), (0.0, 0.0))
        expected[item] = max(said, best[0]), max(alike, best[1])
    items, both = index.heard("生份证补领", least, hidden)
    assert items.tolist() == [item for item, (said, _) in sorted(expected.items()) if said >= least]
    assert both == pytest.approx([expected[item][1] for item in items.tolist()], abs=1e-5)


def test_sounds_often_confused_are_one() -> None:
    table = Sounds.from_dictionary().table
    assert table["证"] == table["正"] == table["怎"]
    assert table["兰"] == table["南"]
    assert table["身"] != table["份"]


def test_likeness_to_out_of_scope_sentences() -> None:
    foreign = ForeignIndex(["银行卡丢了", "明天下雨"])
    assert foreign.likeness("银行卡丢了", NONE) == pytest.approx(1)
    assert foreign.likeness("银行卡丢了", np.array([0])) == 0
    assert foreign.likeness("结婚登记", NONE) == 0


def test_the_longest_everyday_word_is_expanded() -> None:
    words = Synonyms({"本": ["甲"], "户口本": ["居民户口簿"], "车": ["机动车"]})
    assert words.expand("户口本和车") == ("居民户口簿", "机动车")
    assert words.expand("机动车") == ()  # already said officially


def test_the_shipped_words_are_useful() -> None:
    words = common_synonyms().words
    assert all(len(word) >= 1 and terms for word, terms in words.items())
    assert all(word not in terms for word, terms in words.items())
    assert "驾驶证" in common_synonyms().expand("驾照丢了")


def test_the_leading_names_of_items_are_those_of_sorting() -> None:
    values = np.random.default_rng(3).integers(0, 4, len(INDEX.names)).astype(np.float32)
    items = [4, 0, len(INDEX.item_ids) - 1, 2]
    rows, others = INDEX.leading(values, items)
    for item, row, sum_of_others in zip(items, rows.tolist(), others.tolist(), strict=True):
        own = INDEX.rows_of(item).tolist()
        order = sorted(own, key=lambda name: (-values[name], name))
        assert row == order[0]
        assert sum_of_others == pytest.approx(sum(values[name] for name in order[1:4]))
    assert [part.tolist() for part in INDEX.leading(values, [])] == [[], []]


def test_how_many_names_an_item_has_leaves_out_hidden_ones() -> None:
    hidden = INDEX.rows_of(0)[:1]
    assert INDEX.counts().tolist() == [len(INDEX.rows_of(item)) for item in range(len(INDEX.item_ids))]
    assert (INDEX.counts() - INDEX.counts(hidden)).tolist()[:2] == [1, 0]


def test_the_rows_of_several_items_are_theirs_in_order() -> None:
    rows, starts = INDEX.rows_of_each([3, 0, 3])
    parts = [part.tolist() for part in np.split(rows, starts[1:])]
    assert parts == [INDEX.rows_of(item).tolist() for item in (3, 0, 3)]


def test_the_best_of_an_item_is_its_greatest_value() -> None:
    values = np.random.default_rng(4).random(len(INDEX.names)).astype(np.float32)
    values[::3] = 0
    own = [values[INDEX.rows_of(item)].max() for item in range(len(INDEX.item_ids))]
    assert INDEX.best(values).tolist() == own
    both = np.stack([values, values], axis=1)
    assert INDEX.best(both[:, 0]).tolist() == own  # not one after the other in memory


def test_letters_in_names_count_whole_and_in_keywords_half() -> None:
    assert INDEX.letters("天气 预报") == 0
    assert INDEX.letters("我的结婚证") == 3
    assert INDEX.letters("高血压") == 1.5
    assert INDEX.letters("结婚证 高血压") == 4.5


def test_names_that_several_items_have_mean_all_of_them() -> None:
    ids, names = ["a", "b", "c"], ["办事指南", "办事指南", "补领"]
    rows = [Name(item, name, name, NameKind.TITLE) for item, name in zip(ids, names, strict=True)]
    index = LexicalIndex(ids, rows, [""] * 3, [""] * 3)
    assert index.score("办事指南", ()).exact == {0: 1.0, 1: 1.0}
    assert index.score("办事指南", (), np.array([0])).exact == {1: 1.0}
    assert index.score("办事指南", (), np.array([0, 1])).exact == {}
