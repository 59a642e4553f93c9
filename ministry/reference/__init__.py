"""Reference data and its checks: provinces, code tables, certificates, numbers, domains, addresses, phones, names."""
