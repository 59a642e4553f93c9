"""Which e-mail addresses of hosts have been proved with a code."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0051_decision_drafts"),
        ("filings", "0051_file_checks"),
        ("filings", "0052_places"),
        ("filings", "0052_transfers_and_ends_by_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", accounts.sealed.SealedTextField(verbose_name="e-mail")),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("code_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("wanted_at", models.DateTimeField(editable=False, null=True, verbose_name="code asked for")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="code sent")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="valid until")),
                ("sent", models.PositiveSmallIntegerField(default=0, verbose_name="codes sent")),
                ("day_began", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("wrong", models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries")),
                ("proved_at", models.DateTimeField(null=True, verbose_name="proved")),
                (
                    "host",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="filings.mandate"
                    ),
                ),
            ],
            options={
                "verbose_name": "e-mail address of a host",
                "verbose_name_plural": "e-mail addresses of hosts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("proved_at", None), ("wanted_at__isnull", False)),
                        fields=["wanted_at"],
                        name="mailbox_codes_owed",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("host__isnull", False)),
                        fields=("host", "digest"),
                        name="one_mailbox_per_host",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("mandate__isnull", False)),
                        fields=("mandate", "digest"),
                        name="one_mailbox_per_mandate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("host", None), ("mandate__isnull", False)),
                            models.Q(("host__isnull", False), ("mandate", None)),
                            _connector="OR",
                        ),
                        name="a_mailbox_is_somebodys",
                    ),
                ],
            },
        ),
    ]
