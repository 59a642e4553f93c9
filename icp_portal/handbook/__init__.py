"""The handbook of the three desks: what verifiers, supervisors, reviewers, chiefs and operators do, task by task.

For signed-in staff. Limits on its pages are read from the modules that apply them; each page of a desk links to the
section about it. The link is looked up by the page's URL name (``places.url_about``), so desks know nothing of the
handbook; a test fails for an address without a section.
"""
