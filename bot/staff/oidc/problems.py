"""What can go wrong between us and the identity provider. Reasons are for the log, never for a page.

OidcProblem
├── ProviderAway        it does not answer, or not as OpenID Connect says: try later
└── TokenWrong          it answered, but what it says of the person is not proven
    └── KeyUnknown      signed with a key we do not know (yet)
"""

from __future__ import annotations


class OidcProblem(Exception):
    """`reason` is a short word for the log and the audit log, made by us."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ProviderAway(OidcProblem):
    """Nothing can be said about the person."""


class TokenWrong(OidcProblem):
    """Nobody is signed in on this."""


class KeyUnknown(TokenWrong):
    """Perhaps the provider has a new key."""
