"""政务服务中心: appointments at the city's counters, registries and hospitals."""
