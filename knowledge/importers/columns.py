"""The column names of tables, as data: what each is called in the wild and which field it fills.

Guide columns carry the Chinese names of the national item list (实施清单). Names are compared without
spaces, brackets and the star of a required column, so “事项名称*” and “承诺办结时限（工作日）” are found.
Adding a name to a tuple is all it takes to read another region's export.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.importers.explain import nearest
from knowledge.model import Kind


@dataclass(frozen=True, slots=True)
class TableShape:
    """One kind of table: its columns by field, and the fields without which it is not that kind."""

    kind: Kind
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    ignored: tuple[str, ...] = ()

    def label(self, field: str) -> str:
        """The usual column name of a field, for messages."""
        return self.columns[field][0] if field in self.columns else field


GUIDES = TableShape(
    kind="guide",
    required=("task_name",),
    columns={
        "task_name": ("事项名称", "事项全称", "实施事项名称", "task_name"),
        "item_id": ("事项标识", "item_id"),
        "catalog_code": ("基本编码", "catalog_code"),
        "task_code": ("实施编码", "实施清单编码", "事项编码", "task_code"),
        "task_handle_item": ("业务办理项编码", "task_handle_item"),
        "aliases": ("常用别名", "日常用语", "别名", "俗称", "aliases"),
        "keywords": ("关键词", "关键字", "keywords"),
        "category": ("主题分类", "分类", "类别", "category"),
        "owner_role": ("属地类型", "属地", "owner_role"),
        "region_code": ("区划代码", "行政区划代码", "区划编码", "region_code", "region"),
        "region_name": ("行政区划", "区划", "区划名称", "所属区划", "地区"),
        "task_type": ("事项类型", "task_type"),
        "use_level": ("行使层级", "use_level"),
        "dept_name": ("实施主体", "实施部门", "实施机构", "办理机构", "dept_name"),
        "serve_type": ("服务对象", "办理对象", "serve_type", "server_type"),
        "project_type": ("办件类型", "project_type"),
        "accept_condition": ("受理条件", "申请条件", "办理条件", "accept_condition"),
        "materials": ("申请材料", "办理材料", "所需材料", "材料清单", "materials"),
        "materials_complete": ("材料清单完整", "材料齐全", "materials_complete"),
        "handle_flow": ("办理流程", "办理程序", "handle_flow"),
        "anticipate": ("法定办结时限", "法定期限", "法定时限", "anticipate_day"),
        "anticipate_unit": ("法定办结时限单位", "anticipate_type"),
        "promise": ("承诺办结时限", "承诺期限", "承诺时限", "promise_day"),
        "promise_unit": ("承诺办结时限单位", "promise_type"),
        "is_fee": ("是否收费", "is_fee"),
        "fee_name": ("收费项目名称", "收费项目", "fee_name"),
        "fee_explain": ("收费标准", "收费说明", "fee_stand", "fee_explain"),
        "fee_by_law": ("收费依据", "fee_basis"),
        "handle_type": ("办理形式", "办理方式", "handle_type"),
        "lobbies": ("办理地点", "办事地点", "transact_addr"),
        "window": ("办理窗口", "窗口描述", "窗口"),
        "transact_time": ("办理时间", "办公时间", "transact_time"),
        "link_way": ("咨询电话", "咨询方式", "咨询途径", "link_way"),
        "supervise_way": ("监督投诉电话", "监督投诉方式", "投诉电话", "监督电话", "supervise_way"),
        "handle_area": ("通办范围", "handle_area"),
        "handle_area_mode": ("通办形式", "handle_area_mode"),
        "handle_area_divisions": ("通办区域", "handle_area_divisions"),
        "scope_rule": ("通办依据",),
        "by_law": ("设定依据", "实施依据", "办理依据", "by_law"),
        "online_handle_url": ("网办地址", "网上办理地址", "在线办理地址", "online_handle_url"),
        "online_handle_depth": ("网办深度", "online_handle_depth"),
        "mobile_terminal_url": ("移动端办理地址", "mobile_terminal_url"),
        "limit_scene_num": ("到办事现场次数", "到现场次数", "limit_scene_num"),
        "needs_person": ("需要人工", "转人工", "人工解答", "needs_person"),
        "is_schedule": ("是否支持预约", "支持预约", "预约", "is_schedule"),
        "is_express": ("是否支持物流快递", "物流快递", "is_express"),
        "agent_explain": ("帮办代办", "agent_explain"),
        "progress_explain": ("进度查询", "办理进程查询", "progress_explain"),
        "result_name": ("结果名称", "办理结果", "result_name"),
        "result_explain": ("结果说明", "result_explain"),
        "notes": ("备注", "注意事项", "特别说明", "notes"),
        "effective_date": ("计划生效日期", "生效日期", "实施日期", "effective_date"),
        "expiry_date": ("计划取消日期", "取消日期", "失效日期", "expiry_date"),
        "publish_date": ("发布日期", "发布时间", "资料日期", "publish_date"),
        "source_name": ("来源", "来源名称", "信息来源", "source"),
        "source_url": ("来源网址", "来源地址", "来源链接", "source_url"),
        "fictional": ("虚构", "fictional"),
    },
    ignored=("序号", "编号", "事项状态", "事项版本", "实施主体编码", "实施主体性质", "权力来源", "中介服务"),
)

FAQS = TableShape(
    kind="faq",
    required=("question", "answer"),
    columns={
        "id": ("编号", "id"),
        "question": ("标准问题", "标准问", "问题", "question"),
        "similar": ("相似问法", "相似问题", "相似问", "扩展问", "similar"),
        "answer": ("答案", "标准答案", "回答", "answer"),
        "region_code": ("区划代码", "行政区划代码", "region_code", "region"),
        "region_name": ("行政区划", "区划", "地区"),
        "source": ("来源", "来源名称", "source"),
        "source_url": ("来源网址", "来源地址", "来源链接", "source_url"),
        "publish_date": ("发布日期", "发布时间", "资料日期", "publish_date"),
        "fictional": ("虚构", "fictional"),
    },
    ignored=("序号", "分类", "类别"),
)

HALLS = TableShape(
    kind="hall",
    required=("name",),
    columns={
        "id": ("大厅编号", "编号", "id"),
        "name": ("大厅名称", "大厅", "hall_name"),
        "region_code": ("区划代码", "行政区划代码", "region_code"),
        "region_name": ("区划", "行政区划", "区划名称", "所属区划", "region"),
        "kind": ("大厅类型", "类型", "kind"),
        "address": ("地址", "详细地址", "大厅地址", "address"),
        "lat": ("纬度", "lat", "latitude"),
        "lon": ("经度", "lon", "lng", "longitude"),
        "opening_hours": ("办公时间", "开放时间", "服务时间", "opening_hours"),
        "phone": ("电话", "联系电话", "咨询电话", "phone"),
        "windows": ("窗口", "windows"),
        "services": ("服务", "服务项目", "services"),
        "status": ("状态", "status"),
        "note": ("备注", "说明", "note", "source_note"),
        "source_url": ("来源网址", "来源", "来源链接", "source_url"),
        "source_date": ("来源日期", "发布日期", "source_date"),
        "fictional": ("虚构", "fictional"),
    },
    ignored=("序号",),
)

REGIONS = TableShape(
    kind="region",
    required=("code", "name"),
    columns={
        "code": ("区划代码", "行政区划代码", "代码", "code"),
        "name": ("区划名称", "行政区划", "名称", "name"),
        "parent_code": ("上级代码", "上级区划代码", "parent_code"),
        "level": ("级别", "层级", "行政级别", "level"),
        "aliases": ("别名", "简称", "曾用名", "aliases"),
        "members": ("成员", "包含区划", "members"),
        "lat": ("纬度", "lat", "latitude"),
        "lon": ("经度", "lon", "lng", "longitude"),
        "note": ("备注", "note"),
        "source_url": ("来源网址", "来源", "source_url"),
        "fictional": ("虚构", "fictional"),
    },
    ignored=("序号", "in_seeds", "note_basis"),
)

SHAPES: Sequence[TableShape] = (GUIDES, FAQS, HALLS, REGIONS)

_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_NOISE = re.compile(r"[\s*:#_\-]+")


def plain(header: str) -> str:
    """A column name as it is compared: full width folded, brackets, spaces and marks cut away."""
    text = unicodedata.normalize("NFKC", header).strip().lower()
    return _NOISE.sub("", _BRACKETS.sub("", text)) or _NOISE.sub("", text)


_FIELD_OF: Mapping[Kind, Mapping[str, str]] = {
    shape.kind: {plain(name): field for field, names in shape.columns.items() for name in names}
    for shape in SHAPES
}
_IGNORED: Mapping[Kind, frozenset[str]] = {
    shape.kind: frozenset(plain(name) for name in shape.ignored) for shape in SHAPES
}


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header row: field → column index, names nobody knows, fields that come twice."""

    shape: TableShape
    index: Mapping[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]


def recognise(cells: Sequence[str]) -> Header | None:
    """The kind of table that a row of column names announces, or None when it is no such row."""
    found: list[tuple[int, Header]] = []
    for shape in SHAPES:
        header = _against(shape, cells)
        if all(field in header.index for field in shape.required):
            found.append((len(header.index), header))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def nearest_column(shape: TableShape, name: str) -> str:
    """The known column name most like an unknown one, or nothing."""
    known = {plain(known): known for names in shape.columns.values() for known in names}
    return known.get(nearest(plain(name), list(known)), "")


def _against(shape: TableShape, cells: Sequence[str]) -> Header:
    index: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for position, cell in enumerate(cells):
        name = plain(cell)
        field = _FIELD_OF[shape.kind].get(name)
        if field is not None and field in index:
            twice.append(cell)
        elif field is not None:
            index[field] = position
        elif name and name not in _IGNORED[shape.kind]:
            unknown.append(cell)
    return Header(shape, index, tuple(unknown), tuple(twice))
