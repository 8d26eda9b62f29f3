"""From an answer to the guide's pages: what the card names is there, through everything that is real."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from tests.support.stack import Stack


def ask(stack: Stack, text: str) -> dict[str, Any]:
    """The card of the answer to one message."""
    body = json.dumps({"sender": "pages", "message": text}).encode()
    request = urllib.request.Request(
        f"{stack.front_url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        [reply] = json.load(response)
    card: dict[str, Any] = reply["custom"]["card"]
    return card


def get(stack: Stack, path: str) -> bytes:
    with urllib.request.urlopen(f"{stack.front_url}{path}", timeout=60) as response:
        found: bytes = response.read()
    return found


def test_what_a_card_names_is_there(stack: Stack) -> None:
    card = ask(stack, "示例市设立公司要带什么材料")

    assert card["page"] == "/guides/company_setup%40990100"
    page = get(stack, card["page"]).decode()
    assert all(material["name"] in page for material in card["materials"])
    assert all(place["address"] in page for place in card["places"])
    assert "公司登记申请书" in get(stack, card["checklist"]).decode()
    assert card["has_flow"]
    assert "实名认证" in get(stack, f"{card['page']}/flow.svg").decode()
    assert get(stack, f"{card['page']}/flow.png").startswith(b"\x89PNG")
