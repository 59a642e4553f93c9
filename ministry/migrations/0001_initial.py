import accounts.sealed
import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from ministry.create_models import CreateModels
from ministry.triggers import add_triggers


# A row as it enters the audit log; always in UTC, so that a moment reads the same whoever asks.
CONTENT = """
CREATE FUNCTION audit_content(anyelement) RETURNS jsonb LANGUAGE sql STABLE SET timezone = 'UTC'
AS 'SELECT to_jsonb($1)'
"""
# A name as it is compared: full-width characters, capitals and white space make no difference.
FOLDED = r"""
CREATE FUNCTION name_folded(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g'))
"""
# Every two adjacent characters of a folded name, each as one number. Two, because Chinese names are searched by two:
# pg_trgm finds nothing shorter than three. Bodies in SQL's own form bind the functions they call, so that a restored
# dump finds them. The name is folded once and not once for each pair (OFFSET keeps the planner from merging the two):
# a quarter of the time.
PAIRS = """
CREATE FUNCTION name_pairs(name text) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array(
    SELECT DISTINCT (ascii(substr(folded, place, 1))::bigint << 21) | ascii(substr(folded, place + 1, 1))
    FROM (SELECT name_folded(name) AS folded OFFSET 0) AS one, generate_series(1, length(folded) - 1) AS place
)
"""
# The mails that wait (2 and 3: queued and requeued, see post_office.models.STATUS) are found without reading those
# that were sent. The table is the mail library's.
WAITING = "CREATE INDEX mails_waiting ON post_office_email (id) WHERE status IN (2, 3)"
# A list of pending entries would be read whole by every look-up.
RECIPIENTS = """
    CREATE INDEX mails_of_recipient ON post_office_email USING gin (string_to_array(lower("to"), ', '))
    WITH (fastupdate = off)
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('account', '0009_emailaddress_unique_primary_email'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('mfa', '0003_authenticator_type_uniq'),
        ('post_office', '0014_alter_email_recipient_delivery_status_and_more'),
        ('providers', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(CONTENT, "DROP FUNCTION audit_content(anyelement)"),
        migrations.RunSQL(FOLDED, "DROP FUNCTION name_folded(text)"),
        migrations.RunSQL(PAIRS, "DROP FUNCTION name_pairs(text)"),
        CreateModels([
        migrations.CreateModel(
            name='AuditCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('number', models.BigIntegerField(verbose_name='verified up to entry')),
                ('chain', models.CharField(max_length=64, verbose_name='digest of all entries')),
                ('fault', models.TextField(blank=True, verbose_name='first fault')),
                ('is_whole', models.BooleanField(default=True, verbose_name='fully read')),
                ('places', models.JSONField(default=dict)),
                ('mac', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'check of the audit log',
                'verbose_name_plural': 'checks of the audit log',
                'ordering': ['-pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='audit_check_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c761f6e9ecb9d4db163367b2fa49eeeb3025a6b3', operation='UPDATE OR DELETE', pgid='pgtrigger_audit_check_append_only_12e78', table='ministry_auditcheck', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('chain', models.CharField(max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['number'],
                'triggers': [pgtrigger.compiler.Trigger(name='audit_head_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fc3c76e3bf4666a27615c2f5e37dce681c202479', operation='UPDATE OR DELETE', pgid='pgtrigger_audit_head_append_only_d2098', table='ministry_audithead', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AuditShape',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=63)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'columns'), name='one_audit_shape')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('shape', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ministry.auditshape')),
                ('row', models.BigIntegerField()),
                ('removes', models.BooleanField(db_default=False)),
                ('digest', models.CharField(max_length=64)),
                ('chain', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField(auto_now_add=True)),
                ('filing', models.BigIntegerField(null=True)),
                ('person', models.BigIntegerField(null=True)),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(fields=['row', 'shape'], name='audit_entries_of_row'), models.Index(condition=models.Q(('filing__isnull', False)), fields=['filing', '-number'], name='audit_entries_of_filing'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person', '-number'], name='audit_entries_of_person'), models.Index(fields=['sealed_at'], name='audit_entries_by_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='audit_entry_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e70b295fb570796478167070c3a0ecd1b8fccb3a', operation='UPDATE OR DELETE', pgid='pgtrigger_audit_entry_append_only_7b78c', table='ministry_auditentry', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AuditWaiting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=63)),
                ('row', models.BigIntegerField()),
                ('content', models.JSONField()),
                ('removes', models.BooleanField(db_default=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['row', 'name'], name='audit_waiting_of_row')],
            },
        ),
        migrations.CreateModel(
            name='AuditedAddress',
            fields=[
            ],
            options={
                'proxy': True,
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='407efde0e6023a5d421f514026b7328e64b9ea6e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_5253a', table='account_emailaddress', when='AFTER'))],
                'indexes': [],
                'constraints': [],
            },
            bases=('account.emailaddress',),
        ),
        migrations.CreateModel(
            name='AuditedAddressChange',
            fields=[
            ],
            options={
                'proxy': True,
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='8c6a936a857108846815a8ef706b788f4cf54de8', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_14521', table='accounts_addresschange', when='AFTER'))],
                'indexes': [],
                'constraints': [],
            },
            bases=('accounts.addresschange',),
        ),
        migrations.CreateModel(
            name='AuditedAuthenticator',
            fields=[
            ],
            options={
                'proxy': True,
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'last_used_at\' || jsonb_build_object(\'data\', encode(sha256(convert_to(coalesce(NEW.data::text, \'\'), \'UTF8\')), \'hex\'))) = (audit_content(OLD) - \'last_used_at\' || jsonb_build_object(\'data\', encode(sha256(convert_to(coalesce(OLD.data::text, \'\'), \'UTF8\')), \'hex\'))) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'last_used_at\' || jsonb_build_object(\'data\', encode(sha256(convert_to(coalesce(NEW.data::text, \'\'), \'UTF8\')), \'hex\'))));\n    RETURN NULL;\n', hash='571ea856a3f6a8cf4a48a3867c56e8a28a82a1b3', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_c1f12', table='mfa_authenticator', when='AFTER'))],
                'indexes': [],
                'constraints': [],
            },
            bases=('mfa.authenticator',),
        ),
        migrations.CreateModel(
            name='AuditedUser',
            fields=[
            ],
            options={
                'proxy': True,
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'last_login\' || jsonb_build_object(\'password\', encode(sha256(convert_to(coalesce(NEW.password::text, \'\'), \'UTF8\')), \'hex\'))) = (audit_content(OLD) - \'last_login\' || jsonb_build_object(\'password\', encode(sha256(convert_to(coalesce(OLD.password::text, \'\'), \'UTF8\')), \'hex\'))) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'last_login\' || jsonb_build_object(\'password\', encode(sha256(convert_to(coalesce(NEW.password::text, \'\'), \'UTF8\')), \'hex\'))));\n    RETURN NULL;\n', hash='c937df4eb93427eb60ff948d41503d68c5c1adbf', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_7564b', table='accounts_user', when='AFTER'))],
                'indexes': [],
                'constraints': [],
            },
            bases=('accounts.user',),
        ),
        migrations.CreateModel(
            name='BlacklistedDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('source', models.CharField(help_text='Authority, number and date of the document.', max_length=255, verbose_name='document')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, help_text='Leave empty for no end date.', null=True, verbose_name='last day')),
                ('province', models.CharField(blank=True, choices=[('110000', '北京'), ('120000', '天津'), ('130000', '河北'), ('140000', '山西'), ('150000', '内蒙古'), ('210000', '辽宁'), ('220000', '吉林'), ('230000', '黑龙江'), ('310000', '上海'), ('320000', '江苏'), ('330000', '浙江'), ('340000', '安徽'), ('350000', '福建'), ('360000', '江西'), ('370000', '山东'), ('410000', '河南'), ('420000', '湖北'), ('430000', '湖南'), ('440000', '广东'), ('450000', '广西'), ('460000', '海南'), ('500000', '重庆'), ('510000', '四川'), ('520000', '贵州'), ('530000', '云南'), ('540000', '西藏'), ('610000', '陕西'), ('620000', '甘肃'), ('630000', '青海'), ('640000', '宁夏'), ('650000', '新疆')], editable=False, max_length=6, verbose_name='province')),
                ('domain', models.CharField(db_index=True, max_length=128, verbose_name='domain')),
            ],
            options={
                'verbose_name': 'blacklisted domain',
                'verbose_name_plural': 'blacklist: domains',
                'ordering': ('-since', '-pk'),
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='blacklisteddomain_ends_after_it_starts', violation_error_message='The last day must not be before the first day.')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='2f93da572a84e5376734a7454f0f58396f240e47', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_93b07', table='ministry_blacklisteddomain', when='AFTER')), pgtrigger.compiler.Trigger(name='blacklisted_domain_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8a2ef5874d9aee0b275d77172cfb10cc7397ef07', operation='DELETE', pgid='pgtrigger_blacklisted_domain_stays_1ed83', table='ministry_blacklisteddomain', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BlacklistedSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('source', models.CharField(help_text='Authority, number and date of the document.', max_length=255, verbose_name='document')),
                ('since', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, help_text='Leave empty for no end date.', null=True, verbose_name='last day')),
                ('province', models.CharField(blank=True, choices=[('110000', '北京'), ('120000', '天津'), ('130000', '河北'), ('140000', '山西'), ('150000', '内蒙古'), ('210000', '辽宁'), ('220000', '吉林'), ('230000', '黑龙江'), ('310000', '上海'), ('320000', '江苏'), ('330000', '浙江'), ('340000', '安徽'), ('350000', '福建'), ('360000', '江西'), ('370000', '山东'), ('410000', '河南'), ('420000', '湖北'), ('430000', '湖南'), ('440000', '广东'), ('450000', '广西'), ('460000', '海南'), ('500000', '重庆'), ('510000', '四川'), ('520000', '贵州'), ('530000', '云南'), ('540000', '西藏'), ('610000', '陕西'), ('620000', '甘肃'), ('630000', '青海'), ('640000', '宁夏'), ('650000', '新疆')], editable=False, max_length=6, verbose_name='province')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('cert_type', models.PositiveSmallIntegerField(verbose_name='certificate type')),
                ('number', accounts.sealed.SealedTextField(verbose_name='certificate number')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('unit_digest', models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'blacklisted subject',
                'verbose_name_plural': 'blacklist: subjects',
                'ordering': ('-since', '-pk'),
                'abstract': False,
                'indexes': [models.Index(fields=['digest', 'cert_type'], name='blacklisted_certificate'), models.Index(condition=models.Q(('unit_digest__gt', '')), fields=['unit_digest'], name='blacklisted_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='blacklistedsubject_ends_after_it_starts', violation_error_message='The last day must not be before the first day.')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='37b3b41e6afbe3add04a93064f6fc05a677ba18d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_88ee9', table='ministry_blacklistedsubject', when='AFTER')), pgtrigger.compiler.Trigger(name='blacklisted_subject_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='2dd7de1bfbfd674d60531c1cfae4547f4cad8ce4', operation='DELETE', pgid='pgtrigger_blacklisted_subject_stays_8ddb7', table='ministry_blacklistedsubject', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BlacklistChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='ministry.blacklistedsubject', verbose_name='subject')),
                ('domain', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='ministry.blacklisteddomain', verbose_name='domain')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('until', models.DateField(null=True, verbose_name='last day')),
                ('why', models.CharField(max_length=500, verbose_name='why')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('domain__isnull', False), ('subject', None)), models.Q(('domain', None), ('subject__isnull', False)), _connector='OR'), name='a_change_belongs_to_one_entry')],
                'triggers': [pgtrigger.compiler.Trigger(name='blacklist_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bbcdd0cdf7495efce3afd8a61b06b90c80842a9b', operation='UPDATE OR DELETE', pgid='pgtrigger_blacklist_change_append_only_4d104', table='ministry_blacklistchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='13a414f35bbe4bd5e26dde97cb8247a8edb569be', operation='INSERT', pgid='pgtrigger_audited_49bbb', table='ministry_blacklistchange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='year')),
                ('published', models.BooleanField(default=False, verbose_name='notice published')),
                ('source', models.CharField(blank=True, max_length=255, verbose_name='title of the notice')),
                ('number', models.CharField(blank=True, max_length=64, verbose_name='number of the notice')),
                ('announced_on', models.DateField(blank=True, null=True, verbose_name='date of the notice')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='web address of the notice')),
            ],
            options={
                'verbose_name': 'calendar year',
                'verbose_name_plural': 'calendar years',
                'ordering': ('-year',),
                'constraints': [models.CheckConstraint(condition=models.Q(('published', False), models.Q(('source', ''), _negated=True), _connector='OR'), name='a_published_year_names_its_source', violation_error_message='Enter the notice that was published.'), models.CheckConstraint(condition=models.Q(('year__gte', 1949), ('year__lte', 9999)), name='a_year_has_four_digits', violation_error_message='Enter a year with four digits.')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.year::bigint, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.year::bigint, (audit_content(NEW)));\n    RETURN NULL;\n', hash='97bdd403633e00c60daf5c47154ff6c0cc65a1c4', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_65e81', table='ministry_calendaryear', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CalendarChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='ministry.calendaryear', verbose_name='year')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('before', models.JSONField(verbose_name='before')),
                ('after', models.JSONField(verbose_name='after')),
            ],
            options={
                'verbose_name': 'change of the work calendar',
                'verbose_name_plural': 'changes of the work calendar',
                'ordering': ('-pk',),
                'triggers': [pgtrigger.compiler.Trigger(name='calendar_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d8a10e8e61e76f320394df70c9e57fcda9d5e9ef', operation='UPDATE OR DELETE', pgid='pgtrigger_calendar_change_append_only_72cb0', table='ministry_calendarchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='8d114ba8ef55c5d08f3e8c518f4a86ec73363489', operation='INSERT', pgid='pgtrigger_audited_eb15c', table='ministry_calendarchange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='day')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='ministry.calendaryear', verbose_name='year')),
                ('is_working', models.BooleanField(default=False, verbose_name='working day')),
                ('name', models.CharField(help_text='For example 国庆节 or 调休上班.', max_length=64, verbose_name='name')),
            ],
            options={
                'verbose_name': 'calendar day',
                'verbose_name_plural': 'calendar days',
                'ordering': ('day',),
                'constraints': [models.CheckConstraint(condition=models.Q(('day__year', models.F('year'))), name='a_day_lies_in_its_year', violation_error_message='This day is not in this year.'), models.CheckConstraint(condition=models.Q(('is_working', False), ('day__iso_week_day__gte', 6), _connector='OR'), name='a_make_up_day_is_a_weekend_day', violation_error_message='Only a Saturday or a Sunday can be a make-up working day.')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, to_char(OLD.day, \'YYYYMMDD\')::bigint, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, to_char(NEW.day, \'YYYYMMDD\')::bigint, (audit_content(NEW)));\n    RETURN NULL;\n', hash='efb1982825fc1665537c9fc928f7b4bb4f25f214', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_1dece', table='ministry_calendarday', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='GuideCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [models.Index(fields=['page', '-at'], name='guide_check_latest')],
                'triggers': [pgtrigger.compiler.Trigger(name='guide_check_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f9d129f0dfe1597f974089dc25c85ad28463c7c9', operation='UPDATE OR DELETE', pgid='pgtrigger_guide_check_append_only_e232a', table='ministry_guidecheck', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='40720b6b02ec9ab0cfd1c6ccf9938be56f3ce559', operation='INSERT', pgid='pgtrigger_audited_334da', table='ministry_guidecheck', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('post_office.email',),
        ),
        migrations.CreateModel(
            name='MailResend',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('actor_name', models.CharField(blank=True, max_length=128, verbose_name='who')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('mails', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='mails')),
            ],
            options={
                'verbose_name': 'resending of mails',
                'verbose_name_plural': 'resendings of mails',
                'ordering': ['-pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='mail_resend_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6aece38b1b03d70ca85de9ccb05af0283a13d27c', operation='UPDATE OR DELETE', pgid='pgtrigger_mail_resend_append_only_6813e', table='ministry_mailresend', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='7c97af058cfb1d26df999f28ed1f454169ec34e1', operation='INSERT', pgid='pgtrigger_audited_41ad1', table='ministry_mailresend', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('province', models.CharField(choices=[('110000', '北京'), ('120000', '天津'), ('130000', '河北'), ('140000', '山西'), ('150000', '内蒙古'), ('210000', '辽宁'), ('220000', '吉林'), ('230000', '黑龙江'), ('310000', '上海'), ('320000', '江苏'), ('330000', '浙江'), ('340000', '安徽'), ('350000', '福建'), ('360000', '江西'), ('370000', '山东'), ('410000', '河南'), ('420000', '湖北'), ('430000', '湖南'), ('440000', '广东'), ('450000', '广西'), ('460000', '海南'), ('500000', '重庆'), ('510000', '四川'), ('520000', '贵州'), ('530000', '云南'), ('540000', '西藏'), ('610000', '陕西'), ('620000', '甘肃'), ('630000', '青海'), ('640000', '宁夏'), ('650000', '新疆')], max_length=6, verbose_name='province')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='last serial')),
            ],
            options={
                'verbose_name': 'number series',
                'verbose_name_plural': 'number series',
                'constraints': [models.UniqueConstraint(fields=('province', 'year'), name='one_series_per_province_and_year'), models.CheckConstraint(condition=models.Q(('last__lte', 999999)), name='serial_has_six_digits')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='589821f64f924fbd218ab7675f5a1c0099e57130', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_1774e', table='ministry_numberseries', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='PasswordTries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=32, verbose_name='number')),
                ('caller', models.CharField(max_length=64)),
                ('wrong', models.PositiveSmallIntegerField(default=0, verbose_name='wrong attempts')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first wrong attempt')),
                ('locked_until', models.DateTimeField(null=True, verbose_name='locked until')),
                ('untold', models.BooleanField(default=False, verbose_name='to be announced')),
                ('told_at', models.DateTimeField(null=True, verbose_name='announced at')),
            ],
            options={
                'verbose_name': 'filing password attempts',
                'verbose_name_plural': 'filing password attempts',
                'indexes': [models.Index(condition=models.Q(('untold', True)), fields=['locked_until'], name='lock_untold')],
                'constraints': [models.UniqueConstraint(fields=('number', 'caller'), name='one_count_per_caller')],
            },
        ),
        migrations.CreateModel(
            name='ProvinceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('province', models.CharField(blank=True, choices=[('', 'Everywhere'), ('110000', '北京'), ('120000', '天津'), ('130000', '河北'), ('140000', '山西'), ('150000', '内蒙古'), ('210000', '辽宁'), ('220000', '吉林'), ('230000', '黑龙江'), ('310000', '上海'), ('320000', '江苏'), ('330000', '浙江'), ('340000', '安徽'), ('350000', '福建'), ('360000', '江西'), ('370000', '山东'), ('410000', '河南'), ('420000', '湖北'), ('430000', '湖南'), ('440000', '广东'), ('450000', '广西'), ('460000', '海南'), ('500000', '重庆'), ('510000', '四川'), ('520000', '贵州'), ('530000', '云南'), ('540000', '西藏'), ('610000', '陕西'), ('620000', '甘肃'), ('630000', '青海'), ('640000', '宁夏'), ('650000', '新疆')], max_length=6, verbose_name='province')),
                ('topic', models.CharField(choices=[('minimum_age', 'Minimum age'), ('residence', 'Individuals from other provinces'), ('local_phone', 'Local telephone'), ('one_phone', 'One telephone for one host'), ('emergency_differs', 'Different emergency numbers for the two responsible persons'), ('legal_representative', "Who can be the host's responsible person"), ('manager', "Who can be the website's responsible person"), ('certificates_refused', 'Certificate types not accepted'), ('certificate_months', 'Remaining validity of certificates'), ('websites', 'Websites in one filing'), ('website_names_differ', 'No two websites of a host with the same name'), ('remark', 'Remark required'), ('name_characters', 'Website name: minimum of Chinese characters'), ('name_beginning', 'Website name: beginnings not allowed'), ('name_words', 'Website name: words not allowed'), ('name_approval', 'Website name: words that need a prior approval'), ('name_placeholder', 'Website name: placeholders not allowed'), ('name_form', 'Website name: required form'), ('services_forbidden', 'Service contents not allowed'), ('services_required', 'Service contents required'), ('domain_endings', 'Domain endings not accepted'), ('domain_endings_required', 'Domain endings required'), ('domain_words', 'Domain: words not allowed'), ('service_approval', 'Service contents that need a prior approval'), ('approval', 'Prior approvals'), ('papers', 'Required documents'), ('subject_change', 'Change to another host'), ('changes', 'Maximum number of changes of a record through one provider'), ('one_change', 'Changes of host and website in one filing'), ('shells', 'New website for a record without websites'), ('migration', 'Migration of a website to another host'), ('yearly_confirmation', 'Yearly confirmation'), ('codes', 'Verification codes of the responsible persons'), ('days_with_provider', 'Waiting limit at the access provider'), ('days_returned_to_host', 'Waiting limit for the host after a return'), ('days_returned_to_provider', 'Waiting limit at the access provider after a return by the bureau'), ('advice', 'Advice at a field')], max_length=32, verbose_name='topic')),
                ('audience', models.CharField(choices=[('everybody', 'all hosts'), ('units', 'organisations'), ('individuals', 'individuals')], default='everybody', max_length=16, verbose_name='applies to')),
                ('natures', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, help_text='Only hosts of these types; if none is chosen, all of those concerned.', size=None, verbose_name='types of host')),
                ('amount', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='number')),
                ('words', models.TextField(blank=True, verbose_name='list')),
                ('demand', models.CharField(blank=True, choices=[('free', 'no restriction'), ('required', 'must be the legal representative'), ('authorisation', 'another person with an authorisation'), ('same_person', 'the authorised person must also be responsible for the website'), ('permit', 'with proof of residence'), ('only_local', 'only registered residents of the province'), ('landline', 'landline and mobile'), ('mobile', 'mobile only'), ('paper', "the authority's approval document"), ('pledge', 'a pledge that the business is not involved'), ('either', 'the approval document or the pledge'), ('ask', 'as the bureau requires'), ('nothing', 'no requirement'), ('other_host', 'a filing may be changed to another host'), ('own_company', "an individual's filing may be changed to the individual's own company"), ('rename_only', 'only a new name of the same host'), ('every_change', 'every change of the site host or a website'), ('host_changes', 'every change of the site host'), ('new_responsible', "a change of the host's responsible person"), ('may_add', 'a website may be added directly'), ('cancel_first', 'the record must be cancelled first, then filed again'), ('may_migrate', 'a website may be migrated to another host'), ('may_not_migrate', 'no migration: the website must be cancelled and filed again'), ('code', 'each responsible person enters a verification code; it replaces the filing password'), ('no_code', 'no code; the filing password is required')], max_length=16, verbose_name='requirement')),
                ('severity', models.CharField(choices=[('blocks', 'blocks submission'), ('warns', 'warns')], default='warns', help_text='Let it block only where the portal can judge the facts with certainty.', max_length=8, verbose_name='if not met')),
                ('advice', models.TextField(blank=True, help_text='Shown to the host at the field, in Chinese. Say what the host must do.', max_length=500, verbose_name='advice')),
                ('source', models.CharField(help_text='Who published it, where and when. Shown beside the advice.', max_length=255, verbose_name='source')),
                ('unverified', models.BooleanField(default=False, help_text='There is no public source; the bureau has to confirm it.', verbose_name='not verified')),
                ('valid_from', models.DateField(help_text='Applies to filings submitted from this day on.', verbose_name='first day')),
                ('valid_to', models.DateField(blank=True, help_text='Leave empty if no end date is known. A rule is ended, not deleted.', null=True, verbose_name='last day')),
            ],
            options={
                'verbose_name': 'province rule',
                'verbose_name_plural': 'province rules',
                'ordering': ('topic', 'province', 'audience', '-valid_from', 'pk'),
                'indexes': [models.Index(fields=['province', 'valid_from'], name='rules_of_province')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='a_rule_ends_after_it_begins', violation_error_message='The last day of the rule is before its first day.'), models.CheckConstraint(condition=models.Q(('topic__in', ['minimum_age', 'residence', 'local_phone', 'one_phone', 'emergency_differs', 'legal_representative', 'manager', 'certificates_refused', 'certificate_months', 'websites', 'website_names_differ', 'remark', 'name_characters', 'name_beginning', 'name_words', 'name_approval', 'name_placeholder', 'name_form', 'services_forbidden', 'services_required', 'domain_endings', 'domain_endings_required', 'domain_words', 'service_approval', 'approval', 'papers', 'subject_change', 'changes', 'one_change', 'shells', 'migration', 'yearly_confirmation', 'codes', 'days_with_provider', 'days_returned_to_host', 'days_returned_to_provider', 'advice'])), name='rule_topic_known'), models.CheckConstraint(condition=models.Q(('audience__in', ['everybody', 'units', 'individuals'])), name='rule_audience_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['blocks', 'warns'])), name='rule_severity_known'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='a_rule_names_its_source')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='58858607d2455fc8e5be254c7fbd3084c7adbca7', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_43dd3', table='ministry_provincerule', when='AFTER')), pgtrigger.compiler.Trigger(name='rule_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='23e99c573d44bbc074e170e631ed0ac97f50b4f7', operation='DELETE', pgid='pgtrigger_rule_never_deleted_0a3de', table='ministry_provincerule', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='RuleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='ministry.provincerule', verbose_name='rule')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('before', models.JSONField(null=True, verbose_name='before')),
                ('after', models.JSONField(verbose_name='after')),
            ],
            options={
                'verbose_name': 'change of a rule',
                'verbose_name_plural': 'changes of rules',
                'ordering': ('-pk',),
                'triggers': [pgtrigger.compiler.Trigger(name='rule_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='995b4f5ec0330b5e5d1ab646a08e711f258e2a1e', operation='UPDATE OR DELETE', pgid='pgtrigger_rule_change_append_only_2d468', table='ministry_rulechange', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='01e750141bb6efc287ded8110930ed4c2a70daa3', operation='INSERT', pgid='pgtrigger_audited_cc42f', table='ministry_rulechange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('province', models.CharField(choices=[('110000', '北京'), ('120000', '天津'), ('130000', '河北'), ('140000', '山西'), ('150000', '内蒙古'), ('210000', '辽宁'), ('220000', '吉林'), ('230000', '黑龙江'), ('310000', '上海'), ('320000', '江苏'), ('330000', '浙江'), ('340000', '安徽'), ('350000', '福建'), ('360000', '江西'), ('370000', '山东'), ('410000', '河南'), ('420000', '湖北'), ('430000', '湖南'), ('440000', '广东'), ('450000', '广西'), ('460000', '海南'), ('500000', '重庆'), ('510000', '四川'), ('520000', '贵州'), ('530000', '云南'), ('540000', '西藏'), ('610000', '陕西'), ('620000', '甘肃'), ('630000', '青海'), ('640000', '宁夏'), ('650000', '新疆')], max_length=6, verbose_name='province')),
                ('year', models.PositiveSmallIntegerField(null=True, verbose_name='year')),
                ('serial', models.PositiveIntegerField(null=True, verbose_name='serial')),
                ('earlier_number', models.CharField(blank=True, db_default='', default='', max_length=32, verbose_name='earlier number')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('nature', models.PositiveSmallIntegerField(verbose_name='type of site host')),
                ('division', models.CharField(max_length=6, verbose_name='city or county')),
                ('address', accounts.sealed.SealedTextField(verbose_name='address')),
                ('responsible_name', accounts.sealed.SealedTextField(verbose_name='responsible person')),
                ('responsible_mobile', accounts.sealed.SealedTextField(verbose_name='mobile')),
                ('responsible_email', accounts.sealed.SealedTextField(verbose_name='e-mail')),
                ('live', models.BooleanField(default=True, verbose_name='in force')),
                ('approved_on', models.DateField(verbose_name='approved on')),
                ('cancelled_on', models.DateField(editable=False, null=True, verbose_name='cancelled on')),
                ('suspended_on', models.DateField(editable=False, null=True, verbose_name='suspended on')),
                ('last_sequence', models.PositiveIntegerField(default=0, verbose_name='last website sequence')),
                ('password_hash', models.CharField(blank=True, editable=False, max_length=128)),
                ('password_wanted_at', models.DateTimeField(editable=False, null=True, verbose_name='password requested')),
                ('password_sent_at', models.DateTimeField(editable=False, null=True, verbose_name='password sent')),
                ('password_set_at', models.DateTimeField(editable=False, null=True)),
                ('password_set_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'subject',
                'verbose_name_plural': 'subjects',
                'indexes': [models.Index(fields=['name', 'id'], name='subject_name'), django.contrib.postgres.indexes.GinIndex(models.Func('name', function='name_pairs'), condition=models.Q(('live', True), models.Q(('nature', 5), _negated=True)), fastupdate=False, name='subject_name_pairs'), models.Index(condition=models.Q(('password_wanted_at__isnull', False)), fields=['password_wanted_at'], name='subject_password_wanted'), models.Index(condition=models.Q(('password_set_at__isnull', False)), fields=['password_set_at'], name='subject_password_set'), models.Index(condition=models.Q(('live', False)), fields=['cancelled_on'], name='subject_cancelled')],
                'constraints': [models.UniqueConstraint(fields=('province', 'year', 'serial'), name='one_subject_per_number'), models.UniqueConstraint(condition=models.Q(('earlier_number__gt', '')), fields=('earlier_number',), name='one_subject_per_earlier_number'), models.CheckConstraint(condition=models.Q(models.Q(('earlier_number', ''), ('serial__isnull', False), ('year__isnull', False)), models.Q(('earlier_number__regex', '^.(ICP备([0-9]{6}|[0-9]{8})号|ICP证[0-9]{6,8}号|B2-[0-9]{8})$'), ('serial', None), ('year', None)), _connector='OR'), name='number_of_a_series_or_of_an_earlier_system'), models.CheckConstraint(condition=models.Q(('earlier_number', ''), ('approved_on__lte', datetime.date(2020, 12, 31)), _connector='OR'), name='earlier_numbers_are_not_issued_any_more'), models.CheckConstraint(condition=models.Q(('live', False), ('cancelled_on', None), _connector='OR'), name='live_subject_is_not_cancelled')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) || jsonb_build_object(\'password_hash\', encode(sha256(convert_to(coalesce(NEW.password_hash::text, \'\'), \'UTF8\')), \'hex\'))) = (audit_content(OLD) || jsonb_build_object(\'password_hash\', encode(sha256(convert_to(coalesce(OLD.password_hash::text, \'\'), \'UTF8\')), \'hex\'))) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) || jsonb_build_object(\'password_hash\', encode(sha256(convert_to(coalesce(NEW.password_hash::text, \'\'), \'UTF8\')), \'hex\'))));\n    RETURN NULL;\n', hash='136ad48d8becd3f7c56d9420121b2bef8b29c195', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_63ac9', table='ministry_subject', when='AFTER')), pgtrigger.compiler.Trigger(name='public_feed', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('portal.importing', true) IS DISTINCT FROM 'on')", constraint='CONSTRAINT', declare='DECLARE happened text; that_day date;', func="\n    IF TG_OP = 'INSERT' THEN\n        happened := 'entered'; that_day := NEW.approved_on;\n    ELSIF OLD.live AND NOT NEW.live THEN\n        happened := 'cancelled'; that_day := NEW.cancelled_on;\n    ELSIF NEW.suspended_on IS DISTINCT FROM OLD.suspended_on THEN\n        happened := CASE WHEN NEW.suspended_on IS NULL THEN 'resumed' ELSE 'suspended' END;\n        that_day := NEW.suspended_on;\n    ELSIF (NEW.name, NEW.nature) IS DISTINCT FROM (OLD.name, OLD.nature) THEN\n        happened := 'changed';\n    ELSE\n        RETURN NULL;\n    END IF;\n    PERFORM pg_advisory_xact_lock(7264120036);\n    INSERT INTO ministry_registerchange (what, subject_id, website_id, domains, day, at)\n    VALUES (happened, NEW.id, NULL, '{}', that_day, clock_timestamp());\n    RETURN NULL;\n", hash='18609709ec07b992cf0677582c7fea3efa0ba829', operation='INSERT OR UPDATE', pgid='pgtrigger_public_feed_cbe23', table='ministry_subject', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=32, verbose_name='number')),
                ('cert_type', models.PositiveSmallIntegerField(verbose_name='certificate type')),
                ('cert_digest', models.CharField(editable=False, max_length=64)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='requested at')),
                ('expires_at', models.DateTimeField(verbose_name='confirmation due')),
                ('looked_up_at', models.DateTimeField(null=True, verbose_name='looked up at')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to='ministry.subject', verbose_name='subject')),
                ('outcome', models.CharField(blank=True, choices=[('wrong', 'data not on record'), ('too_often', 'requested too often'), ('joined', 'another request was under way or has been sent'), ('stopped', 'stopped by a contact on file'), ('cancelled', 'subject no longer on record'), ('ordered', 'new password sent'), ('expired', 'the address on record has not confirmed it in time')], max_length=16, verbose_name='outcome')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('stopped_by', models.CharField(blank=True, max_length=255, verbose_name='stopped by')),
            ],
            options={
                'verbose_name': 'password recovery',
                'verbose_name_plural': 'password recoveries',
                'indexes': [models.Index(condition=models.Q(('looked_up_at__isnull', True)), fields=['asked_at'], name='recovery_open'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['expires_at'], name='recovery_under_way'), models.Index(fields=['cert_digest', 'expires_at'], name='recovery_of_certificate')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('subject__isnull', False)), fields=('subject',), name='one_recovery_under_way'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(('ended_at__isnull', False), ('outcome__in', ['wrong', 'too_often', 'joined', 'stopped', 'cancelled', 'ordered', 'expired'])), _connector='OR'), name='recovery_ends_with_an_outcome'), models.CheckConstraint(condition=models.Q(('outcome', 'stopped'), ('stopped_by', ''), _connector='XOR'), name='who_stopped_a_recovery')],
            },
        ),
        migrations.CreateModel(
            name='SubjectCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='ministry.subject', verbose_name='subject')),
                ('cert_type', models.PositiveSmallIntegerField(verbose_name='certificate type')),
                ('number', accounts.sealed.SealedTextField(verbose_name='certificate number')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('unit_digest', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('live', models.BooleanField(default=True, verbose_name='in force')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'indexes': [models.Index(condition=models.Q(('live', True), ('unit_digest__gt', '')), fields=['unit_digest'], name='live_unit')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('live', True)), fields=('cert_type', 'digest'), name='one_live_subject_per_certificate')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='622f1b9aa5fc94e2751d27def0dbebf307ce25d0', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_5cd55', table='ministry_subjectcertificate', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SubjectContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='ministry.subject', verbose_name='subject')),
                ('kind', models.CharField(choices=[('mobile', 'mobile'), ('email', 'e-mail')], max_length=8, verbose_name='kind')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('person_digest', models.CharField(editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'constraints': [models.UniqueConstraint(fields=('digest', 'kind', 'person_digest', 'subject'), name='one_row_per_contact_and_person'), models.CheckConstraint(condition=models.Q(('kind__in', ['mobile', 'email'])), name='contact_kind_known'), models.CheckConstraint(condition=models.Q(('digest', ''), _negated=True), name='contact_has_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='Website',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='websites', to='ministry.subject', verbose_name='subject')),
                ('sequence', models.PositiveIntegerField(verbose_name='sequence')),
                ('service', models.PositiveSmallIntegerField(choices=[(1, '网站'), (6, 'APP'), (7, '小程序'), (8, '快应用')], db_default=1, default=1, editable=False, verbose_name='service type')),
                ('name', models.CharField(max_length=512, verbose_name='website name')),
                ('domain', models.CharField(blank=True, max_length=128, verbose_name='domain')),
                ('further_domains', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, db_default=[], default=list, size=None, verbose_name='further domains')),
                ('home_url', models.CharField(blank=True, max_length=255, verbose_name='home page')),
                ('services', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None, verbose_name='service contents')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None, verbose_name='languages')),
                ('responsible_name', accounts.sealed.SealedTextField(blank=True, verbose_name='responsible person')),
                ('responsible_mobile', accounts.sealed.SealedTextField(blank=True, verbose_name='mobile')),
                ('responsible_email', accounts.sealed.SealedTextField(blank=True, verbose_name='e-mail')),
                ('live', models.BooleanField(default=True, verbose_name='in force')),
                ('approved_on', models.DateField(verbose_name='approved on')),
                ('cancelled_on', models.DateField(editable=False, null=True, verbose_name='cancelled on')),
                ('suspended_on', models.DateField(editable=False, null=True, verbose_name='suspended on')),
                ('migrated_to', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='migrated_from', to='ministry.website')),
            ],
            options={
                'verbose_name': 'website',
                'verbose_name_plural': 'websites',
                'indexes': [models.Index(condition=models.Q(('live', True)), fields=['home_url'], name='live_home_page'), models.Index(condition=models.Q(('live', True)), fields=['name'], name='live_website_name'), models.Index(condition=models.Q(('live', True), models.Q(('service', 1), _negated=True)), fields=['name'], name='live_service_name'), models.Index(condition=models.Q(('live', False)), fields=['domain'], name='ended_domain'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('live', False)), fastupdate=False, fields=['further_domains'], name='ended_further_domains')],
                'constraints': [models.UniqueConstraint(fields=('subject', 'sequence'), name='one_website_per_number'), models.UniqueConstraint(condition=models.Q(('live', True), ('service', 1)), fields=('domain',), name='one_live_website_per_domain'), models.CheckConstraint(condition=models.Q(('service__in', [1, 6, 7, 8])), name='service_type_known'), models.CheckConstraint(condition=models.Q(('service', 1), ('domain', ''), _connector='XOR'), name='websites_alone_have_a_domain'), models.CheckConstraint(condition=models.Q(('live', False), ('cancelled_on', None), _connector='OR'), name='live_website_is_not_cancelled')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='c918b894150d5a55fc6546cbde9715ee4751f2fc', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_37ff4', table='ministry_website', when='AFTER')), pgtrigger.compiler.Trigger(name='public_feed', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('portal.importing', true) IS DISTINCT FROM 'on')", constraint='CONSTRAINT', declare='DECLARE happened text; that_day date;', func="\n    IF TG_OP = 'INSERT' THEN\n        happened := 'entered'; that_day := NEW.approved_on;\n    ELSIF OLD.live AND NOT NEW.live THEN\n        happened := (\n    SELECT CASE WHEN migrated_to_id IS NULL THEN 'cancelled' ELSE 'moved' END FROM ministry_website WHERE id = NEW.id\n); that_day := NEW.cancelled_on;\n    ELSIF NEW.suspended_on IS DISTINCT FROM OLD.suspended_on THEN\n        happened := CASE WHEN NEW.suspended_on IS NULL THEN 'resumed' ELSE 'suspended' END;\n        that_day := NEW.suspended_on;\n    ELSIF (NEW.name, NEW.domain, NEW.further_domains, NEW.home_url) IS DISTINCT FROM (OLD.name, OLD.domain, OLD.further_domains, OLD.home_url) THEN\n        happened := 'changed';\n    ELSE\n        RETURN NULL;\n    END IF;\n    PERFORM pg_advisory_xact_lock(7264120036);\n    INSERT INTO ministry_registerchange (what, subject_id, website_id, domains, day, at)\n    VALUES (happened, NEW.subject_id, NEW.id, CASE WHEN NEW.domain = '' THEN '{}' ELSE NEW.domain || NEW.further_domains END, that_day, clock_timestamp());\n    RETURN NULL;\n", hash='678edfa5a98324713b9c515f0e8da272fa92c2e6', operation='INSERT OR UPDATE', pgid='pgtrigger_public_feed_e1d63', table='ministry_website', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')), pgtrigger.compiler.Trigger(name='live_domains', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        IF NEW.live = OLD.live AND NEW.domain = OLD.domain\n           AND NEW.further_domains = OLD.further_domains THEN\n            RETURN NULL;\n        END IF;\n        DELETE FROM ministry_livedomain WHERE website_id = NEW.id;\n        INSERT INTO ministry_releaseddomain (domain, website_id)\n        SELECT DISTINCT one, NEW.id FROM unnest(OLD.further_domains || OLD.domain) AS one\n         WHERE one <> '' AND one <> ALL (NEW.further_domains || NEW.domain)\n            ON CONFLICT DO NOTHING;\n    END IF;\n    IF NEW.live THEN\n        INSERT INTO ministry_livedomain (domain, website_id)\n        SELECT DISTINCT one, NEW.id\n          FROM unnest(NEW.further_domains || NEW.domain) AS one WHERE one <> '';\n    END IF;\n    RETURN NULL;\n", hash='496cbaa43ce713315dfd9acccce9a291092a737f', operation='INSERT OR UPDATE', pgid='pgtrigger_live_domains_8bbc0', table='ministry_website', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Access',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='ministry.website', verbose_name='website')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='providers.provider', verbose_name='access provider')),
                ('ways', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None, verbose_name='access methods')),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None, verbose_name='server locations')),
                ('ip_ranges', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=91), size=None, verbose_name='IP ranges')),
                ('live', models.BooleanField(default=True, verbose_name='in force')),
                ('cancelled_on', models.DateField(editable=False, null=True, verbose_name='cancelled on')),
            ],
            options={
                'verbose_name': 'access',
                'verbose_name_plural': 'accesses',
                'constraints': [models.UniqueConstraint(condition=models.Q(('live', True)), fields=('website', 'provider'), name='one_live_access_per_provider'), models.CheckConstraint(condition=models.Q(('live', False), ('cancelled_on', None), _connector='OR'), name='live_access_is_not_cancelled')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='e70530a554c9549276185d34d279f0396656cd6b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_b2eb2', table='ministry_access', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='LiveDomain',
            fields=[
                ('domain', models.CharField(max_length=128, primary_key=True, serialize=False, verbose_name='domain')),
                ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='live_domains', to='ministry.website', verbose_name='website')),
            ],
            options={
                'verbose_name': 'current domain',
                'verbose_name_plural': 'current domains',
            },
        ),
        migrations.CreateModel(
            name='RegisterVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='ministry.subject')),
                ('website', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='ministry.website')),
                ('access', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='ministry.access')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('live', models.BooleanField(verbose_name='in force')),
                ('facts', accounts.sealed.SealedJSONField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'version of a record',
                'verbose_name_plural': 'versions of records',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['subject', 'id'], name='versions_of_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('access', None), ('website__isnull', False), _connector='OR'), name='version_of_access_has_website')],
                'triggers': [pgtrigger.compiler.Trigger(name='register_version_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f560afb0ba53fec2dddd20d2b7e20ad653afcc23', operation='UPDATE OR DELETE', pgid='pgtrigger_register_version_append_only_dbe18', table='ministry_registerversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='5a125e96f1cc3122bc3846e92ab39dbd4b469383', operation='INSERT', pgid='pgtrigger_audited_fbb5f', table='ministry_registerversion', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='RegisterPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('files', models.CharField(max_length=64, verbose_name='SHA-256 of the files')),
                ('number', models.PositiveIntegerField(verbose_name='piece')),
                ('pieces', models.PositiveIntegerField(verbose_name='pieces in all')),
                ('subjects', models.PositiveIntegerField(verbose_name='subjects')),
                ('websites', models.PositiveIntegerField(verbose_name='websites')),
                ('accesses', models.PositiveIntegerField(verbose_name='accesses')),
                ('versions', models.PositiveIntegerField(verbose_name='versions of records')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
            ],
            options={
                'verbose_name': 'piece of an imported register',
                'verbose_name_plural': 'pieces of an imported register',
                'constraints': [models.UniqueConstraint(fields=('files', 'number'), name='a_piece_is_written_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='register_piece_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='70443e5cb83a959dc0cf9519f633717e6b2dc0cf', operation='UPDATE OR DELETE', pgid='pgtrigger_register_piece_append_only_ec7cb', table='ministry_registerpiece', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='7b21ab7ab55194457ad76b389e2ed583c8b1185e', operation='INSERT', pgid='pgtrigger_audited_af6ce', table='ministry_registerpiece', when='AFTER')), pgtrigger.compiler.Trigger(name='public_feed', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n    PERFORM pg_advisory_xact_lock(7264120036);\n    INSERT INTO ministry_registerchange (what, domains, at) VALUES ('imported', '{}', clock_timestamp());\n    RETURN NULL;\n", hash='6cb4efe0f57865f96f9fb8e221767747a8ca8568', operation='INSERT', pgid='pgtrigger_public_feed_b33cf', table='ministry_registerpiece', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='RegisterPieceRows',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='ministry.registerpiece', verbose_name='piece')),
                ('shape', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ministry.auditshape')),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('digests', models.BinaryField()),
            ],
            options={
                'verbose_name': 'rows of an imported piece',
                'verbose_name_plural': 'rows of an imported piece',
                'indexes': [models.Index(fields=['shape', 'last', 'first'], name='imported_rows_by_key')],
                'triggers': [pgtrigger.compiler.Trigger(name='register_piece_rows_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='98b37733b29e81537f5304b0575b49fe249eaaf8', operation='UPDATE OR DELETE', pgid='pgtrigger_register_piece_rows_append_only_47a24', table='ministry_registerpiecerows', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW) || jsonb_build_object(\'keys\', encode(sha256(convert_to(coalesce(NEW.keys::text, \'\'), \'UTF8\')), \'hex\')) || jsonb_build_object(\'digests\', encode(sha256(convert_to(coalesce(NEW.digests::text, \'\'), \'UTF8\')), \'hex\')));\n    RETURN NULL;\n', hash='90db1ba09d67973dfbaf43a090d61de79f9966e3', operation='INSERT', pgid='pgtrigger_audited_45cae', table='ministry_registerpiecerows', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CertificateQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cert_type', models.PositiveSmallIntegerField(verbose_name='certificate type')),
                ('cert_digest', models.CharField(editable=False, max_length=64)),
                ('unit_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('email', accounts.sealed.SealedTextField(verbose_name='e-mail address')),
                ('email_digest', models.CharField(editable=False, max_length=64)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked at')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered at')),
            ],
            options={
                'verbose_name': 'question about a certificate',
                'verbose_name_plural': 'questions about certificates',
                'indexes': [models.Index(fields=['email_digest', 'asked_at'], name='certificate_questions_of_email'), models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['asked_at'], name='certificate_question_open'), models.Index(fields=['answered_at'], name='certificate_question_answered')],
            },
        ),
        migrations.CreateModel(
            name='AuditedApiKey',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW) - \'last_used_on\' || jsonb_build_object(\'digest\', encode(sha256(convert_to(coalesce(NEW.digest::text, \'\'), \'UTF8\')), \'hex\'))) = (audit_content(OLD) - \'last_used_on\' || jsonb_build_object(\'digest\', encode(sha256(convert_to(coalesce(OLD.digest::text, \'\'), \'UTF8\')), \'hex\'))) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - \'last_used_on\' || jsonb_build_object(\'digest\', encode(sha256(convert_to(coalesce(NEW.digest::text, \'\'), \'UTF8\')), \'hex\'))));\n    RETURN NULL;\n', hash='f00f18a9e99e81ac57435be3c94a705ed962f23e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_68425', table='accounts_apikey', when='AFTER'))],
            },
            bases=('accounts.apikey',),
        ),
        migrations.CreateModel(
            name='RegisterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('entered', 'Entered'), ('changed', 'Changed'), ('suspended', 'Suspended'), ('resumed', 'Resumed'), ('cancelled', 'Cancelled'), ('moved', 'Moved'), ('imported', 'Imported')], max_length=9)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('website_id', models.BigIntegerField(null=True)),
                ('domains', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), size=None)),
                ('day', models.DateField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('what__in', ['suspended', 'resumed'])), fields=['subject_id'], name='suspensions_of_subject')],
                'triggers': [pgtrigger.compiler.Trigger(name='register_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fab218b45df0c7bdd1793b8c619655b289ce9f5d', operation='UPDATE OR DELETE', pgid='pgtrigger_register_change_append_only_2d5ec', table='ministry_registerchange', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='OpenDataEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(unique=True)),
                ('folder', models.CharField(max_length=40)),
                ('files', models.JSONField()),
                ('read_at', models.DateTimeField()),
                ('timepoint', models.CharField(max_length=32)),
            ],
            options={
                'ordering': ['-month'],
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='open_data_are_of_a_month')],
            },
        ),
        migrations.CreateModel(
            name='ReleasedDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=128, verbose_name='domain')),
                ('website', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='released_domains', to='ministry.website', verbose_name='website')),
            ],
            options={
                'verbose_name': 'released domain',
                'verbose_name_plural': 'released domains',
                'constraints': [models.UniqueConstraint(fields=('domain', 'website'), name='a_domain_is_released_once_by_a_website')],
            },
        ),
        ]),
        add_triggers("ministry"),
        migrations.RunSQL(WAITING, "DROP INDEX mails_waiting"),
        migrations.RunSQL(RECIPIENTS, "DROP INDEX mails_of_recipient"),
    ]
