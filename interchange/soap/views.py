"""The view of the SOAP services."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.throttle import address_of
from desks.files import file_response
from filings.evidence.limited import FileRefused
from interchange import schemas
from interchange.soap import operations, replies, requests
from interchange.soap.callers import CallersTurn
from interchange.soap.services import Service

XML = "text/xml; charset=utf-8"
BUSY = "Two calls of this system are being handled already. Send this one again in a minute."

logger = logging.getLogger(__name__)


# A form of another site gains nothing here: neither a session nor any cookie is read, a call proves itself by password.
@csrf_exempt
def service(request: HttpRequest, asked: Service) -> HttpResponse:
    """Return what a call of one of the service's operations returns (POST), or the WSDL (``?wsdl``).

    A request that is not a valid call gets a SOAP fault with a status of 400, 413 or 415, as WS-I's Basic Profile 1.1
    allows (3.4). In the service that transfers files, a caller's third call at the same time gets one with 503.
    """
    if request.method == "POST":
        return _answered(request, asked)
    if "wsdl" in request.GET:
        return _description(request, asked)
    return redirect(f"{request.path}?wsdl")


@require_safe
def schema(_request: HttpRequest, name: str) -> HttpResponse:
    """Return a schema of the messages, such as ``strict/UploadData.xsd``; 404 for any other name."""
    if name not in schemas.FILES:
        raise Http404
    return file_response((schemas.FOLDER / name).read_bytes(), XML)


def _description(request: HttpRequest, asked: Service) -> HttpResponse:
    context = {
        "service": asked,
        "namespace": settings.INTERCHANGE_NAMESPACE,
        "address": f"{settings.SITE_URL}{reverse(f'soap:{asked.name}')}",
    }
    return render(request, "interchange/service.wsdl", context, content_type=XML)


def _answered(request: HttpRequest, asked: Service) -> HttpResponse:
    address = address_of(request)
    with requests.spool() as content, CallersTurn(address) as turn:
        try:
            call = requests.read(request, asked, content, turn.hold)
            if asked.has_files:
                turn.hold(call)
        except requests.Malformed as refusal:
            return _fault(asked, refusal.status, refusal.code, str(refusal))
        except FileRefused:
            return _fault(asked, HTTPStatus.SERVICE_UNAVAILABLE, "Server", BUSY)
        reply = operations.answered(call, address)
    soap = requests.SOAP_12 if call.is_soap_12 else requests.SOAP_11
    logger.info("%s of %s: %d", call.operation, call.number("ispId") or "unknown", reply.code)
    sent = replies.response(call.operation, reply, soap)
    return HttpResponse(sent, status=HTTPStatus.OK, content_type=replies.TYPES[soap])


def _fault(asked: Service, status: HTTPStatus, code: str, why: str) -> HttpResponse:
    logger.warning("%s: no call: %s", asked.name, why)
    soap = requests.SOAP_11
    return HttpResponse(replies.fault(code, why, soap), status=status, content_type=replies.TYPES[soap])
