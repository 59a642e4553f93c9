"""Monitoring of the running portal: measures for Prometheus, a page and a morning mail for operators.

Also the lines of the log, and reports of errors and traces to other systems.
"""
