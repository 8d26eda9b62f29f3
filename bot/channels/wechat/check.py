"""Whether the account is set up: each thing by itself, with what to do about one that is not right."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.codec import Codec, signature
from bot.channels.wechat.errors import ApiFailed, meaning_of
from bot.channels.wechat.replies import SUCCESS
from bot.channels.wechat.settings import Mode
from bot.channels.wechat.web import keys_of
from bot.settings import Settings

_CALLBACK_S = 6.0
_PUSH = (
    "<xml><ToUserName>gh_check</ToUserName><FromUserName>bangban-check</FromUserName>"
    "<CreateTime>{now}</CreateTime><MsgType>event</MsgType><Event>bangban_check</Event></xml>"
)


class Result(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """It works, but not all of it."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, in a sentence, and what to do."""

    name: str
    result: Result
    said: str
    mend: str = ""


async def check_account(
    settings: Settings, http: aiohttp.ClientSession, client: WeChatClient | None
) -> AsyncIterator[Finding]:
    """Look at settings, API and callback, one after the other. The settings name a token."""
    for finding in check_settings(settings):
        yield finding
    if client is not None:
        token = await _asked("token", client.check_token, "WeChat gives us access tokens.")
        yield token
        if token.result is Result.OK:
            yield await _check_sending(client)
            yield await _asked("addresses", client.platform_addresses, "WeChat tells where it calls from.")
            yield await _asked("menu", client.menu, "The account has a menu.", mild=True)
    bases = [settings.front_url, settings.public_url.rstrip("/")]
    for base in dict.fromkeys(base for base in bases if base):
        yield await check_callback(settings, http, base)


def check_settings(settings: Settings) -> list[Finding]:
    """What can be seen without asking anybody."""
    found = [
        Finding("settings", Result.OK, f"Token set, mode {settings.wechat_mode}."),
    ]
    if settings.wechat_mode == Mode.PLAIN:
        mend = "Set BANGBAN_WECHAT_MODE=safe and BANGBAN_WECHAT_AES_KEY, and choose 安全模式 at WeChat."
        found.append(Finding("mode", Result.WARNING, "Messages come unencrypted.", mend))
    if not (settings.wechat_app_id and settings.wechat_app_secret):
        said = "No AppSecret: only answers within five seconds, no menu by command."
        found.append(Finding("secret", Result.WARNING, said, "Set BANGBAN_WECHAT_APP_ID and _APP_SECRET."))
    if not settings.public_url:
        said = "No BANGBAN_PUBLIC_URL: replies have no links to guide pages."
        found.append(Finding("links", Result.WARNING, said, "Set it to the https:// address of the front."))
    elif not settings.public_url.startswith("https://"):
        said = "BANGBAN_PUBLIC_URL is not https://."
        found.append(Finding("links", Result.WARNING, said, "Put a certificate before the front."))
    return found


async def check_callback(settings: Settings, http: aiohttp.ClientSession, base: str) -> Finding:
    """Call our own address as WeChat does: verification, a signed push, and an unsigned one."""
    url = f"{base.rstrip('/')}/wechat"
    name = f"callback {url}"
    try:
        async with http.get(url, params=_signed(settings, echostr="4711"), timeout=_timeout()) as response:
            if (response.status, await response.text()) != (200, "4711"):
                mend = "See that this is the front, with the same BANGBAN_WECHAT_TOKEN, restarted since."
                return Finding(
                    name, Result.WRONG, f"The verification was not answered ({response.status}).", mend
                )
        query, body = _push(settings)
        async with http.post(url, params=query, data=body, timeout=_timeout()) as response:
            if (response.status, await response.read()) != (200, SUCCESS):
                mend = "See that the front has the same BANGBAN_WECHAT_MODE, _AES_KEY and _APP_ID."
                return Finding(name, Result.WRONG, f"A signed push was not taken ({response.status}).", mend)
        async with http.post(url, data=body, timeout=_timeout()) as response:
            if response.status != 403:
                mend = "See what stands before the front."
                return Finding(
                    name, Result.WRONG, f"An unsigned push was not refused ({response.status}).", mend
                )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        mend = "Start the front (`bangban serve`), and see that the address leads to it."
        return Finding(name, Result.WRONG, f"No answer: {type(error).__name__}.", mend)
    return Finding(name, Result.OK, "Verified, a signed push taken, an unsigned one refused.")


def _timeout() -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=_CALLBACK_S)


def _signed(settings: Settings, *also_signed: str, **more: str) -> dict[str, str]:
    now, nonce = str(int(time.time())), secrets.token_hex(8)
    query = {"signature": signature(settings.wechat_token, now, nonce), "timestamp": now, "nonce": nonce}
    if also_signed:
        signed = signature(settings.wechat_token, now, nonce, *also_signed)
        query |= {"encrypt_type": "aes", "msg_signature": signed}
    return query | more


def _push(settings: Settings) -> tuple[dict[str, str], bytes]:
    """An event nobody answers, as WeChat would push it in the mode that is set."""
    body = _PUSH.format(now=int(time.time()))
    if settings.wechat_mode == Mode.PLAIN:
        return _signed(settings), body.encode()
    [key, *_] = keys_of(settings.wechat_aes_key)
    encrypted = Codec(settings.wechat_app_id, (key,)).seal(body.encode(), key)
    sealed = f"<xml><ToUserName>gh_check</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    return _signed(settings, encrypted), sealed.encode()


async def _asked(
    name: str, ask: Callable[[], Awaitable[object]], said: str, *, mild: bool = False
) -> Finding:
    try:
        await ask()
    except ApiFailed as failed:
        return failing(name, failed, Result.WARNING if mild else Result.WRONG)
    return Finding(name, Result.OK, said)


async def _check_sending(client: WeChatClient) -> Finding:
    try:
        may_send = await client.may_send()
    except ApiFailed as failed:
        return failing("sending", failed, Result.WRONG)
    if may_send:
        return Finding("sending", Result.OK, "The account may send customer-service messages.")
    return Finding(
        "sending",
        Result.WARNING,
        "The account may not send messages: a late answer is fetched by the person with “1”.",
        meaning_of(48001).mend,
    )


def failing(name: str, failed: ApiFailed, result: Result) -> Finding:
    """A failure of the API in words an operator can act on."""
    if failed.code is None:
        mend = "See that this machine reaches BANGBAN_WECHAT_API_URL."
        return Finding(name, result, f"WeChat's API does not answer as it should: {failed.reason}.", mend)
    meaning = meaning_of(failed.code)
    address = f" WeChat sees us as {failed.hint}." if failed.hint else ""
    return Finding(name, result, f"{failed.code}: {meaning.what}.{address}", meaning.mend)
