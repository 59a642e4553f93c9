"""Websites of before each had one domain keep theirs; every domain in force stands once in one table, nationwide."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0018_shells"),
    ]

    operations = [
        migrations.CreateModel(
            name="LiveDomain",
            fields=[
                ("domain", models.CharField(max_length=128, primary_key=True, serialize=False, verbose_name="domain")),
                (
                    "website",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="live_domains",
                        to="ministry.website",
                        verbose_name="website",
                    ),
                ),
            ],
            options={
                "verbose_name": "domain in force",
                "verbose_name_plural": "domains in force",
            },
        ),
        migrations.AddField(
            model_name="website",
            name="further_domains",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=128),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="further domains",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="website",
            trigger=pgtrigger.compiler.Trigger(
                name="live_domains",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=(
                        "\n"
                        "    IF TG_OP = 'UPDATE' THEN\n"
                        "        IF NEW.live = OLD.live AND NEW.domain = OLD.domain\n"
                        "           AND NEW.further_domains = OLD.further_domains THEN\n"
                        "            RETURN NULL;\n"
                        "        END IF;\n"
                        "        DELETE FROM ministry_livedomain WHERE website_id = NEW.id;\n"
                        "    END IF;\n"
                        "    IF NEW.live THEN\n"
                        "        INSERT INTO ministry_livedomain (domain, website_id)\n"
                        "        SELECT DISTINCT one, NEW.id\n"
                        "          FROM unnest(NEW.further_domains || NEW.domain) AS one WHERE one <> '';\n"
                        "    END IF;\n"
                        "    RETURN NULL;\n"
                    ),
                    hash="2e1217ae89fb258ccd95fe1ad5c32a19eecbd5ee",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_live_domains_8bbc0",
                    table="ministry_website",
                    when="AFTER",
                ),
            ),
        ),
        # What is in force already.
        migrations.RunSQL(
            "INSERT INTO ministry_livedomain (domain, website_id)"
            " SELECT domain, id FROM ministry_website WHERE live AND domain <> ''",
            migrations.RunSQL.noop,
        ),
    ]
