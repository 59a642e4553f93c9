"""Uploads of pictures, and what is stored of them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from filings.models import Evidence
from icp_portal.tests.hostile import Desk


def upload(desk: Desk, content: bytes, name: str = "card.jpg", **extra: Any) -> HttpResponse:
    url = reverse("filings:papers", args=[desk.case.filing.pk])
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    version = desk.case.refresh().filing.version
    return desk.client.post(url, {"version": version, "papers.subject_certificate": file, **extra})


def current(desk: Desk) -> Evidence:
    return desk.case.filing.evidence.get(path="papers.subject_certificate", replaced_at=None)
