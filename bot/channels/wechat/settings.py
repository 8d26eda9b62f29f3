"""Settings of this channel; `bot.settings` makes them part of the one settings object."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

_Key = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9]{43})?$")]


class Mode(StrEnum):
    """How messages are pushed to us, as chosen on the platform's server configuration page."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class Sending(StrEnum):
    """Whether the account may send customer-service messages."""

    AUTO = "auto"
    """Found out by asking the platform."""
    ON = "on"
    OFF = "off"


class WeChatSettings(BaseSettings):
    """See the descriptions."""

    wechat_token: str = Field(
        default="",
        repr=False,
        pattern=r"^([A-Za-z0-9]{3,32})?$",
        description="Token of the WeChat server configuration, 3 to 32 letters and digits; empty: no WeChat.",
    )
    wechat_app_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_]{0,64}$",
        description="AppID of the WeChat account; needed for safe mode and for sending.",
    )
    wechat_app_secret: str = Field(
        default="",
        repr=False,
        pattern=r"^[A-Za-z0-9]{0,128}$",
        description="AppSecret of the WeChat account; empty: only replies within five seconds are possible.",
    )
    wechat_aes_key: _Key = Field(
        default="",
        repr=False,
        description="EncodingAESKey of the WeChat server configuration, 43 characters.",
    )
    wechat_aes_key_previous: _Key = Field(
        default="", repr=False, description="EncodingAESKey before the last change, still accepted."
    )
    wechat_mode: Mode = Field(
        default=Mode.SAFE,
        validate_default=True,
        description="How WeChat pushes messages: safe (encrypted), compatible or plain.",
    )
    wechat_api_url: str = Field(
        default="https://api.weixin.qq.com",
        pattern=r"^https?://[^\s/?#@]+$",
        description="Address of the WeChat API; another one only for tests and the simulator.",
    )
    wechat_customer_service: Sending = Field(
        default=Sending.AUTO,
        description="Whether the account may send customer-service messages: auto (asks WeChat), on or off.",
    )
    wechat_msgmenu: bool = Field(
        default=False, description="Send choices as a tappable WeChat menu (verified service accounts)."
    )
    wechat_passive_deadline_s: float = Field(
        default=4.5,
        gt=0,
        le=4.8,
        description="Seconds after which WeChat's request is answered without the reply.",
    )

    @field_validator("wechat_mode")
    @classmethod
    def _has_keys(cls, mode: Mode, info: ValidationInfo) -> Mode:
        if info.data.get("wechat_token") and mode is not Mode.PLAIN:
            missing = [name for name in ("wechat_aes_key", "wechat_app_id") if not info.data.get(name)]
            if missing:
                names = " and ".join(f"BANGBAN_{name.upper()}" for name in missing)
                raise ValueError(f"{names} to be set for this mode, or the mode “plain”")
        return mode

    @property
    def wechat_is_on(self) -> bool:
        """Whether there is a WeChat account at all."""
        return bool(self.wechat_token)
