"""Operators (tenants), their policies, and the keys with which programs speak for them."""
