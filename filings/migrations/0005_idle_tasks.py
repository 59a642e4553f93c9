from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_announcements"),
        ("filings", "0004_webhooks"),
        ("ministry", "0010_ends_of_adoptions"),
        ("providers", "0005_closed_providers"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarApplied",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("seen_at", models.DateTimeField()),
                ("compared_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_applied_calendar")],
            },
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(
                    ("kind__in", ["cancel_access", "migrate_website", "cancel_website"]),
                    (
                        "status__in",
                        ("with_provider", "returned_to_host", "with_persons", "with_bureau", "returned_to_provider"),
                    ),
                ),
                fields=["about_website"],
                name="filings_that_remove",
            ),
        ),
    ]
