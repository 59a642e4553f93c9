import accounts.sealed
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from ministry.create_models import CreateModels
from ministry.reference import provinces
from ministry.triggers import add_triggers


def add_bureaus(apps, schema_editor):
    """Every province has a bureau; operators add their addresses."""
    bureau = apps.get_model("bureaus", "Bureau")
    bureau.objects.bulk_create([bureau(province=province.code) for province in provinces.PROVINCES])


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('bureaus', '0001_initial'),
        ('filings', '0001_initial'),
    ]

    operations = [
        CreateModels([
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='bureaus.draw')),
                ('bureau', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='bureaus.bureau')),
                ('filing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recheck', to='filings.filing')),
                ('round', models.PositiveSmallIntegerField()),
                ('decision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='filings.event')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['bureau', 'id'], name='rechecks_of_bureau')],
                'triggers': [pgtrigger.compiler.Trigger(name='recheck_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f968e8cfa0480707ac64f22d08917ad20f2efaf6', operation='UPDATE OR DELETE', pgid='pgtrigger_recheck_append_only_aaaa9', table='bureaus_recheck', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='7f9b9fc309ed5b949991b19c3d4989e4cbe1b91f', operation='INSERT', pgid='pgtrigger_audited_e7850', table='bureaus_recheck', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SecondReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recheck', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reading', to='bureaus.recheck')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.CharField(max_length=16)),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), default=list, size=None)),
                ('note', accounts.sealed.SealedTextField(blank=True)),
                ('outcome', models.CharField(choices=[('agrees', 'agrees'), ('differs', 'differs')], max_length=8)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['agrees', 'differs'])), name='second_reading_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('codes', []), ('verdict', 'approve')), models.Q(('verdict', 'return'), models.Q(('codes', []), _negated=True)), _connector='OR'), name='second_reading_names_codes')],
                'triggers': [pgtrigger.compiler.Trigger(name='second_reading_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b9b7934161708149aefc705ad9ce431a25a10089', operation='UPDATE OR DELETE', pgid='pgtrigger_second_reading_append_only_2637e', table='bureaus_secondreading', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='1dd2748d8382e2ff021091cf45098b859f7c1766', operation='INSERT', pgid='pgtrigger_audited_fdbf2', table='bureaus_secondreading', when='AFTER'))],
            },
        ),
        ]),
        add_triggers("bureaus"),
        migrations.RunPython(add_bureaus, migrations.RunPython.noop),
    ]
