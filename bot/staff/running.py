"""Puts the parts of this package together, for the front and for commands."""

from __future__ import annotations

from datetime import timedelta

import aiohttp

from bot.channels.widget.limits import Buckets
from bot.channels.widget.settings import listed
from bot.channels.widget.trust import Trust
from bot.settings import Settings, kept_secret
from bot.staff.oidc.asking import RETURN_PATH, Client
from bot.staff.oidc.far_side import FarSide
from bot.staff.passwords import Passwords
from bot.staff.secrecy import Keys
from bot.staff.service import Rules, Staff
from bot.store.audit import AuditLog, Told
from bot.store.database import Database
from bot.store.staff import StaffStore
from bot.store.staff_oidc import OidcStore
from bot.store.staff_sessions import AttemptStore, SessionStore


def make_far_side(settings: Settings, http: aiohttp.ClientSession) -> FarSide | None:
    """The identity provider, when there is one."""
    if not settings.oidc_is_on:
        return None
    client = Client(
        id=settings.oidc_client_id,
        secret=settings.oidc_client_secret,
        return_address=(settings.oidc_console_url or settings.public_url).rstrip("/") + RETURN_PATH,
        scopes=settings.oidc_scopes,
        claim=settings.oidc_claim,
        acr=tuple(listed(settings.oidc_second_factor_acr)),
        amr=tuple(listed(settings.oidc_second_factor_amr)),
        max_age_s=settings.oidc_max_age_s,
        label=settings.oidc_label,
    )
    return FarSide(settings.oidc_issuer, client, http)


def make_staff(settings: Settings, database: Database, told: Told | None = None) -> Staff:
    """Everything about staff over an open database. In: who is told of each entry of the audit log."""
    keys = Keys(settings.staff_key or kept_secret(settings.var_dir / "staff-key"))
    audit = AuditLog(database, keys.of("audit"), told)
    per_minute, logins = settings.staff_requests_per_minute_per_ip, settings.staff_logins_per_minute_per_ip
    return Staff(
        accounts=StaffStore(database, audit),
        sessions=SessionStore(database, audit),
        attempts=AttemptStore(database),
        audit=audit,
        oidc=OidcStore(database, audit),
        passwords=Passwords(),
        keys=keys,
        rules=Rules(timedelta(seconds=settings.staff_idle_s), timedelta(seconds=settings.staff_session_s)),
        trust=Trust((), listed(settings.trusted_proxies), settings.public_url),
        of_address=Buckets(per_minute, per_minute),
        logins_of_address=Buckets(logins, logins),
    )
