"""A website passes to another host: its offer, the filing that goes on with it, and both records held meanwhile."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.sealed
from accounts.sealed import digest

FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""
REFUSE = "RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"
OPEN = ("with_provider", "returned_to_host", "with_persons", "with_bureau", "returned_to_provider")


def hold_records(apps, schema_editor):
    """The filings that are under way hold their record, as those do that are handed in from now on."""
    filings = apps.get_model("filings", "Filing").objects.filter(status__in=OPEN, about_subject__isnull=False)
    hold = apps.get_model("filings", "Hold")
    hold.objects.bulk_create(
        hold(filing_id=filing_id, kind="record", key=digest(f"record:{subject_id}"))
        for filing_id, subject_id in filings.values_list("pk", "about_subject")
    )


def let_go(apps, schema_editor):
    apps.get_model("filings", "Hold").objects.filter(kind="record").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0048_first_sequence"),
        ("ministry", "0021_migration"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=128, verbose_name="e-mail")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("cert_type", models.PositiveSmallIntegerField(verbose_name="certificate type")),
                ("cert_number", accounts.sealed.SealedTextField(verbose_name="certificate number")),
                ("until", models.DateField(verbose_name="until")),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "offer of a website",
                "verbose_name_plural": "offers of websites",
            },
        ),
        migrations.CreateModel(
            name="OfferEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[("taken_back", "taken back"), ("declined", "declined"), ("migrated", "migrated")],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="filing",
            name="one_open_filing_per_record",
        ),
        migrations.RemoveConstraint(
            model_name="filing",
            name="filing_points_at_its_record",
        ),
        migrations.AlterField(
            model_name="filing",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_filing", "first filing"),
                    ("new_website", "new website"),
                    ("new_access", "new access"),
                    ("change_subject", "change of the site host's data"),
                    ("change_cert", "change of the certificate"),
                    ("change_website", "change of a website"),
                    ("change_access", "change of an access"),
                    ("migrate_website", "migration of a website from another host"),
                    ("cancel_access", "cancellation of an access"),
                    ("cancel_website", "cancellation of a website"),
                    ("cancel_subject", "cancellation of everything on record"),
                ],
                default="new_filing",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="hold",
            name="kind",
            field=models.CharField(
                choices=[
                    ("domain", "domain"),
                    ("home_url", "home page"),
                    ("name", "website name"),
                    ("mobile", "mobile"),
                    ("email", "e-mail"),
                    ("record", "record"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "record")), fields=("key",), name="one_open_filing_per_record"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="website",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="ministry.website"
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="offer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="filings", to="filings.offer"
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("about_subject__isnull", True),
                        ("about_access__isnull", True),
                        ("about_website__isnull", True),
                        ("kind__in", ["new_filing"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_subject__isnull", False),
                        ("about_access__isnull", True),
                        ("about_website__isnull", True),
                        ("kind__in", ["new_website", "change_subject", "change_cert", "cancel_subject"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_subject__isnull", False),
                        ("about_access__isnull", True),
                        ("about_website__isnull", False),
                        ("kind__in", ["new_access", "change_website", "cancel_website"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_subject__isnull", False),
                        ("about_access__isnull", False),
                        ("about_website__isnull", False),
                        ("kind__in", ["change_access", "cancel_access"]),
                        ("offer__isnull", True),
                    ),
                    models.Q(
                        ("about_access__isnull", True),
                        ("about_website__isnull", False),
                        ("kind__in", ["migrate_website"]),
                        ("offer__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="filing_points_at_its_record",
            ),
        ),
        migrations.AddField(
            model_name="offerend",
            name="offer",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="end", to="filings.offer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offer",
            trigger=pgtrigger.compiler.Trigger(
                name="offer_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=REFUSE,
                    hash="2e5b7508793a11f1252f790218867c180e60fc92",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_offer_append_only_8f1e6",
                    table="filings_offer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offer",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="e79457fbcaa1e7dd243326fbeb0c9ae429e00650",
                    operation="INSERT",
                    pgid="pgtrigger_audited_d640b",
                    table="filings_offer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="offerend",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["taken_back", "declined", "migrated"])), name="offer_end_known"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offerend",
            trigger=pgtrigger.compiler.Trigger(
                name="offer_end_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=REFUSE,
                    hash="9119d9457cbdd391c9afbfc3fbbc55c5e9a06b2a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_offer_end_append_only_77e9c",
                    table="filings_offerend",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offerend",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="47c01a8cdb1ce40cfa16764de60f48ef50ad4706",
                    operation="INSERT",
                    pgid="pgtrigger_audited_cb5a6",
                    table="filings_offerend",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(hold_records, let_go),
    ]
