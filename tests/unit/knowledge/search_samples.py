"""A small knowledge base and an untrained embedding model for the tests of the search."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from knowledge.base import KnowledgeBase
from knowledge.model import Guide, Hall, Item, Region, RegionLevel
from knowledge.model.hall import HallStatus
from knowledge.search.names import names_of
from knowledge.search.ngrams import tokenizer_of
from knowledge.settings import KnowledgeSettings
from knowledge.text import fold, grams

ITEMS = (
    Item(
        id="id_card_reissue",
        task_name="居民身份证补领",
        category="户政",
        aliases=("补身份证", "身份证丢了"),
        keywords=("挂失",),
    ),
    Item(id="id_card_renew", task_name="居民身份证换领", category="户政", aliases=("换身份证", "身份证过期")),
    Item(id="id_card_temporary", task_name="临时居民身份证申领", category="户政", aliases=("临时身份证",)),
    Item(id="marriage", task_name="结婚登记", category="民政", aliases=("结婚证", "领证")),
    Item(
        id="marriage_reissue",
        task_name="补领结婚证",
        category="民政",
        aliases=("结婚证丢了", "补办结婚证"),
    ),
    Item(id="death", task_name="死亡登记（户口注销）", category="户政", aliases=("注销户口",)),
    Item(
        id="remote_medical",
        task_name="异地就医备案",
        category="医保",
        aliases=("外地看病备案", "跨省看病"),
        keywords=("住院", "转诊", "高血压"),
    ),
    Item(id="fund_loan", task_name="住房公积金贷款", category="公积金", aliases=("公积金买房贷款",)),
    Item(id="fund_rent", task_name="租房提取住房公积金", category="公积金", aliases=("公积金付房租",)),
    Item(id="fund_transfer", task_name="住房公积金异地转移接续", category="公积金", aliases=("公积金转移",)),
    Item(
        id="driving_renew", task_name="机动车驾驶证期满换证", category="交管", aliases=("换驾照", "驾照到期")
    ),
    Item(id="agent", task_name="帮办代办", category="服务", aliases=("代办窗口",)),
)
REGIONS = (
    Region(code="000000", name="全国", level=RegionLevel.NATION),
    Region(code="370000", name="山东省", parent_code="000000", level=RegionLevel.PROVINCE),
    Region(code="370200", name="青岛市", parent_code="370000", level=RegionLevel.CITY, aliases=("青岛",)),
    Region(
        code="370283", name="平度市", parent_code="370200", level=RegionLevel.COUNTY_CITY, aliases=("平度",)
    ),
    Region(code="370600", name="烟台市", parent_code="370000", level=RegionLevel.CITY, aliases=("烟台",)),
    Region(
        code="zone-two",
        name="两市",
        level=RegionLevel.ZONE,
        parent_code="370000",
        members=("370200", "370600"),
    ),
)
HALLS = (
    Hall(id="pingdu", region="370283", name="平度大厅"),
    Hall(id="pingdu-old", region="370283", name="旧址", status=HallStatus.HISTORICAL),
)


def guide(item_id: str, region: str = "000000", **fields: object) -> Guide:
    return Guide.model_validate(
        {"id": f"{item_id}@{region}", "item_id": item_id, "region": region, "task_name": "办事指南", **fields}
    )


def guides() -> tuple[Guide, ...]:
    national = tuple(guide(item.id, task_name=item.task_name) for item in ITEMS)
    local = tuple(guide("fund_loan", code) for code in ("370000", "370283", "370600", "zone-two"))
    return (*national, *local)


def small_base() -> KnowledgeBase:
    return KnowledgeBase.from_records(ITEMS, guides(), HALLS, REGIONS, {"fund_loan@370283": 3})


def write_untrained_model(folder: Path, base: KnowledgeBase, seed: int = 7) -> None:
    """A StaticEmbedding with random vectors: texts are alike as far as they share n-grams."""
    vocabulary = sorted({gram for name in names_of(base) for gram in grams(fold(name.text))})
    table = np.random.default_rng(seed).normal(size=(len(vocabulary) + 1, 64)).astype(np.float32)
    table[0] = 0.0
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer_of(vocabulary).save(str(folder / "tokenizer.json"))
    save_file({"embedding.weight": table}, folder / "model.safetensors")
    module = "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"
    modules = [{"idx": 0, "name": "0", "path": "", "type": module}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")


def settings_in(folder: Path, base: KnowledgeBase | None = None) -> KnowledgeSettings:
    """Settings whose var folder is `folder`, with an untrained model of the base in it."""
    settings = KnowledgeSettings(var_dir=folder)
    write_untrained_model(settings.embedding_dir, base or small_base())
    return settings
