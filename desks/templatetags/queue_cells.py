"""Cells of a queue for the tables of other pages."""

from django import template

from desks.staff import queue_cells

register = template.Library()

register.simple_tag(queue_cells.filing, name="filing_cell")
register.simple_tag(queue_cells.host, name="host_cell")
