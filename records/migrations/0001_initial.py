import accounts.sealed
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import pgtrigger.compiler
import records.models.upkeep
from django.conf import settings
from django.db import migrations, models

from ministry.create_models import CreateModels
from ministry.triggers import add_triggers


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('bureaus', '0001_initial'),
        ('filings', '0001_initial'),
        ('ministry', '0001_initial'),
        ('providers', '0001_initial'),
    ]

    operations = [
        CreateModels([
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='ministry.website')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.provincerule')),
                ('answer', models.CharField(choices=[('unchanged', 'Everything on record is still correct'), ('updated', 'Something has changed: the change is filed, or I file it now'), ('cancelled', 'It is no longer used: it is cancelled, or I file its cancellation now')], max_length=16)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('answer__in', ['unchanged', 'updated', 'cancelled'])), name='yearly_answer_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='confirmation_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f22b7776f14f710d6d2a669133f4bd8e007f770b', operation='UPDATE OR DELETE', pgid='pgtrigger_confirmation_append_only_1a48a', table='records_confirmation', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='3e79c94057226d78e78d05e2510db9f070771dec', operation='INSERT', pgid='pgtrigger_audited_ba1ef', table='records_confirmation', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CounterReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bureaus.bureau')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counter_resets', to='ministry.subject')),
                ('came', accounts.sealed.SealedTextField(verbose_name='visitor')),
                ('proof', models.CharField(max_length=255, verbose_name='proof shown')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counter_resets', to='filings.officialpaper')),
                ('old_email', accounts.sealed.SealedTextField(verbose_name='previous e-mail address')),
                ('new_email', accounts.sealed.SealedTextField(blank=True, verbose_name='new e-mail address')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['bureau', '-id'], name='counter_resets_of_bureau')],
                'triggers': [pgtrigger.compiler.Trigger(name='counter_reset_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bf8d7c8f8008e4bc5f7b4965d8b099f5c6ef1d1e', operation='UPDATE OR DELETE', pgid='pgtrigger_counter_reset_append_only_72a2a', table='records_counterreset', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='ef9c0e124c796f6c9f0b483914fe10fa6dbf5bed', operation='INSERT', pgid='pgtrigger_audited_c2a90', table='records_counterreset', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CounterLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='records.counterreset')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='counter_look_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d44b19de4efec07bf02acc5a1b149639b9c42057', operation='UPDATE OR DELETE', pgid='pgtrigger_counter_look_append_only_d1a81', table='records_counterlook', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='9d29b9e00c6e4de827ce24a580f14a9b8979f4a9', operation='INSERT', pgid='pgtrigger_audited_ac160', table='records_counterlook', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ExpiryDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='ministry.subject')),
                ('website', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='ministry.website')),
                ('kind', models.CharField(choices=[('certificate', 'Certificate'), ('domain', 'Domain'), ('approval', 'Prior approval')], max_length=16, verbose_name='expiry')),
                ('label', models.CharField(blank=True, max_length=64, verbose_name='which one')),
                ('ends_on', models.DateField(verbose_name='valid until')),
                ('told', models.PositiveSmallIntegerField(null=True)),
                ('remind_on', models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('told__isnull', True)), then=django.db.models.expressions.CombinedExpression(models.F('ends_on'), '-', models.Value(60))), models.When(models.Q(('told__gte', 60)), then=django.db.models.expressions.CombinedExpression(models.F('ends_on'), '-', models.Value(30))), models.When(models.Q(('told__gte', 30)), then=django.db.models.expressions.CombinedExpression(models.F('ends_on'), '-', models.Value(7))), default=None, output_field=models.DateField()), output_field=models.DateField(null=True))),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['ends_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('remind_on__isnull', False)), fields=['remind_on'], name='watch_to_tell')],
                'constraints': [models.UniqueConstraint(fields=('subject', 'website', 'kind', 'label'), name='one_watch_per_thing', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('kind__in', ['certificate', 'domain', 'approval'])), name='watch_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='bureaus.bureau')),
                ('act', models.CharField(choices=[('cancel', 'cancel'), ('suspend', 'suspend'), ('lift', 'end the suspension')], max_length=8, verbose_name='kind of order')),
                ('scope', models.CharField(choices=[('subject', 'subject'), ('website', 'website'), ('access', 'access')], max_length=8, verbose_name='scope')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='ministry.subject')),
                ('website', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='ministry.website')),
                ('access', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='ministry.access')),
                ('ground', models.CharField(blank=True, max_length=16, verbose_name='legal ground')),
                ('document', models.CharField(max_length=64, verbose_name='document number')),
                ('reason', accounts.sealed.SealedTextField(verbose_name='reason')),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='filings.officialpaper')),
                ('on', models.DateField(verbose_name='issued on')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['bureau', '-made_at', '-id'], name='orders_of_bureau')],
                'constraints': [models.CheckConstraint(condition=models.Q(('act__in', ['cancel', 'suspend', 'lift'])), name='order_act_known'), models.CheckConstraint(condition=models.Q(models.Q(('access', None), ('scope', 'subject'), ('website', None)), models.Q(('access', None), ('scope', 'website'), ('website__isnull', False)), models.Q(('access__isnull', False), ('scope', 'access'), ('website__isnull', False)), _connector='OR'), name='order_names_its_target'), models.CheckConstraint(condition=models.Q(models.Q(('act', 'lift'), ('ground', '')), models.Q(models.Q(('act', 'lift'), _negated=True), models.Q(('ground', ''), _negated=True)), _connector='OR'), name='order_has_a_ground')],
                'triggers': [pgtrigger.compiler.Trigger(name='order_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4fb5335286f32b852947c7c42a22108732ae962a', operation='UPDATE OR DELETE', pgid='pgtrigger_order_append_only_dd5ec', table='records_order', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='3664047a917366ad97483d98dfcb162ff37af3bc', operation='INSERT', pgid='pgtrigger_audited_b9316', table='records_order', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CancellationCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('release', 'release requested'), ('shell', 'shell'), ('place', 'conflict claimed')], max_length=8, verbose_name='kind')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='bureaus.bureau')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='ministry.subject')),
                ('website', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='ministry.website')),
                ('rival', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='filings.filing')),
                ('domain', models.CharField(blank=True, max_length=128)),
                ('filing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='filings.filing')),
                ('applicant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('provider_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened')),
                ('answer_by', models.DateField(verbose_name='objections until')),
                ('decide_by', models.DateField(verbose_name='to be decided by')),
                ('objected_at', models.DateTimeField(null=True, verbose_name='objected')),
                ('reminded_level', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'open'), ('cancelled', 'record cancelled'), ('freed', 'filing ended, conflict resolved'), ('kept', 'record stays'), ('withdrawn', 'withdrawn')], default='open', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('reason', accounts.sealed.SealedTextField(blank=True, verbose_name='reason')),
                ('order', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matter', to='records.order')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'indexes': [models.Index(fields=['bureau', 'state', 'decide_by', 'id'], name='matters_of_bureau'), models.Index(condition=models.Q(('applicant__isnull', False)), fields=['applicant', '-id'], name='matters_of_host')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'cancelled', 'freed', 'kept', 'withdrawn'])), name='matter_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('applicant', None), ('filing', None), ('kind', 'shell'), ('rival', None), ('subject__isnull', False)), models.Q(('filing__isnull', False), ('kind', 'release'), ('rival', None), ('subject__isnull', False), ('applicant__isnull', False)), models.Q(('filing__isnull', False), ('kind', 'place'), ('rival__isnull', False), ('subject', None), ('website', None), ('applicant__isnull', False)), _connector='OR'), name='matter_has_its_sides'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('decided_at', None), _negated=True)), _connector='OR'), name='matter_open_or_decided'), models.UniqueConstraint(condition=models.Q(('state', 'open'), ('subject__isnull', False)), fields=('subject', 'website'), name='one_open_matter_per_record', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('rival__isnull', False), ('state', 'open')), fields=('rival', 'filing'), name='one_open_claim_of_a_filing')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='816ec256996ec04a17751045b5599108aa230f25', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_1bddb', table='records_cancellationcase', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.cancellationcase')),
                ('name', models.CharField(choices=[('open', 'Opened'), ('object', 'Objection'), ('prove', 'Further proof'), ('withdraw', 'Withdrawn'), ('cancel', 'Decided: the record is cancelled'), ('keep', 'Decided: the record stays'), ('free', 'Decided: the filing is ended, the conflict is resolved'), ('over', 'Ended automatically: the record has changed'), ('look', 'Proof viewed'), ('remind', 'The bureau was reminded')], max_length=16)),
                ('role', models.CharField(choices=[('host', 'site host'), ('provider', 'access provider'), ('bureau', 'bureau'), ('system', 'the portal')], max_length=8)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('actor_name', models.CharField(max_length=128)),
                ('text', accounts.sealed.SealedTextField(blank=True)),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matter_events', to='filings.officialpaper')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='matter_event_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='35955aad977a4e4a9f721516d4328ffdf21d3e39', operation='UPDATE OR DELETE', pgid='pgtrigger_matter_event_append_only_f544e', table='records_caseevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='c037afa91d307c8ddc491e07c5cc07fee06b4d16', operation='INSERT', pgid='pgtrigger_audited_8fd6a', table='records_caseevent', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='OrderTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='records.order')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='order_tasks', to='providers.provider')),
                ('access_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('reminded_on', models.DateField(null=True, verbose_name='reminded on')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='receipt')),
                ('confirmed_by', models.CharField(blank=True, max_length=128, verbose_name='by')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['provider', '-made_at', '-id'], name='order_tasks_of_provider'), models.Index(condition=models.Q(('confirmed_at', None)), fields=['provider', 'id'], name='order_tasks_open')],
                'constraints': [models.UniqueConstraint(fields=('order', 'provider'), name='one_task_per_order_and_provider'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('done_at', None)), models.Q(('confirmed_at__isnull', False), ('done_at__isnull', False)), _connector='OR'), name='receipt_says_when')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='70a7e3c7f7cd79d8bfef8f78346a42cec58dc958', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_b44b0', table='records_ordertask', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='OrderEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.order')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.ordertask')),
                ('name', models.CharField(choices=[('make', 'Order issued'), ('remind', 'Provider reminded of the receipt'), ('confirm', 'Receipt submitted')], max_length=16)),
                ('role', models.CharField(choices=[('host', 'site host'), ('provider', 'access provider'), ('bureau', 'bureau'), ('system', 'the portal')], max_length=8)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='order_event_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d73b589fe305c20d0dd9eab6db8cef0312e1fd6d', operation='UPDATE OR DELETE', pgid='pgtrigger_order_event_append_only_04eca', table='records_orderevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='dc4ef2518c5925a226f722e46f243d96dc1d3759', operation='INSERT', pgid='pgtrigger_audited_6e0d1', table='records_orderevent', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=records.models.upkeep.new_code, max_length=16, unique=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.subject')),
                ('website', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.website')),
                ('content', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('issued_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_on', models.DateField()),
                ('issued_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('subject', 'website', 'issued_to', 'issued_on', 'sha256'), name='one_proof_a_day', nulls_distinct=False)],
                'triggers': [pgtrigger.compiler.Trigger(name='proof_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ecf3a34d1dbb0d5b036572d464accc0a5d6cae71', operation='UPDATE OR DELETE', pgid='pgtrigger_proof_append_only_8df4f', table='records_proof', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='813e866e9de59cd7086ab77d615adf477baad151', operation='INSERT', pgid='pgtrigger_audited_c2a8b', table='records_proof', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SpotCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spot_checks', to='bureaus.bureau')),
                ('occasion', models.CharField(max_length=128, verbose_name='occasion')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'spot check',
                'verbose_name_plural': 'spot checks',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['bureau', '-made_at', '-id'], name='spot_checks_of_bureau')],
                'triggers': [pgtrigger.compiler.Trigger(name='spot_check_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7ac834d65d8025d6fa33f927328b1851f886d625', operation='UPDATE OR DELETE', pgid='pgtrigger_spot_check_append_only_e3e3e', table='records_spotcheck', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='6d4c6c0c4fceaf843393a56bbd362e18d6859216', operation='INSERT', pgid='pgtrigger_audited_f5f96', table='records_spotcheck', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CheckedDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='domains', to='records.spotcheck')),
                ('domain', models.CharField(max_length=128, verbose_name='domain')),
                ('standing', models.CharField(choices=[('filed', 'on record in this province'), ('elsewhere', 'on record in another province'), ('unfiled', 'not on record')], max_length=16, verbose_name='state')),
                ('website', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.website')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('check_of', 'domain'), name='one_row_per_checked_domain'), models.CheckConstraint(condition=models.Q(models.Q(('standing', 'unfiled'), ('website', None)), models.Q(('standing__in', ['filed', 'elsewhere']), ('website__isnull', False)), _connector='OR'), name='checked_domain_names_its_record')],
                'triggers': [pgtrigger.compiler.Trigger(name='checked_domain_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='37734d392fb12c5bfd795832bb8089f52c3c622c', operation='UPDATE OR DELETE', pgid='pgtrigger_checked_domain_append_only_bf368', table='records_checkeddomain', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='72b15939283a8e8b47248925cf85c60e4514b3b7', operation='INSERT', pgid='pgtrigger_audited_9e17c', table='records_checkeddomain', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SpotQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='records.checkeddomain')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spot_questions', to='providers.provider')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='question')),
                ('answer_by', models.DateField(verbose_name='answer by')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('reminded_on', models.DateField(null=True, verbose_name='reminded on')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('answered_by', models.CharField(blank=True, max_length=128, verbose_name='by')),
                ('answer', models.CharField(blank=True, choices=[('ended', 'Access has ended'), ('not_ours', 'Not served by us'), ('under_way', 'A filing is under way'), ('filed', 'It is on record')], max_length=16, verbose_name='answer')),
                ('ended_on', models.DateField(null=True, verbose_name='access ended on')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='explanation')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['provider', '-asked_at', '-id'], name='spot_questions_of_provider'), models.Index(condition=models.Q(('answered_at', None)), fields=['answer_by', 'id'], name='spot_questions_open')],
                'constraints': [models.UniqueConstraint(fields=('domain', 'provider'), name='one_question_per_domain_and_provider'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='spot_question_open_or_answered'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'ended'), ('ended_on__isnull', False)), models.Q(models.Q(('answer', 'ended'), _negated=True), ('ended_on', None)), _connector='OR'), name='ended_access_says_when')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='0f929ab3a06efbb017dff6900c48144c86adfcf1', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_24ee6', table='records_spotquestion', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SpotEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.spotquestion')),
                ('name', models.CharField(choices=[('ask', 'Provider asked'), ('remind', 'Provider reminded of the answer'), ('answer', 'Answered')], max_length=16)),
                ('role', models.CharField(choices=[('host', 'site host'), ('provider', 'access provider'), ('bureau', 'bureau'), ('system', 'the portal')], max_length=8)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='spot_event_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2406ae3effc8c684bff87fbe885376d117d3ad01', operation='UPDATE OR DELETE', pgid='pgtrigger_spot_event_append_only_7e8a2', table='records_spotevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='3c74fc4f78c02dee98436f387a7072b0472e72a8', operation='INSERT', pgid='pgtrigger_audited_90a22', table='records_spotevent', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SubjectUpkeep',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='upkeep', serialize=False, to='ministry.subject')),
                ('shell_told_on', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Upkeep',
            fields=[
                ('website', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='upkeep', serialize=False, to='ministry.website')),
                ('opened_on', models.DateField(null=True, verbose_name='opened on')),
                ('police_due_on', models.DateField(null=True, verbose_name='police filing by')),
                ('police_number', models.CharField(blank=True, max_length=32, verbose_name='police filing number')),
                ('police_done_at', models.DateTimeField(null=True)),
                ('police_told', models.PositiveSmallIntegerField(null=True)),
                ('police_remind_on', models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('police_told__isnull', True)), then=django.db.models.expressions.CombinedExpression(models.F('police_due_on'), '-', models.Value(10))), models.When(models.Q(('police_told__gte', 10)), then=django.db.models.expressions.CombinedExpression(models.F('police_due_on'), '-', models.Value(0))), default=None, output_field=models.DateField()), output_field=models.DateField(null=True))),
                ('yearly_rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.provincerule')),
                ('yearly_told', models.PositiveSmallIntegerField(null=True)),
                ('yearly_answer', models.CharField(blank=True, choices=[('unchanged', 'Everything on record is still correct'), ('updated', 'Something has changed: the change is filed, or I file it now'), ('cancelled', 'It is no longer used: it is cancelled, or I file its cancellation now')], db_default='', default='', max_length=16)),
                ('yearly_told_on', models.DateField(null=True)),
                ('shell_told_on', models.DateField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('police_done_at', None)), fields=['police_remind_on'], name='police_filing_to_tell'), models.Index(condition=models.Q(('yearly_rule__isnull', False)), fields=['yearly_rule', 'yearly_answer', 'website'], name='yearly_answers')],
                'constraints': [models.CheckConstraint(condition=models.Q(('police_number', ''), ('police_done_at__isnull', False), _connector='OR'), name='police_number_means_done')],
            },
        ),
        migrations.CreateModel(
            name='YearlyReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='yearly_reminders', to='ministry.website')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.provincerule')),
                ('role', models.CharField(choices=[('host', 'site host'), ('provider', 'access provider'), ('bureau', 'bureau'), ('system', 'the portal')], max_length=8)),
                ('provider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='yearly_reminder_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1f3503dec8e5e187eaadb1713830e035a5e52aee', operation='UPDATE OR DELETE', pgid='pgtrigger_yearly_reminder_append_only_2d973', table='records_yearlyreminder', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='2cc354234f7d33571628b4e256bdfc4b5a70c902', operation='INSERT', pgid='pgtrigger_audited_011da', table='records_yearlyreminder', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CopyComparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='day')),
                ('entry', models.BigIntegerField()),
                ('place', models.BigIntegerField()),
                ('until', models.BigIntegerField()),
                ('pass_began_on', models.DateField()),
                ('pass_ended_on', models.DateField(null=True)),
                ('compared', models.PositiveIntegerField(default=0, verbose_name='records compared')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
            ],
            options={
                'verbose_name': 'comparison of the copies',
                'verbose_name_plural': 'comparisons of the copies',
                'ordering': ['-on'],
            },
        ),
        migrations.CreateModel(
            name='CopyDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='ministry.subject')),
                ('website', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.website')),
                ('access', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.access')),
                ('filing', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='filings.filing')),
                ('order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.order')),
                ('reset', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.counterreset')),
                ('copies', models.CharField(choices=[('verified', 'verified by the provider / approved by the bureau'), ('receipt', 'receipt of the approval / approved by the bureau'), ('register', 'approved by the bureau / register'), ('public', 'register / public query')], max_length=8, verbose_name='copies')),
                ('place', models.CharField(max_length=64)),
                ('field', models.CharField(max_length=96, verbose_name='field')),
                ('values', accounts.sealed.SealedJSONField()),
                ('found_at', models.DateTimeField(verbose_name='found')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', accounts.sealed.SealedTextField(blank=True, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'difference between copies',
                'verbose_name_plural': 'differences between copies',
                'indexes': [models.Index(condition=models.Q(('settled_at', None)), fields=['found_at', 'id'], name='open_differences'), models.Index(condition=models.Q(('settled_at__isnull', False)), fields=['settled_at', 'id'], name='settled_differences')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('subject', 'place', 'field', 'copies'), name='one_open_difference_of_a_field'), models.CheckConstraint(condition=models.Q(('settled_at__isnull', False), ('settled_by', None), _connector='OR'), name='open_difference_is_settled_by_nobody'), models.CheckConstraint(condition=models.Q(('copies__in', ['verified', 'receipt', 'register', 'public'])), name='compared_copies_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='6b55677334b0a653385499d7188e76d0a02a0037', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_cb245', table='records_copydifference', when='AFTER'))],
            },
        ),
        ]),
        add_triggers("records"),
    ]
