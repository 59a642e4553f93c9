"""The running portal as those see it who watch it: measures for Prometheus, a page and a morning mail for operators."""
