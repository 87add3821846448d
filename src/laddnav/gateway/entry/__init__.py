"""From a connection to a request that is admitted: HTTP, proxies, TLS, refusals, the upgrade."""
