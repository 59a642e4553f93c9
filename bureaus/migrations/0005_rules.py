import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0004_queue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="bureau",
            name="proof_minutes",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Minutes for which a password or a code of the second step counts. 0: not asked.",
                verbose_name="Password before an approval",
            ),
        ),
        migrations.AddField(
            model_name="bureau",
            name="two_reviewers",
            field=models.BooleanField(
                default=False,
                help_text="One reviewer proposes the approval, another confirms it.",
                verbose_name="Two reviewers for prior approvals",
            ),
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor_name", models.CharField(max_length=128)),
                ("what", models.CharField(max_length=32)),
                ("before", models.CharField(max_length=64)),
                ("after", models.CharField(max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rule_changes", to="bureaus.bureau"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulechange",
            trigger=pgtrigger.compiler.Trigger(
                name="bureau_rule_change_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0088201fad4082b6259d885a935fcfe2f0502354",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_bureau_rule_change_append_only_a677b",
                    table="bureaus_rulechange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
