"""A Guide is how one authority does an item in one region (办事指南, 实施清单 entry).

Every sentence a citizen reads comes from a field here. An empty field means the source does not
say: the answer then says so, it never fills the gap.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from knowledge.model.record import Names, Record, RecordId, RegionCode


class DayType(StrEnum):
    """Unit of a time limit (anticipate_type / promise_type)."""

    WORKING_DAY = "工作日"
    DAY = "自然日"
    HOUR = "小时"
    MONTH = "个月"
    ON_THE_SPOT = "即办"


class Channel(StrEnum):
    """How a matter can be handed in (办理形式, handle_type)."""

    WINDOW = "window"
    ONLINE = "online"
    APP = "app"
    PHONE = "phone"
    POST = "post"
    SELF_SERVICE = "self_service"
    AGENT = "agent"  # 帮办代办


class HandleArea(StrEnum):
    """通办范围: how far from the owning authority the matter is accepted."""

    NATIONWIDE = "nationwide"  # 全国通办
    CROSS_PROVINCE = "cross_province"  # 跨省通办，按清单
    PROVINCE = "province"  # 全省通办
    CLUSTER = "cluster"  # 城市群，如胶东五市
    AGREEMENT = "agreement"  # 双边/多边协议
    CITY = "city"  # 全市通办
    DISTRICT = "district"  # 只在属地区县


class HandleMode(StrEnum):
    """通办形式 (国办发〔2020〕35号): how it is done away from the owning authority."""

    ONLINE = "online"  # 全程网办
    COLLECT = "collect"  # 异地代收代办
    JOINT = "joint"  # 多地联办
    ANY_WINDOW = "any_window"  # 任一窗口直接受理（全国通办、无差别受理）
    NEARBY_CHECK = "nearby_check"  # 就近采集、属地确认
    AGENT = "agent"  # 帮办代办窗口


class ScopeStatus(StrEnum):
    IN_FORCE = "in_force"
    PILOT = "pilot"  # 试点
    PLANNED = "planned"  # 计划，尚未实现


class MaterialNeed(StrEnum):
    """材料必要性 (is_need)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    LATER = "later"  # 容缺后补


