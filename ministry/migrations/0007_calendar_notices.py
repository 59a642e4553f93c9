"""Each year names its notice by title, number, date and address; 2023 and 2024 are known too; changes are kept."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from ministry.calendar.data import name_notices, seed_calendar


def seed(apps, schema_editor):
    """The known years, and what is known of their notices."""
    calendar_year = apps.get_model("ministry", "CalendarYear")
    seed_calendar(calendar_year, apps.get_model("ministry", "CalendarDay"))
    name_notices(calendar_year)


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0006_audit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="calendaryear",
            name="announced_on",
            field=models.DateField(blank=True, null=True, verbose_name="date of the notice"),
        ),
        migrations.AddField(
            model_name="calendaryear",
            name="number",
            field=models.CharField(blank=True, max_length=64, verbose_name="number of the notice"),
        ),
        migrations.AddField(
            model_name="calendaryear",
            name="url",
            field=models.URLField(blank=True, max_length=500, verbose_name="where it can be read"),
        ),
        migrations.AlterField(
            model_name="calendaryear",
            name="source",
            field=models.CharField(blank=True, max_length=255, verbose_name="title of the notice"),
        ),
        migrations.CreateModel(
            name="CalendarChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                ("before", models.JSONField(verbose_name="before")),
                ("after", models.JSONField(verbose_name="after")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="ministry.calendaryear",
                        verbose_name="year",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the work calendar",
                "verbose_name_plural": "changes of the work calendar",
                "ordering": ("-pk",),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarchange",
            trigger=pgtrigger.compiler.Trigger(
                name="calendar_change_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d8a10e8e61e76f320394df70c9e57fcda9d5e9ef",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_calendar_change_append_only_72cb0",
                    table="ministry_calendarchange",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
