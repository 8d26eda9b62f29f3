"""A stand-in for the identity provider of an organisation, as strict as a real one, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from aiohttp import web

from tests.support.ports import free_ports
from tests.support.signing import b64, jwk, rsa_key, token

CLIENT_ID = "bangban console"
CLIENT_SECRET = "a:secret/of the tests+%"
TOUCHED = ("/.well-known/openid-configuration", "/keys", "/token")


@dataclass
class FakeProvider:
    """`person` signs in there; `asked` counts the requests of ours by address."""

    host: str = "127.0.0.1"
    """`localhost` is another site for a browser."""
    port: int = field(default_factory=lambda: free_ports(1)[0])
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "s-1", "preferred_username": "wang"})
    more: dict[str, Any] = field(default_factory=dict)
    """Claims put over the right ones."""
    document_more: dict[str, Any] = field(default_factory=dict)
    key_name: str = "first"
    now: Callable[[], float] = time.time
    checks_pkce: bool = True
    asked: list[str] = field(default_factory=list)
    misbehave: dict[str, Callable[[web.Request], Any]] = field(default_factory=dict)
    """Address → what is answered there instead; a coroutine."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://{self.host}:{self.port}/realms/city"

    def settings(self, return_to: str) -> dict[str, Any]:
        """Settings of a front that leads here."""
        return {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
            "oidc_console_url": return_to,
        }

    def approve(self, address: str) -> dict[str, str]:
        """The person lets us know who they are: from where we sent the browser to what it comes back with."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize", address
        asked = dict(parse_qsl(parts.query, strict_parsing=True))
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def claims(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(self.now())
        right = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "auth_time": now - 5,
            "nonce": asked["nonce"],
        }
        return right | self.person | self.more

    async def _document(self, _request: web.Request) -> web.Response:
        at = self.issuer
        return web.json_response(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                **self.document_more,
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [jwk(rsa_key(self.key_name), self.key_name)]})

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page a person sees there: who they are, and one link that leads back."""
        back = request.query["redirect_uri"] + "?" + urlencode(self.approve(str(request.url)))
        refused = {"error": "access_denied", "state": request.query["state"]}
        no = request.query["redirect_uri"] + "?" + urlencode(refused)
        page = (
            "<!doctype html><html lang=zh><title>统一身份认证</title><h1>统一身份认证</h1>"
            f"<p><a href='{html.escape(back)}'>允许</a> <a href='{html.escape(no)}'>取消</a></p></html>"
        )
        return web.Response(text=page, content_type="text/html")

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if not self._is_us(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self._codes.pop(str(form.get("code")), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        if self.checks_pkce and b64(digest) != asked["code_challenge"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        made = token(self.claims(asked), rsa_key(self.key_name), self.key_name)
        return web.json_response({"access_token": "a", "token_type": "Bearer", "id_token": made})

    def _is_us(self, request: web.Request, form: Any) -> bool:
        if self.document_more.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        name, _, secret = base64.b64decode(shown).decode().partition(":")
        return kind == "Basic" and (unquote_plus(name), unquote_plus(secret)) == (CLIENT_ID, CLIENT_SECRET)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[FakeProvider]:
        @web.middleware
        async def noted(request: web.Request, handler: Any) -> web.StreamResponse:
            at = request.path.removeprefix("/realms/city")
            self.asked.append(at)
            instead = self.misbehave.get(at)
            answer: web.StreamResponse = await (handler if instead is None else instead)(request)
            return answer

        app = web.Application(middlewares=[noted])
        served = {TOUCHED[0]: self._document, "/keys": self._keys, "/authorize": self._authorize}
        for at, handler in served.items():
            app.router.add_get("/realms/city" + at, handler)
        app.router.add_post("/realms/city/token", self._token)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        try:
            yield self
        finally:
            await runner.cleanup()


async def broken(_request: web.Request) -> web.Response:
    return web.Response(status=500, text="<h1>Internal Server Error</h1>")


async def slow(_request: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.json_response({})


async def huge(request: web.Request) -> web.StreamResponse:
    """A JSON object that does not end."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"a": "')
    for _ in range(10_000):
        await response.write(b"x" * 65_536)
    return response


async def garbled(_request: web.Request) -> web.Response:
    return web.json_response(["not", "an", "object"])


async def elsewhere(_request: web.Request) -> web.Response:
    raise web.HTTPFound("http://127.0.0.1:1/")
