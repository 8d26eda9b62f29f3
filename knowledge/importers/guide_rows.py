"""Rows of the national item list → guides. A row that names an unknown matter brings an Item with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from knowledge.importers import cells
from knowledge.importers.cells import TimeLimit, Unreadable
from knowledge.importers.lists import flow, laws, materials
from knowledge.importers.regions import RegionNames
from knowledge.importers.report import Place, shown
from knowledge.importers.view import RowView
from knowledge.model import Fee, HandleArea, HandleScope, Lobby, OwnerRole, Rule, Source

_TEXTS = (
    "task_handle_item",
    "task_type",
    "use_level",
    "dept_name",
    "accept_condition",
    "fee_explain",
    "transact_time",
    "online_handle_depth",
    "agent_explain",
    "progress_explain",
    "link_way",
    "supervise_way",
    "result_name",
    "result_explain",
)
_NONE = frozenset({"无", "否", "没有"})


@dataclass(frozen=True)
class GuideDraft:
    """A guide row that was read, before it is known which item it belongs to."""

    place: Place
    region: str
    task_name: str
    fields: dict[str, Any]
    """Fields of the guide, but for id, item_id, region, task_name and aliases."""
    item_id: str
    catalog_code: str
    aliases: tuple[str, ...]
    keywords: tuple[str, ...]
    category: str
    owner_role: OwnerRole | None
    fictional: bool


def read_guide_row(
    view: RowView, regions: RegionNames, hall_ids: dict[tuple[str, str], str]
) -> GuideDraft | None:
    """One row as a draft, or None when a cell cannot be used (the collector behind the view says why).

    `hall_ids` maps (region, hall name) to the hall, so that 办理地点 can point at the hall table.
    """
    task_name = view.need("task_name")
    region = view.region(regions)
    fields: dict[str, Any] = {name: view.text(name) for name in _TEXTS}
    fields["catalog_code"] = view.code("catalog_code")
    fields["task_code"] = view.code("task_code")
    fields["serve_type"] = view.read("serve_type", cells.names, ())
    fields["project_type"] = view.soft("project_type", _project_type, "")
    fields["materials"] = view.read("materials", materials, ())
    fields["materials_complete"] = view.read("materials_complete", cells.boolean, False)
    fields["needs_person"] = view.read("needs_person", cells.boolean, False)
    fields["handle_flow"], fields["flow_steps"] = view.read("handle_flow", flow, ("", ()))
    for name in ("anticipate", "promise"):
        limit = _limit(view, name)
        fields |= {f"{name}_day": limit.day, f"{name}_type": limit.unit, f"{name}_explain": limit.explain}
    fields |= _fees(view)
    fields["handle_type"] = _channels(view)
    fields["lobbies"] = _lobbies(view, region, hall_ids)
    for name in ("online_handle_url", "mobile_terminal_url"):
        fields[name] = view.soft(name, _address, "")
    fields["is_schedule"] = view.soft("is_schedule", cells.boolean, None)
    fields["is_express"] = view.soft("is_express", cells.boolean, None)
    fields["limit_scene_num"] = view.read("limit_scene_num", cells.whole_number, None)
    fields["handle_scopes"] = _scopes(view, regions)
    fields["by_law"] = view.read("by_law", laws, ())
    fields["notes"] = view.read("notes", cells.lines, ())
    fields["effective_date"] = view.read("effective_date", cells.full_date, None)
    fields["expiry_date"] = view.read("expiry_date", cells.full_date, None)
    fields["publish_date"] = view.read("publish_date", cells.partial_date, "")
    fields["sources"] = (_source(view, fields["publish_date"]),)
    fields["fictional"] = fictional = view.read("fictional", cells.boolean, False)
    draft = GuideDraft(
        place=view.place,
        region=region,
        task_name=task_name,
        fields=fields,
        item_id=view.text("item_id").lower(),
        catalog_code=fields["catalog_code"],
        aliases=tuple(name for name in view.read("aliases", cells.names, ()) if name != task_name),
        keywords=view.read("keywords", cells.names, ()),
        category=view.text("category"),
        owner_role=view.read("owner_role", cells.role, None),
        fictional=fictional,
    )
    return draft if view.ok else None


def _limit(view: RowView, name: str) -> TimeLimit:
    unit = view.text(f"{name}_unit") or view.unit_in_name(name)
    return view.soft(name, lambda text: cells.time_limit(text, unit), TimeLimit(None, None, ""))


def _project_type(text: str) -> str:
    if text.isdigit():  # 1 and 2 are swapped between exporting systems
        raise Unreadable("即办件 or 承诺件")
    return text


def _address(text: str) -> str:
    if not text.startswith(("https://", "http://")) or any(c.isspace() for c in text):
        raise Unreadable("an address that begins with https:// or http://")
    return text


def _fees(view: RowView) -> dict[str, Any]:
    """收费标准 is quoted as it is; with a 收费项目名称 beside it, it becomes a fee of that name."""
    name, standard = view.text("fee_name"), view.text("fee_explain")
    fees: tuple[Fee, ...] = ()
    if name and standard and name not in _NONE:
        fees = (Fee(fee_name=name, fee_stand=standard, by_law=view.text("fee_by_law")),)
        standard = ""
    return {"is_fee": view.read("is_fee", cells.boolean, None), "fees": fees, "fee_explain": standard}


def _channels(view: RowView) -> tuple[Any, ...]:
    found = []
    for word in view.read("handle_type", cells.names, ()):
        try:
            found.append(cells.channel(word))
        except Unreadable as problem:
            view.warn("handle_type", problem.expected, shown(word), "the word is left out")
    return tuple(dict.fromkeys(found))


def _lobbies(view: RowView, region: str, hall_ids: dict[tuple[str, str], str]) -> tuple[Lobby, ...]:
    window = view.text("window")
    places = view.read("lobbies", cells.lines, ())
    return tuple(
        Lobby(hall_id=hall_ids.get((region, place)), name=place, window=window if len(places) == 1 else "")
        for place in places
    )


def _scopes(view: RowView, regions: RegionNames) -> tuple[HandleScope, ...]:
    """通办范围 with 通办形式 and 通办区域. The list that says so is the rule, unless 通办依据 names one."""
    areas = [area for area in view.read("handle_area", _areas, ()) if area is not None]
    mode = view.soft("handle_area_mode", cells.mode, None)
    divisions = view.read("handle_area_divisions", lambda text: _divisions(text, regions), ())
    rule = Rule(name=view.text("scope_rule") or _list_name(view))
    scopes = []
    for area in areas:
        if area is HandleArea.PROVINCE and divisions:
            area = HandleArea.CLUSTER if divisions[0].startswith("zone-") else HandleArea.AGREEMENT
        scopes.append(
            HandleScope(handle_area=area, handle_area_mode=mode, handle_area_divisions=divisions, rule=rule)
        )
    return tuple(scopes)


def _divisions(text: str, regions: RegionNames) -> tuple[str, ...]:
    return tuple(dict.fromkeys(regions.read(name) for name in cells.names(text)))


def _areas(text: str) -> tuple[HandleArea | None, ...]:
    if text in _NONE:
        return ()
    return tuple(dict.fromkeys(cells.area(word) for word in cells.names(text)))


def _source(view: RowView, published: str) -> Source:
    return Source(
        name=view.text("source_name") or _list_name(view),
        url=view.soft("source_url", _address, ""),
        published=published,
    )


def _list_name(view: RowView) -> str:
    """What the row comes from when no column says: the file itself."""
    return f"导入文件《{PurePath(view.place.file.partition('[')[0]).name}》"
