"""The phrase bank of the desks, and the event of a filing password that a provider asked for."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.sealed

EVENTS = {
    "start": "Filing started",
    "submit": "Submitted to the access provider",
    "withdraw": "Withdrawn by the host",
    "verify": "Verified and sent to the bureau",
    "send_back": "Returned to the host for changes",
    "return": "Returned by the bureau",
    "approve": "Approved, number issued",
    "lapse": "Draft lapsed",
    "amend": "Facts changed by the access provider",
    "photo": "Face-to-face photo taken",
    "unlock": "Opened as a whole for changes by the host",
    "claim": "Taken into work",
    "release": "Put back into the queue",
    "clock": "Due date set anew from the work calendar",
    "overdue": "The bureau's time limit has passed",
    "escalate": "Reported to the chief and the ministry as late",
    "copy": "Data used for a new filing",
    "erase": "Data erased",
    "hand_over": "Handed over to a colleague",
    "take_over": "Taken over by a supervisor",
    "assign": "Given to a colleague by a supervisor",
    "pause": "Put on hold",
    "unpause": "Taken off hold",
    "remind": "The host was reminded by the access provider",
    "password": "New filing password sent at the access provider's request",
}


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_bureaus"),
        ("filings", "0018_photo"),
        ("providers", "0007_announcements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Phrase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=8, verbose_name="code")),
                ("kind", models.CharField(max_length=64, verbose_name="field")),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("seen", accounts.sealed.SealedTextField(blank=True, verbose_name="seen")),
                ("expected", accounts.sealed.SealedTextField(blank=True, verbose_name="expected")),
                ("waits", models.BooleanField(default=False)),
                ("uses", models.PositiveIntegerField(default=0, verbose_name="used")),
                ("used_at", models.DateTimeField(verbose_name="last used")),
                ("hidden_at", models.DateTimeField(null=True, verbose_name="hidden")),
            ],
        ),
        migrations.CreateModel(
            name="PhraseChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hides", models.BooleanField()),
                ("actor_name", models.CharField(max_length=128)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_name_known",
        ),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(
                choices=list(EVENTS.items()),
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(name__in=EVENTS),
                name="event_name_known",
            ),
        ),
        migrations.AddField(
            model_name="phrase",
            name="bureau",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="phrases",
                to="bureaus.bureau",
            ),
        ),
        migrations.AddField(
            model_name="phrase",
            name="first_filing",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="filings.filing"
            ),
        ),
        migrations.AddField(
            model_name="phrase",
            name="provider",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="phrases",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="phrasechange",
            name="phrase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="filings.phrase"
            ),
        ),
        migrations.AddField(
            model_name="phrasechange",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="phrase",
            index=models.Index(
                condition=models.Q(("hidden_at", None), ("provider__isnull", False), ("waits", False)),
                fields=["provider", "code", "kind", "-uses", "-used_at"],
                name="phrases_provider_offers",
            ),
        ),
        migrations.AddIndex(
            model_name="phrase",
            index=models.Index(
                condition=models.Q(("bureau__isnull", False), ("hidden_at", None), ("waits", False)),
                fields=["bureau", "code", "kind", "-uses", "-used_at"],
                name="phrases_bureau_offers",
            ),
        ),
        migrations.AddIndex(
            model_name="phrase",
            index=models.Index(
                condition=models.Q(("provider__isnull", False), ("waits", False)),
                fields=["provider", "-used_at", "-id"],
                name="phrases_of_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bureau__isnull", False), ("provider", None)),
                    models.Q(("bureau", None), ("provider__isnull", False)),
                    _connector="OR",
                ),
                name="phrase_of_one_organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.UniqueConstraint(
                fields=("provider", "digest"), name="one_phrase_per_wording_of_provider"
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.UniqueConstraint(fields=("bureau", "digest"), name="one_phrase_per_wording_of_bureau"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phrasechange",
            trigger=pgtrigger.compiler.Trigger(
                name="phrase_change_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9d033c71d9a7e4ae7bb733bfb58c1a6494942145",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_phrase_change_append_only_bbe07",
                    table="filings_phrasechange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
