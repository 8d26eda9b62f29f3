"""Guides, items and people for the tests of the where engine: one county owns the matter."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.model import Channel, Guide, Hall, HandleArea, HandleMode, HandleScope, Item, OwnerRole, Rule
from knowledge.where import WhereOption, where
from tests.unit.knowledge.region_samples import sample_gazetteer

TODAY = date(2024, 6, 1)
OWNER = "370283"  # 平度, a county of 青岛
JIAODONG = ("370200", "370600", "371000", "370700", "371100")
HERE = {
    "same district": OWNER,
    "same city": "370202",  # 市南, 青岛
    "cluster": "370786",  # 昌邑, 潍坊: the same agreement of five cities
    "province": "371424",  # 临邑, 德州
    "other province": "320500",  # 苏州
}
WINDOW = (Channel.WINDOW,)


def item(role: OwnerRole = OwnerRole.INSURED, item_id: str = "matter") -> Item:
    return Item(id=item_id, task_name="某事项", category="测试", owner_role=role)


def scope(area: HandleArea, mode: HandleMode | None = None, *divisions: str, **fields: Any) -> HandleScope:
    fields.setdefault("explain", f"{area.value}的办法")
    rule = Rule(name=f"{area.value}清单", document_no="示例发〔2024〕1号", date="2024-01-01")
    return HandleScope(
        handle_area=area, handle_area_mode=mode, handle_area_divisions=divisions, rule=rule, **fields
    )


def guide(*scopes: HandleScope, region: str = "000000", **fields: Any) -> Guide:
    fields.setdefault("id", f"matter@{region}")
    fields.setdefault("handle_type", WINDOW)
    fields.setdefault("where_explain", "属地窗口")
    fields.setdefault("dept_name", "某部门")
    return Guide(item_id="matter", region=region, task_name="某事项", handle_scopes=scopes, **fields)


def hall(hall_id: str, region: str, **fields: Any) -> Hall:
    return Hall(id=hall_id, region=region, name=f"{region}大厅", **fields)


def options(
    the_guide: Guide,
    here: str | None,
    owner: str | None,
    *,
    role: OwnerRole = OwnerRole.INSURED,
    halls: tuple[Hall, ...] = (),
    on: date = TODAY,
) -> tuple[WhereOption, ...]:
    return where(
        the_guide, item(role), here=here, owner=owner, gazetteer=sample_gazetteer(), halls=halls, on=on
    )


def written(found: tuple[WhereOption, ...], here: str | None, owner: str | None) -> str:
    """Options in the notation of the tables: what allows it @ where ? what would have to be known."""
    return ", ".join(_one(option, here, owner) for option in found)


def _one(option: WhereOption, here: str | None, owner: str | None) -> str:
    by = "scope" if option.scope else "own"
    if option.region is None:
        place = "-"
    elif option.region == here == owner:
        place = "same"
    else:
        place = {here: "here", owner: "owner"}.get(option.region, option.region)
    unknown = f"?{'+'.join(option.unknown)}" if option.unknown else ""
    return f"{by}@{place}{unknown}"
