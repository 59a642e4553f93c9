import accounts.sealed
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import interchange.models.files
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from ministry.create_models import CreateModels
from ministry.triggers import add_triggers


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bureaus', '0001_initial'),
        ('filings', '0001_initial'),
        ('ministry', '0001_initial'),
        ('providers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bureaus.bureau')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('is_sandbox', models.BooleanField(default=False, verbose_name='Sandbox')),
                ('isp_id', models.BigIntegerField(unique=True, verbose_name='ispId')),
                ('user_name', models.CharField(max_length=32, unique=True)),
                ('account', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('password', accounts.sealed.SealedTextField()),
                ('secret', accounts.sealed.SealedTextField()),
                ('iv', accounts.sealed.SealedTextField()),
                ('profile', models.CharField(choices=[('strict', 'Interface V3.0 (MD5, AES-CBC)'), ('modern', 'SHA-256 and AES-GCM')], default='strict', max_length=8, verbose_name='Algorithms')),
                ('is_lenient', models.BooleanField(default=True, verbose_name='Lenient reading')),
                ('networks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43), size=None, verbose_name='Source addresses')),
                ('reports_from', models.TimeField(null=True, verbose_name='Uploads only from')),
                ('reports_until', models.TimeField(null=True, verbose_name='Uploads only until')),
                ('may_report', models.BooleanField(default=True, verbose_name='Permission to report')),
                ('waiting_limit', models.PositiveSmallIntegerField(default=20, verbose_name='Files that may wait')),
                ('uploads_paused', models.BooleanField(default=False, verbose_name='Uploads paused')),
                ('downloads_paused', models.BooleanField(default=False, verbose_name='Downloads paused')),
                ('last_sequence', models.BigIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bureau', 'provider', 'is_sandbox'), name='one_connection_of_each_kind'), models.CheckConstraint(condition=models.Q(('isp_id__range', (100000000000, 999999999999))), name='isp_id_has_twelve_digits'), models.CheckConstraint(condition=models.Q(('last_sequence__range', (0, 4294967295))), name='sequence_has_four_bytes'), models.CheckConstraint(condition=models.Q(models.Q(('reports_from', None), ('reports_until', None)), models.Q(('reports_from__isnull', False), ('reports_until__isnull', False), models.Q(('reports_from', models.F('reports_until')), _negated=True)), _connector='OR'), name='hours_have_both_ends'), models.CheckConstraint(condition=models.Q(('profile__in', ['strict', 'modern'])), name='connection_profile_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'last_sequence\') = (audit_content(OLD) - \'last_sequence\') THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'last_sequence\'));\n    RETURN NULL;\n', hash='738277148ceab261a9a768273e86f83f66414c0e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_c8036', table='interchange_connection', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ConnectionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='interchange.connection')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('act', models.CharField(choices=[('opened', 'connection opened'), ('changed', 'settings of the connection changed'), ('secrets', 'new password, key and IV made'), ('paused', 'connection paused or resumed'), ('closed', 'connection closed')], max_length=8)),
                ('said', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('act__in', ['opened', 'changed', 'secrets', 'paused', 'closed'])), name='connection_act_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='connection_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6599f723e25d4a78a168cc46a9e29874a2dc63f2', operation='UPDATE OR DELETE', pgid='pgtrigger_connection_change_append_only_ad733', table='interchange_connectionchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='54db2fc4ea965f0c831fd24be548b3fceecfeb83', operation='INSERT', pgid='pgtrigger_audited_26b71', table='interchange_connectionchange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SeenValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='interchange.connection')),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='random_values_by_age')],
                'constraints': [models.UniqueConstraint(fields=('connection', 'digest'), name='random_value_once')],
            },
        ),
        migrations.CreateModel(
            name='StatusLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='interchange.connection')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('condition_type', models.PositiveSmallIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('is_filed', models.BooleanField()),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['connection', 'at'], name='looks_of_connection')],
                'triggers': [pgtrigger.compiler.Trigger(name='status_look_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='75b005f02cd11f49e68fb06364b5993aa27e6546', operation='UPDATE OR DELETE', pgid='pgtrigger_status_look_append_only_c512d', table='interchange_statuslook', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW) - \'digest\');\n    RETURN NULL;\n', hash='eb1978226e99577aa764c988317d5d3e5bb9b649', operation='INSERT', pgid='pgtrigger_audited_2b7ad', table='interchange_statuslook', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.FileField(upload_to=interchange.models.files.private_path)),
                ('file_key', accounts.sealed.SealedTextField()),
                ('size', models.PositiveIntegerField()),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='interchange.connection')),
                ('sequence', models.BigIntegerField(verbose_name='sequence')),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'waiting to be checked'), ('checked', 'checked'), ('failed', 'could not be checked')], default='waiting', max_length=8)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('checked_at', models.DateTimeField(null=True)),
                ('records', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['connection', 'sequence'], name='uploads_waiting'), models.Index(fields=['content'], name='upload_file')],
                'constraints': [models.UniqueConstraint(fields=('connection', 'sequence'), name='sequence_once_per_connection'), models.CheckConstraint(condition=models.Q(('sequence__range', (1, 4294967295))), name='upload_sequence_in_range'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'checked', 'failed'])), name='upload_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('checked_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('checked_at__isnull', False)), _connector='OR'), name='checked_upload_has_a_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'tries\') = (audit_content(OLD) - \'tries\') THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'tries\'));\n    RETURN NULL;\n', hash='c00a6afb055f3776152fd4e9b0cf6b703fecfa03', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_8ce6a', table='interchange_upload', when='AFTER')), pgtrigger.compiler.Trigger(name='sequence_without_gap', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE interchange_connection SET last_sequence = NEW.sequence\n     WHERE id = NEW.connection_id AND last_sequence = NEW.sequence - 1;\n    IF NOT FOUND THEN\n        RAISE EXCEPTION 'not the next upload of its connection' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='449f82c3bacc66089420da8eb88e13e139a84874', operation='INSERT', pgid='pgtrigger_sequence_without_gap_e6f06', table='interchange_upload', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.FileField(upload_to=interchange.models.files.private_path)),
                ('file_key', accounts.sealed.SealedTextField()),
                ('size', models.PositiveIntegerField()),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='interchange.connection')),
                ('upload', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='result', to='interchange.upload')),
                ('file_name', models.CharField(max_length=128)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('handed_at', models.DateTimeField(null=True)),
                ('acked_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('acked_at', None)), fields=['connection', 'id'], name='downloads_due'), models.Index(fields=['connection', '-id'], name='downloads_of_connection'), models.Index(fields=['content'], name='download_file')],
                'constraints': [models.UniqueConstraint(fields=('connection', 'file_name'), name='download_name_once_per_connection'), models.CheckConstraint(condition=models.Q(('acked_at', None), ('handed_at__isnull', False), _connector='OR'), name='acknowledged_download_was_handed_out')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='892fbfefca10d01910e95e6abab1878ce5e34ca9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_05464', table='interchange_download', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ProvenPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='interchange.connection')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ministry.subject')),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='password_proofs_by_age')],
                'constraints': [models.UniqueConstraint(fields=('connection', 'subject'), name='one_password_proof')],
            },
        ),
        migrations.CreateModel(
            name='ReportedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reported', to='interchange.connection')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reported', to='interchange.upload')),
                ('filing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reported', to='filings.filing')),
                ('operation', models.CharField(max_length=5, verbose_name='operation')),
                ('key', models.CharField(max_length=128)),
                ('own_ids', models.JSONField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['connection', 'operation', 'key'], name='reported_by_key')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='e970905b227277f161e273b0ab703360e183d4ca', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_a8efa', table='interchange_reportedrecord', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ReportingConnection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bureaus.bureau')),
                ('url', models.CharField(max_length=500, verbose_name="Address of the bureau's system")),
                ('isp_id', models.BigIntegerField(verbose_name='ispId')),
                ('user_name', models.CharField(max_length=32, verbose_name='userName')),
                ('password', accounts.sealed.SealedTextField()),
                ('secret', accounts.sealed.SealedTextField()),
                ('iv', accounts.sealed.SealedTextField()),
                ('profile', models.CharField(choices=[('strict', 'Interface V3.0 (MD5, AES-CBC)'), ('modern', 'SHA-256 and AES-GCM')], default='strict', max_length=8, verbose_name='Algorithms')),
                ('certificate', accounts.sealed.SealedTextField(default='')),
                ('is_paused', models.BooleanField(default=False, verbose_name='Paused')),
                ('version', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_sequence', models.BigIntegerField(default=0)),
                ('stopped_by', models.PositiveSmallIntegerField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('fetch_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('busy_until', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'bureau'), name='one_reporting_connection_per_bureau'), models.CheckConstraint(condition=models.Q(('last_sequence__range', (0, 4294967295))), name='reporting_sequence_has_four_bytes'), models.CheckConstraint(condition=models.Q(('profile__in', ['strict', 'modern'])), name='reporting_profile_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'last_sequence\' - \'failures\' - \'next_at\' - \'fetch_at\' - \'busy_until\') = (audit_content(OLD) - \'last_sequence\' - \'failures\' - \'next_at\' - \'fetch_at\' - \'busy_until\') THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'last_sequence\' - \'failures\' - \'next_at\' - \'fetch_at\' - \'busy_until\'));\n    RETURN NULL;\n', hash='a1eb5de4c253254d6eaca4514c516c13e071d33b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_db4d6', table='interchange_reportingconnection', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='FetchedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.FileField(upload_to=interchange.models.files.private_path)),
                ('file_key', accounts.sealed.SealedTextField()),
                ('size', models.PositiveIntegerField()),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='interchange.reportingconnection')),
                ('file_name', models.CharField(max_length=128)),
                ('digest', models.CharField(max_length=64)),
                ('fetched_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('acked_at', models.DateTimeField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('open_results', models.PositiveIntegerField(default=0)),
                ('said', accounts.sealed.SealedTextField(default='')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('applied_at', None)), fields=['connection', 'id'], name='fetched_not_applied'), models.Index(fields=['content'], name='fetched_file_content')],
                'constraints': [models.UniqueConstraint(fields=('connection', 'file_name'), name='fetched_file_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'tries\') = (audit_content(OLD) - \'tries\') THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'tries\'));\n    RETURN NULL;\n', hash='320b624e4f5a22d50e7d02374203fe8b546387a9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_5264c', table='interchange_fetchedfile', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ReportUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.FileField(upload_to=interchange.models.files.private_path)),
                ('file_key', accounts.sealed.SealedTextField()),
                ('size', models.PositiveIntegerField()),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='interchange.reportingconnection')),
                ('sequence', models.BigIntegerField(verbose_name='sequence')),
                ('digest', models.CharField(max_length=64)),
                ('operation', models.CharField(max_length=5)),
                ('records', models.PositiveSmallIntegerField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['content'], name='report_upload_file')],
                'constraints': [models.UniqueConstraint(fields=('connection', 'sequence'), name='report_sequence_once'), models.UniqueConstraint(condition=models.Q(('sent_at', None)), fields=('connection',), name='one_upload_in_flight')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'tries\') = (audit_content(OLD) - \'tries\') THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'tries\'));\n    RETURN NULL;\n', hash='1fceba7f7284c9c17b35aef22613f820f88e5cf2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_91b8b', table='interchange_reportupload', when='AFTER')), pgtrigger.compiler.Trigger(name='report_sequence_without_gap', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE interchange_reportingconnection SET last_sequence = NEW.sequence\n     WHERE id = NEW.connection_id AND last_sequence = NEW.sequence - 1;\n    IF NOT FOUND THEN\n        RAISE EXCEPTION 'not the next upload of its connection' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='a185062c96ea2544a273da06dc9b88e7439d6e67', operation='INSERT', pgid='pgtrigger_report_sequence_without_gap_1d7c2', table='interchange_reportupload', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('bureau', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bureaus.bureau')),
                ('filing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='filings.filing')),
                ('round', models.PositiveSmallIntegerField()),
                ('operation', models.CharField(max_length=5, verbose_name='operation')),
                ('result_type', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'waiting to be sent'), ('packed', 'sent, no result yet'), ('taken', "with the bureau's system"), ('approved', 'approved, numbers not yet received'), ('decided', 'decided'), ('refused', "not accepted by the bureau's system"), ('unwritable', "can't be sent by this interface"), ('dropped', 'not sent: no longer with the bureau')], default='waiting', max_length=10, verbose_name='state')),
                ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='interchange.reportupload')),
                ('names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), default=list, size=None)),
                ('own_ids', models.JSONField(default=dict)),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None)),
                ('said', accounts.sealed.SealedTextField(default='')),
                ('password_md5', accounts.sealed.SealedTextField(default='')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['provider', 'bureau', 'id'], name='reports_waiting'), models.Index(condition=models.Q(('state__in', ('packed', 'taken', 'approved', 'refused'))), fields=['provider', 'bureau', 'result_type'], name='reports_undecided'), models.Index(fields=['provider', '-id'], name='reports_of_provider')],
                'constraints': [models.UniqueConstraint(fields=('filing', 'round'), name='one_report_per_round'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'packed', 'taken', 'approved', 'decided', 'refused', 'unwritable', 'dropped'])), name='report_state_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='b37eea859da1234ee52eb03d1eb4d30e03998044', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_d42b5', table='interchange_report', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='interchange.reportingconnection')),
                ('operation', models.CharField(max_length=32, verbose_name='operation')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='interchange.reportupload')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='interchange.fetchedfile')),
                ('ended_by', models.CharField(blank=True, choices=[('answered', 'answered'), ('status', 'answered with an error'), ('slow', 'no complete answer within the time limit'), ('name', 'host name not found'), ('address', 'the host name leads to an address that is not public'), ('tls', 'certificate or encryption not accepted'), ('connection', 'no connection, or it was closed'), ('unreadable', "the answer can't be read")], max_length=10)),
                ('code', models.PositiveSmallIntegerField(null=True)),
                ('said', models.CharField(blank=True, max_length=256)),
                ('took', models.PositiveIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['connection', '-id'], name='exchanges_of_connection'), models.Index(fields=['at'], name='exchanges_by_age')],
            },
        ),
        migrations.CreateModel(
            name='OfficialId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bureaus.bureau')),
                ('what', models.CharField(choices=[('subject', 'site host'), ('website', 'website'), ('access', 'access')], max_length=8)),
                ('row', models.BigIntegerField()),
                ('key', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bureau', 'what', 'row'), name='one_official_id_per_row')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='58d272d43d33d57871683d593aeda425ecc56f58', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_8237c', table='interchange_officialid', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='LeniencyUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='leniencies', to='interchange.connection')),
                ('leniency', models.CharField(choices=[('bom', 'a byte order mark of UTF-8'), ('charset', 'another charset than GBK, or none declared'), ('case', 'an element in other case, such as <icp>'), ('empty', 'an element without content instead of none'), ('date', 'a date such as 2026/1/5 or 2026年1月5日')], max_length=7)),
                ('times', models.PositiveBigIntegerField()),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection', 'leniency'), name='leniency_once_per_connection'), models.CheckConstraint(condition=models.Q(('leniency__in', ['bom', 'charset', 'case', 'empty', 'date'])), name='leniency_known')],
            },
        ),
        ]),
        add_triggers("interchange"),
    ]
