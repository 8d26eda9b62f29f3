"""The OpenAPI document of the API, made from the list of routes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.staff.query import parameters
from bot.staff.routing import COOKIE, CSRF_HEADER, Route

_REF = "#/components/schemas/{model}"
_NUMBER = {"type": "integer", "minimum": 1}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "mend"],
            "properties": {name: {"type": "string"} for name in ("code", "message", "mend")},
        }
    },
}


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """`info`, `paths` and `components`."""
    bodies = {route.body for route in routes if route.body}
    answers = {route.answer for route in routes if route.answer}
    wanted: list[tuple[type[BaseModel], Any]] = [
        *((model, "validation") for model in sorted(bodies, key=lambda one: one.__name__)),
        *((model, "serialization") for model in sorted(answers, key=lambda one: one.__name__)),
    ]
    _, schemas = models_json_schema(wanted, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "info": {"title": "Bangban staff API", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Error": _ERROR},
            "responses": {"Error": _content("Refused: the one error shape", "Error")},
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE,
                    "description": f"Over https its name is __Host-{COOKIE}.",
                },
                "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    empty = route.answer is None and route.file is None
    status = "204" if empty else str(route.status)
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": {status: _done(route), "default": {"$ref": "#/components/responses/Error"}},
        "security": [] if route.public else [{"session": [], **({"csrf": []} if route.changes else {})}],
        "x-roles": [] if route.public else sorted(route.roles),
        "x-roles-own": [] if route.public else sorted(route.own),
        "x-steps": sorted(route.steps),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, **_content("", route.body.__name__)}
        del operation["requestBody"]["description"]
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    in_path = re.findall(r"{(\w+)}", route.path)
    return [
        *({"name": name, "in": "path", "required": True, "schema": _NUMBER} for name in in_path),
        *(parameters(route.query) if route.query else ()),
    ]


def _done(route: Route) -> dict[str, Any]:
    if route.upgrade is not None and route.answer is not None:
        return _content("A WebSocket; it sends the `frame` of these", route.answer.__name__)
    if route.answer is not None:
        return _content("Done", route.answer.__name__)
    if route.file is not None:
        content = {route.file: {"schema": {"type": "string", "format": "binary"}}}
        return {"description": "A file to save", "content": content}
    return {"description": "Done"}


def _content(description: str, model: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def text(routes: Sequence[Route]) -> str:
    """The document as it is kept for the console, in web/console/openapi.json."""
    return json.dumps({"openapi": "3.1.0", **document(routes)}, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    from bot.staff.routes import ROUTES  # it imports this module

    sys.stdout.write(text(ROUTES))
