"""An Item is what is done: one entry of the national catalogue (基本目录), a few thousand at most."""

from __future__ import annotations

from enum import StrEnum

from knowledge.model.record import Names, Record, RecordId


class OwnerRole(StrEnum):
    """Which of a person's regions owns the matter, so which authority decides (属地)."""

    HUKOU = "hukou"  # 户籍地
    RESIDENCE = "residence"  # 居住地
    INSURED = "insured"  # 参保地
    BENEFIT = "benefit"  # 待遇领取地
    FUND = "fund"  # 公积金缴存地
    LOAN = "loan"  # 贷款地
    BUSINESS = "business"  # 注册地/经营地
    PROPERTY = "property"  # 不动产所在地
    INJURY = "injury"  # 受伤地
    SCHOOL = "school"  # 学校所在地
    VEHICLE = "vehicle"  # 车辆登记地
    LICENCE = "licence"  # 证件核发地
    EMPLOYER = "employer"  # 用人单位所在地
    EVENT = "event"  # 事情发生地（出生医院、工程、机构所在地）
    ANY = "any"  # 不看属地


class Item(Record):
    """One matter.

    `aliases` are official variants and everyday names, searched at full weight; `keywords` are
    looser words (life events, objects, complaints), searched at low weight. `neighbours` are item
    ids this one is easily confused with. `hotline` is the national line for it (12333, 12329 …),
    shown when a guide has no telephone of its own.
    """

    id: RecordId
    task_name: str
    category: str
    catalog_code: str = ""
    aliases: Names = ()
    keywords: Names = ()
    owner_role: OwnerRole = OwnerRole.ANY
    neighbours: tuple[RecordId, ...] = ()
    hotline: str = ""
    concepts: Names = ()
    """Lexicon concepts this item is, when the automatic link is wrong; `-` alone means none."""
    lexicon_only: bool = False
    """Known from the lexicon, without any guide: recognised, named, and never answered from another's."""
    any_matter: bool = False
    """A service for any matter (帮办代办窗口, 跨域通办专区): named beside other matters' answers."""
    fictional: bool = False
