"""The addresses of the SOAP services: those of the document, with ``?wsdl`` their descriptions; schemas of messages."""

from django.urls import path

from interchange.soap import services, views

app_name = "soap"

urlpatterns = [
    *(path(service.path, views.service, {"asked": service}, name=service.name) for service in services.SERVICES),
    path("ISPWebService/schemas/<path:name>", views.schema, name="schema"),
]
