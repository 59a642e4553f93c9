"""An adoption ends: by a new filing password, with its record, or because its host gives the record back."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

FUNC = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""
WHY = {"password": "a new filing password", "cancelled": "record cancelled", "given_back": "given back"}


class Migration(migrations.Migration):
    dependencies = [
        ("filings", "0043_owner_proof"),
        ("ministry", "0020_password_set"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdoptionEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(choices=list(WHY.items()), max_length=16)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "adoption",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="filings.adoption"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(why__in=list(WHY)), name="adoption_end_known"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="adoption",
            name="one_adoption_of_a_record",
        ),
        migrations.AlterField(
            model_name="adoption",
            name="host",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adoptionend",
            trigger=pgtrigger.compiler.Trigger(
                name="adoption_end_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="88e1f33b4199da99bf5172db9f4e25bbdb414511",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_adoption_end_append_only_23ac5",
                    table="filings_adoptionend",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adoptionend",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=FUNC,
                    hash="1e54960279dc11d5f8b71d04be6f6ffc3af9eb4b",
                    operation="INSERT",
                    pgid="pgtrigger_audited_416a5",
                    table="filings_adoptionend",
                    when="AFTER",
                ),
            ),
        ),
    ]