class MaterialFormat(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"
    EITHER = "either"


class Source(Record):
    """Where a guide's facts come from. `published` is ISO (YYYY, YYYY-MM or YYYY-MM-DD)."""

    name: str
    url: str = ""
    published: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    note: str = ""


class Rule(Record):
    """The list, agreement or document that allows a way of handling."""

    name: str
    document_no: str = ""
    date: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    url: str = ""
    verified: bool = True


class Law(Record):
    """设定依据 (by_law)."""

    law_name: str
    article_no: str = ""
    document_no: str = ""
    note: str = ""


class Material(Record):
    """申请材料 (3.2 of the national field list). `handle_case` says when a conditional one is needed;
    `situation` ties it to choices: `situation_id=choice_id`, all of which must hold."""

    material_name: str
    is_need: MaterialNeed = MaterialNeed.REQUIRED
    material_format: MaterialFormat | None = None
    page_num: int | None = None
    copy_num: int | None = None
    source_explain: str = ""
    fill_explain: str = ""
    form_url: str = ""
    handle_case: str = ""
    situation: Names = ()
    remark: str = ""


class SituationChoice(Record):
    id: RecordId
    name: str
    accept_condition: str = ""


class Situation(Record):
    """情形: a question whose answer changes materials, conditions or where to go."""

    id: RecordId
    question: str
    choices: tuple[SituationChoice, ...]


class FlowStep(Record):
    """One step of the process (办理流程)."""

    name: str
    explain: str = ""
    handler: str = ""
    time_limit: str = ""


class Fee(Record):
    fee_name: str
    fee_stand: str
    by_law: str = ""
    desc_explain: str = ""


class Lobby(Record):
    """办理地点: a hall of the hall table, or a place named by the guide itself."""

    hall_id: RecordId | None = None
    name: str = ""
    address: str = ""
    window: str = ""
    phone: str = ""
    opening_hours: str = ""


class HandleScope(Record):
    """One way in which the matter may be handled away from its owning authority.

    `handle_area_divisions` are the region codes between which it holds (members of the cluster or
    parties of the agreement; empty for nationwide, own province, own city). `explain` is shown word
    for word. The `*_explain` differences replace the guide's own value inside this scope.
    """

    handle_area: HandleArea
    handle_area_mode: HandleMode | None = None
    handle_area_divisions: tuple[RegionCode, ...] = ()
    status: ScopeStatus = ScopeStatus.IN_FORCE
    effective_date: date | None = None
    expiry_date: date | None = None
    rule: Rule
    explain: str = ""
    promise_explain: str = ""
    materials_explain: str = ""
    note: str = ""


class QuestionAnswer(Record):
    question: str
    answer: str


class Guide(Record):
    """One published service guide. Times, fees and places are quoted as the source words them."""

    id: RecordId
    item_id: RecordId
    region: RegionCode
    task_name: str
    aliases: Names = ()
    """Names only this authority uses; the item's own aliases need not be repeated."""

    catalog_code: str = ""
    task_code: str = ""
    task_handle_item: str = ""
    task_type: str = ""
    use_level: str = ""
    status: ScopeStatus = ScopeStatus.IN_FORCE

    dept_name: str = ""
    serve_type: Names = ()
    project_type: str = ""
    accept_condition: str = ""
    situations: tuple[Situation, ...] = ()
    materials: tuple[Material, ...] = ()
    materials_complete: bool = False
    """True only when the source gives the whole list; otherwise the answer warns that it may not."""
    materials_explain: str = ""

    handle_flow: str = ""
    flow_steps: tuple[FlowStep, ...] = ()

    anticipate_day: int | None = None
    anticipate_type: DayType | None = None
    anticipate_explain: str = ""
    promise_day: int | None = None
    promise_type: DayType | None = None
    promise_explain: str = ""

    is_fee: bool | None = None
    fees: tuple[Fee, ...] = ()
    fee_explain: str = ""

    handle_type: tuple[Channel, ...] = ()
    where_explain: str = ""
    """The source's own sentence on where to go."""
    lobbies: tuple[Lobby, ...] = ()
    transact_time: str = ""
    online_handle_url: str = ""
    online_handle_depth: str = ""
    online_explain: str = ""
    """Sites, apps and mini programs the source names."""
    mobile_terminal_url: str = ""
    agent_explain: str = ""
    """帮办代办, authorised agents, home service: what the source says."""
    is_schedule: bool | None = None
    is_express: bool | None = None
    limit_scene_num: int | None = None
    progress_explain: str = ""

    owner_role_note: str = ""
    handle_scopes: tuple[HandleScope, ...] = ()

    link_way: str = ""
    supervise_way: str = ""

    by_law: tuple[Law, ...] = ()
    result_name: str = ""
    result_explain: str = ""
    """Validity and form of the result."""

    questions: tuple[QuestionAnswer, ...] = ()
    notes: Names = ()
    needs_person: bool = False
    """Hand the chat to a person after answering (sensitive or case-by-case matters)."""

    effective_date: date | None = None
    expiry_date: date | None = None
    supersedes: RecordId | None = None
    publish_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    sources: tuple[Source, ...] = ()
    unverified_fields: Names = ()
    """Fields whose values are from memory: shown with 以窗口答复为准. `*` means the whole guide."""
    fictional: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.effective_date and self.expiry_date and self.expiry_date < self.effective_date:
            raise ValueError("expiry_date is before effective_date; swap them or leave one empty")
        unknown = [n for n in self.unverified_fields if n != "*" and n not in Guide.model_fields]
        if unknown:
            raise ValueError(f"unverified_fields names no field of a guide: {', '.join(unknown)}")
        return self

    def is_unverified(self, *fields: str) -> bool:
        """Whether any of these fields holds a value from memory."""
        marked = set(self.unverified_fields)
        return "*" in marked or any(field in marked for field in fields)

    def in_force(self, on: date) -> bool:
        """Whether the guide may be answered from on this day (plan_effective/cancel dates)."""
        started = self.effective_date is None or self.effective_date <= on
        ended = self.expiry_date is not None and self.expiry_date < on
        return started and not ended
