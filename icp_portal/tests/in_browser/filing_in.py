"""How a host comes from the list of filings to the check page, in a browser."""

import re
from itertools import zip_longest

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from filings import facts, fields
from filings.facts import Facts
from filings.fields import attachments, derived
from filings.models import Filing
from hosts import steps
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, as_upload
from providers.models import Provider


def choose_provider(person: Person, provider: Provider) -> None:
    """Through the ministry's navigation to a draft with the provider."""
    person.open("/navigation/")
    person.sees(_("Find an access provider"))
    person.control(_("Province")).select_option(builders.BEIJING)
    person.press(_("Show"))
    person.arrives_at(f"/navigation/?province={builders.BEIJING}")
    expect(person.page.get_by_role("article")).to_have_count(1)
    person.press(_("Start a filing here"), person.page.get_by_role("article").filter(has_text=provider.name))


def find_kind(person: Person, values: Facts, provider: Provider) -> None:
    """From the list of filings to the draft of a first filing, by certificate, domain and provider."""
    person.follow(_("Start a filing"))
    person.sees(_("File a website"))
    person.choose(_("Certificate of the site host"), values["subject.cert_type"])
    person.write(_("Certificate number"), values["subject.cert_number"])
    person.write(_("Domain of the website"), values["websites.0.domain"])
    person.control(_("Access provider")).select_option(str(provider.pk))
    person.press(_("Find out which filing you need"))
    person.press(_("Start the first-time filing"))


def fill_in(person: Person, values: Facts, provider: Provider | None = None) -> None:
    """Every page of the form, one after the other; what is known already, as from the provider, is not on the way."""
    whole = Filing(facts=whole_of(values), provider=provider or Provider())
    sections = [section for section in fields.sections_of(whole.facts) if not steps.is_known(section, whole)]
    for section, following in zip_longest(sections, sections[1:]):
        expect(person.page).to_have_url(re.compile(f"/edit/{section.id}/$"))
        person.fill(section, values)
        goes_on = following is None or following.website in (section.website, 0)
        person.press(_("Save and continue") if goes_on else _("Save and add another website"))


def hand_in_pictures(person: Person, values: Facts, number: int) -> None:
    """A picture for every certificate that is asked for."""
    person.sees(_("Pictures of the certificates"))
    for path, picture in invent.pictures_for(attachments.asked_of_host(whole_of(values)), number).items():
        person.control(capfirst(str(attachments.label(path)))).set_input_files(as_upload(picture))
    person.press(_("Upload and continue"))


def whole_of(values: Facts) -> Facts:
    """Return the document of facts that a first filing has with these values, by path."""
    numbers = {fields.website_of(path) or 0 for path in values}
    blank = {**facts.blank(), "websites": [facts.blank_website() for _number in numbers]}
    return derived.completed(facts.written(blank, values))
