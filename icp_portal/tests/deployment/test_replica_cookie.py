"""A browser that has written something reads the primary for longer than a replica in use may be behind."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from icp_portal.replica import WROTE, ReplicaMiddleware


@pytest.mark.parametrize(("behind", "stays"), [(5, 30), (60, 180)])
def test_the_cookie_outlives_what_a_replica_may_be_behind(settings, behind, stays):
    settings.REPLICA_SECONDS = behind

    response = ReplicaMiddleware(lambda _request: HttpResponse())(RequestFactory().post("/"))

    assert response.cookies[WROTE]["max-age"] == stays
