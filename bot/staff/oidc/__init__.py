"""Signing in by the identity provider of the organisation (OpenID Connect), beside name and password. ADR 17."""
