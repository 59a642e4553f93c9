"""Subjects and websites on the register, and what a filing meets there."""

from dataclasses import replace
from datetime import date

from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, number, provider
from ministry.models import Subject, Website
from ministry.register import entry_types, writer

TODAY = date(2026, 7, 1)
LICENCE, RESIDENT_ID, ORGANISATION, CREDIT_CERTIFICATE = 1, 2, 12, 13
CREDIT_CODE = "914403001922038216"
ORGANISATION_CODE = "192203821"


def subject(cert_type: int = 0, cert_number: str = "", **fields: str) -> Subject:
    """A subject on the register; an invented company unless told otherwise."""
    who = invent.person(number())
    entry = entry_types.SubjectEntry(
        province=BEIJING,
        name="示例科技有限公司",
        nature=4,
        division="110105",
        address="示例路1号",
        cert_type=cert_type or LICENCE,
        cert_number=cert_number or invent.credit_code(number()),
        responsible_name=who.name,
        responsible_mobile=who.mobile,
        responsible_email=who.email,
    )
    return writer.enter_subject(replace(entry, **fields), TODAY)


def website(of: Subject, **fields: object) -> Website:
    """A website on the register, served by one provider."""
    who, tail = invent.person(number()), number()
    entry = entry_types.WebsiteEntry(
        name=f"示例网站{tail}",
        domain=f"site-{tail}.cn",
        home_url=f"www.site-{tail}.cn",
        services=[8],
        languages=[1],
        responsible_name=who.name,
        responsible_mobile=who.mobile,
        responsible_email=who.email,
    )
    access = entry_types.AccessEntry(
        provider_id=fields.pop("provider_id", None) or provider().pk, ways=[5], places=[2], ip_ranges=["192.31.196.7"]
    )
    return writer.enter_website(of.pk, replace(entry, **fields), access, TODAY)


def website_of(name: str, **fields: object) -> Website:
    """A website of a new subject with this name."""
    return website(subject(name=name, **fields))


def entry_of(of: Website, **fields: object) -> entry_types.WebsiteEntry:
    """The entry of a website on the register, with other values."""
    columns = ("name", "domain", "home_url", "services", "languages")
    people = ("responsible_name", "responsible_mobile", "responsible_email")
    return replace(entry_types.WebsiteEntry(**{name: getattr(of, name) for name in (*columns, *people)}), **fields)
