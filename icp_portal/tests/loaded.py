"""Load the whole portal on import: the process that others are forked from imports this, see ``forked``."""

import django

from icp_portal.celery import app

django.setup()
app.loader.import_default_modules()
