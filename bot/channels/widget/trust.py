"""Who is calling: which origins may use the widget, and the network address behind our proxies."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

Network = IPv4Network | IPv6Network


class Trust:
    """In: origins of other sites, networks of proxies, and our own public address (empty: none)."""

    def __init__(self, origins: Sequence[str], proxies: Sequence[str], public_url: str) -> None:
        self.origins = tuple(dict.fromkeys(map(_origin, origins)))
        self._own = _origin(public_url) if public_url else None
        self._proxies = tuple(ip_network(proxy, strict=False) for proxy in proxies)

    def is_own(self, request: web.Request) -> bool:
        """A page of this front (a browser names no origin when it reads from its own)."""
        origin = request.headers.get("Origin")
        if origin is None:
            return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
        given = _origin(origin)
        return bool(given) and (given == self._own or _host(given) == request.headers.get("Host", "").lower())

    def allows(self, request: web.Request) -> bool:
        """Our own pages, the listed sites, and callers that are no browser."""
        origin = request.headers.get("Origin")
        return origin is None or self.is_own(request) or _origin(origin) in self.origins

    def address(self, request: web.Request) -> str:
        """The network address of the caller: the last one that is none of our proxies."""
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")][-10:]
        nearest = request.remote or ""
        while self._is_proxy(nearest) and hops and _is_address(hops[-1]):
            nearest = hops.pop()
        return nearest

    def is_https(self, request: web.Request) -> bool:
        """Whether the caller sees https."""
        if self._own is not None and self._own.startswith("https:"):
            return True
        forwarded = request.headers.get("X-Forwarded-Proto", "")
        return request.secure or (self._is_proxy(request.remote or "") and forwarded == "https")

    def _is_proxy(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self._proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _origin(text: str) -> str:
    """Scheme, host and port as browsers write them; empty for what is no origin (`null` of a sandbox)."""
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, standard) else f":{port}")


def _host(origin: str) -> str:
    return origin.partition("://")[2]
