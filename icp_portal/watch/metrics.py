"""``/metrics`` for Prometheus: only with METRICS_TOKEN, which the caller sends as a bearer token."""

from collections.abc import Iterator
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from icp_portal.watch import measures

COUNTER = "_total"  # the end of a counter's name


class PortalCollector(Collector):
    """Reads the measures when it is asked for them."""

    def collect(self) -> Iterator[Metric]:
        """Yield each measure, then which of them could not be read."""
        unread = GaugeMetricFamily("icp_unread", "1 for a measure that could not be read", labels=["measure"])
        for measure, values in measures.taken():
            kind = CounterMetricFamily if measure.name.endswith(COUNTER) else GaugeMetricFamily
            family = kind(measure.name, measure.about, labels=[measure.label] if measure.label else [])
            for label, value in (values or {}).items():
                family.add_metric([label] if measure.label else [], value)
            unread.add_metric([measure.name], float(values is None))
            yield family
        yield unread


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the measures; 404 without the token, or where none is set."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    registry = CollectorRegistry()
    registry.register(PortalCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
