import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import accounts.sealed
from ministry.register import digests

BATCH = 500


def enter_digests(apps, schema_editor):
    """Give what the register holds already the digests that conflicts are found by."""
    for certificates in in_batches(apps.get_model("ministry", "SubjectCertificate")):
        for certificate in certificates:
            certificate.unit_digest = digests.of_unit(certificate.cert_type, certificate.number)
        type(certificates[0]).objects.bulk_update(certificates, ["unit_digest"])
    contact = apps.get_model("ministry", "SubjectContact")
    for subjects in in_batches(apps.get_model("ministry", "Subject")):
        contact.objects.bulk_create(
            contact(subject=subject, kind=kind, digest=key, person_digest=digests.of_person(subject.responsible_name))
            for subject in subjects
            for kind, text in (("mobile", subject.responsible_mobile), ("email", subject.responsible_email))
            if (key := digests.of_contact(kind, text))
        )


def in_batches(model):
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk


def blacklist_entry():
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("reason", models.CharField(max_length=500, verbose_name="reason")),
        (
            "source",
            models.CharField(
                help_text="Authority, number and date of the order.", max_length=255, verbose_name="paper"
            ),
        ),
        ("since", models.DateField(verbose_name="first day")),
        (
            "until",
            models.DateField(blank=True, help_text="Empty: without an end.", null=True, verbose_name="last day"),
        ),
    ]


def ends_after_it_starts(model):
    return models.CheckConstraint(
        condition=Q(until=None) | Q(until__gte=F("since")),
        name=f"{model}_ends_after_it_starts",
        violation_error_message="The last day lies before the first day.",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0004_seed_province_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # One unit under its old and its new certificate.
        migrations.AddField(
            model_name="subjectcertificate",
            name="unit_digest",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name="subjectcertificate",
            index=models.Index(condition=Q(live=True, unit_digest__gt=""), fields=["unit_digest"], name="live_unit"),
        ),
        # Home page and name of a website; its responsible person.
        migrations.AddField(
            model_name="website",
            name="responsible_name",
            field=accounts.sealed.SealedTextField(blank=True, verbose_name="responsible person"),
        ),
        migrations.AddField(
            model_name="website",
            name="responsible_mobile",
            field=accounts.sealed.SealedTextField(blank=True, verbose_name="mobile"),
        ),
        migrations.AddField(
            model_name="website",
            name="responsible_email",
            field=accounts.sealed.SealedTextField(blank=True, verbose_name="e-mail"),
        ),
        migrations.AddIndex(
            model_name="website",
            index=models.Index(condition=Q(live=True), fields=["home_url"], name="live_home_page"),
        ),
        migrations.AddIndex(
            model_name="website",
            index=models.Index(condition=Q(live=True), fields=["name"], name="live_website_name"),
        ),
        # Mobiles and e-mails of the responsible persons.
        migrations.CreateModel(
            name="SubjectContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mobile", "mobile"), ("email", "e-mail")], max_length=8, verbose_name="kind"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("person_digest", models.CharField(editable=False, max_length=64)),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="ministry.subject",
                        verbose_name="subject",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("digest", "kind", "person_digest", "subject"), name="one_row_per_contact_and_person"
                    ),
                    models.CheckConstraint(condition=Q(kind__in=["mobile", "email"]), name="contact_kind_known"),
                    models.CheckConstraint(condition=~Q(digest=""), name="contact_has_a_digest"),
                ],
            },
        ),
        # The blacklist.
        migrations.CreateModel(
            name="BlacklistedSubject",
            fields=[
                *blacklist_entry(),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("cert_type", models.PositiveSmallIntegerField(verbose_name="certificate type")),
                ("number", accounts.sealed.SealedTextField(verbose_name="certificate number")),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("unit_digest", models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "blacklisted subject",
                "verbose_name_plural": "blacklist: subjects",
                "ordering": ("-since", "-pk"),
                "abstract": False,
                "constraints": [ends_after_it_starts("blacklistedsubject")],
                "indexes": [
                    models.Index(fields=["digest", "cert_type"], name="blacklisted_certificate"),
                    models.Index(condition=Q(unit_digest__gt=""), fields=["unit_digest"], name="blacklisted_unit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlacklistedDomain",
            fields=[
                *blacklist_entry(),
                ("domain", models.CharField(db_index=True, max_length=128, verbose_name="domain")),
            ],
            options={
                "verbose_name": "blacklisted domain",
                "verbose_name_plural": "blacklist: domains",
                "ordering": ("-since", "-pk"),
                "abstract": False,
                "constraints": [ends_after_it_starts("blacklisteddomain")],
            },
        ),
        migrations.CreateModel(
            name="BlacklistChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                ("until", models.DateField(null=True, verbose_name="last day")),
                ("why", models.CharField(max_length=500, verbose_name="why")),
                (
                    "subject",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="ministry.blacklistedsubject",
                        verbose_name="subject",
                    ),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="ministry.blacklisteddomain",
                        verbose_name="domain",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(subject=None, domain__isnull=False) | Q(subject__isnull=False, domain=None),
                        name="a_change_belongs_to_one_entry",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="blacklistedsubject",
            trigger=pgtrigger.compiler.Trigger(
                name="blacklisted_subject_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="2dd7de1bfbfd674d60531c1cfae4547f4cad8ce4",
                    operation="DELETE",
                    pgid="pgtrigger_blacklisted_subject_stays_8ddb7",
                    table="ministry_blacklistedsubject",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="blacklisteddomain",
            trigger=pgtrigger.compiler.Trigger(
                name="blacklisted_domain_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8a2ef5874d9aee0b275d77172cfb10cc7397ef07",
                    operation="DELETE",
                    pgid="pgtrigger_blacklisted_domain_stays_1ed83",
                    table="ministry_blacklisteddomain",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="blacklistchange",
            trigger=pgtrigger.compiler.Trigger(
                name="blacklist_change_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="bbcdd0cdf7495efce3afd8a61b06b90c80842a9b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_blacklist_change_append_only_4d104",
                    table="ministry_blacklistchange",
                    when="BEFORE",
                ),
            ),
        ),
        # Last, because rows with open foreign key checks keep a table from being altered.
        migrations.RunPython(enter_digests, migrations.RunPython.noop),
    ]
