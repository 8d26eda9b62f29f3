"""What the fake Rasa answers in browser tests: a guide with its card, a question back, or an echo."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.support.fake_rasa import payload, turn

QUESTION = "身份证丢了去哪补办"
FOLLOW_UP = "要带什么材料"
UNCLEAR = "社保"
GUIDE_ID = "id_card_reissue@990100"
PAGE = "/guides/id_card_reissue@990100"

GUIDE = {
    "id": GUIDE_ID,
    "title": "居民身份证补领",
    "task_name": "居民身份证丢失补领",
    "item_id": "id_card_reissue",
    "version": 2,
    "region": "990100",
    "region_name": "示例市",
    "authority": "示例市公安局",
    "publish_date": "2026-05-01",
}
SOURCES = [
    {"name": "示例市政务服务网（虚构）", "url": "https://example.org/guide", "published": "2026-05-01"}
]
CARD: dict[str, Any] = {
    "fields": [
        {"aspect": "fee", "label": "收费", "text": "40元/证"},
        {"aspect": "time_limit", "label": "办结时限", "text": "承诺 20 个工作日\n法定 60 日"},
    ],
    "materials": [
        {"name": "居民户口簿", "copies": "原件1份", "need": "required", "where_from": "申请人自备"},
        {"name": "居民身份证申领登记表", "copies": "1份", "need": "required", "note": "窗口现场填写"},
        {"name": "相片回执", "copies": "1份", "need": "optional"},
    ],
    "places": [
        {
            "title": "示例市政务服务大厅",
            "kind": "window",
            "hall": "示例市政务服务大厅",
            "window": "综合窗口 3、4 号",
            "region_name": "示例市",
            "address": "示例市示例区示例路 1 号",
            "hours": "工作日 9:00–12:00，13:00–17:00",
            "phone": "0000-1234567",
            "lat": 36.1,
            "lon": 120.4,
            "rule": "全省通办",
        },
        {"title": "示例办事 App", "kind": "app", "url": "https://example.org/app", "note": "需实名登录"},
    ],
    "steps": ["申请", "受理", "审核", "制证", "领取"],
    "page": PAGE,
    "has_flow": True,
}


def answered(text: str, aspect: str, **more: Any) -> dict[str, Any]:
    """An answer from the guide."""
    found = {"here": {"code": "990100", "name": "示例市"}, "owner": None}
    shown = {"aspect": aspect, "guide": GUIDE, "regions": found, "sources": SOURCES, "card": CARD}
    return payload(text, **{**shown, "suggestions": ["要带什么材料", "多少钱", "多久办好"], **more})


OPTIONS = ["社会保险关系转移接续", "社会保障卡补领", "社会保险待遇资格认证"]


async def answer(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
    """As our dialogue would, in three cases; everything else comes back as it was."""
    said = asked["message"]
    if said == QUESTION:
        text = "居民身份证丢失补领（示例市）：到示例市政务服务大厅综合窗口 3、4 号办理。\n来源：示例市政务服务网（虚构）"
        return turn(answered(text, "where"))
    if said == FOLLOW_UP:
        text = "要带：1. 居民户口簿 2. 居民身份证申领登记表\n来源：示例市政务服务网（虚构）"
        return turn(answered(text, "materials", suggestions=["多少钱"]))
    if said == UNCLEAR:
        options = [{"id": f"o{n}", "title": title} for n, title in enumerate(OPTIONS)]
        listed = "\n".join(f"{n}. {title}" for n, title in enumerate(OPTIONS, 1))
        return turn(payload(f"您问的是哪一件？\n{listed}", outcome="clarify", aspect=None, options=options))
    return turn(payload(f"答：{said}"))
