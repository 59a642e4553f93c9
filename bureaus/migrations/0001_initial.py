import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from ministry.create_models import CreateModels
from ministry.triggers import add_triggers


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
        migrations.CreateModel(
            name='Bureau',
            fields=[
                ('province', models.CharField(choices=[('110000', '北京'), ('120000', '天津'), ('130000', '河北'), ('140000', '山西'), ('150000', '内蒙古'), ('210000', '辽宁'), ('220000', '吉林'), ('230000', '黑龙江'), ('310000', '上海'), ('320000', '江苏'), ('330000', '浙江'), ('340000', '安徽'), ('350000', '福建'), ('360000', '江西'), ('370000', '山东'), ('410000', '河南'), ('420000', '湖北'), ('430000', '湖南'), ('440000', '广东'), ('450000', '广西'), ('460000', '海南'), ('500000', '重庆'), ('510000', '四川'), ('520000', '贵州'), ('530000', '云南'), ('540000', '西藏'), ('610000', '陕西'), ('620000', '甘肃'), ('630000', '青海'), ('640000', '宁夏'), ('650000', '新疆')], max_length=6, primary_key=True, serialize=False, verbose_name='province')),
                ('contact_email', models.EmailField(blank=True, help_text='Reminders of due dates go here.', max_length=254, verbose_name='e-mail')),
                ('chief_email', models.EmailField(blank=True, help_text='Told when a deadline is near or missed, as long as no chief is appointed.', max_length=254, verbose_name="chief's e-mail")),
                ('contact_phone', models.CharField(blank=True, max_length=64, verbose_name='telephone')),
                ('address', models.CharField(blank=True, max_length=255, verbose_name='address')),
                ('two_reviewers', models.BooleanField(default=False, help_text='One reviewer proposes the approval, another confirms it.', verbose_name='Two reviewers for prior approvals')),
                ('proof_minutes', models.PositiveSmallIntegerField(default=0, help_text='Minutes for which an entered password or code stays valid. 0: not asked.', verbose_name='Password before an approval')),
                ('assigns_by_load', models.BooleanField(default=False, editable=False, verbose_name='automatic assignment')),
                ('external', models.BooleanField(db_default=False, default=False, help_text="Filings are reported to that system, which decides, issues the numbers and sends the filing passwords. Nobody decides for this bureau in the portal. Can't be changed while a filing waits for its decision.", verbose_name='decides in a system of its own')),
            ],
            options={
                'verbose_name': 'bureau',
                'verbose_name_plural': 'bureaus',
                'ordering': ['province'],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.province::bigint, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.province::bigint, (audit_content(NEW)));\n    RETURN NULL;\n', hash='e14a3f2d66f3f1d34609318bfb8e9d8b3821989a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_6bd95', table='bureaus_bureau', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='bureaus.bureau')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL)),
                ('cover', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='covered_absences', to=settings.AUTH_USER_MODEL)),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['first_day', 'pk'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['bureau', 'last_day'], name='absences_of_bureau')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='absence_runs_forward'), models.CheckConstraint(condition=models.Q(('user', models.F('cover')), _negated=True), name='nobody_covers_for_oneself')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='f49c5934149252e1eb5ace5bd8a28cfed5d72860', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_2eb14', table='bureaus_absence', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Bulletin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulletins', to='bureaus.bureau')),
                ('month', models.DateField(help_text='its first day')),
                ('version', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-month', '-version'],
                'constraints': [models.UniqueConstraint(fields=('bureau', 'month', 'version'), name='one_bulletin_a_month_and_version')],
                'triggers': [pgtrigger.compiler.Trigger(name='bulletin_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='92826a2f22b313a2a60b15a348d33b59caa01f99', operation='UPDATE OR DELETE', pgid='pgtrigger_bulletin_append_only_f2097', table='bureaus_bulletin', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='7883b106d44539d84f8d3b0d91817588392305ba', operation='INSERT', pgid='pgtrigger_audited_59e6a', table='bureaus_bulletin', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='DeskRuleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_changes', to='bureaus.bureau')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('what', models.CharField(max_length=32)),
                ('before', models.CharField(max_length=64)),
                ('after', models.CharField(max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
                'triggers': [pgtrigger.compiler.Trigger(name='bureau_rule_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3a5f83fd6cfde2cfff629f2ee0d3163025b9a5c9', operation='UPDATE OR DELETE', pgid='pgtrigger_bureau_rule_change_append_only_96ee7', table='bureaus_deskrulechange', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='a5cfb225d0bbbe5b1bab991ed6ef80d65e7554d1', operation='INSERT', pgid='pgtrigger_audited_fdf93', table='bureaus_deskrulechange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='bureaus.bureau')),
                ('day', models.DateField(verbose_name='decided on')),
                ('percent', models.PositiveSmallIntegerField()),
                ('seed', models.CharField(max_length=64)),
                ('candidates', models.PositiveIntegerField()),
                ('candidates_sha256', models.CharField(max_length=64)),
                ('drawn', models.PositiveIntegerField()),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-day'],
                'constraints': [models.UniqueConstraint(fields=('bureau', 'day'), name='one_draw_a_bureau_and_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='draw_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='24a92a55201eb2b185b5c62e3141a3748bff135c', operation='UPDATE OR DELETE', pgid='pgtrigger_draw_append_only_8ba92', table='bureaus_draw', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='807048cba7395a3e8110e46a0ef5f4808dcccddd', operation='INSERT', pgid='pgtrigger_audited_3a330', table='bureaus_draw', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='MorningMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('day', models.DateField()),
                ('to', models.CharField(max_length=128)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'day', 'to'), name='one_morning_mail_a_period')],
            },
        ),
        migrations.CreateModel(
            name='OfficeChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='bureaus.bureau', verbose_name='bureau')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('actor_name', models.CharField(max_length=128, verbose_name='who')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('what', models.CharField(choices=[('absent', 'leave entered'), ('back', 'leave ended'), ('by_load', 'automatic assignment'), ('address', 'sign-in e-mail address changed'), ('external', 'decides in a system of its own')], max_length=16, verbose_name='what')),
                ('about', models.CharField(blank=True, max_length=128, verbose_name='concerning')),
                ('value', models.CharField(blank=True, max_length=128)),
                ('cover', models.CharField(blank=True, max_length=128, verbose_name='cover')),
            ],
            options={
                'verbose_name': "change in a bureau's assignment of work",
                'verbose_name_plural': "changes in bureaus' assignment of work",
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['bureau', '-id'], name='office_record')],
                'constraints': [models.CheckConstraint(condition=models.Q(('what__in', ['absent', 'back', 'by_load', 'address', 'external'])), name='office_change_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='office_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='94765ae49ea1aaccd9564a5416f715cbc41f40bb', operation='UPDATE OR DELETE', pgid='pgtrigger_office_change_append_only_9cf24', table='bureaus_officechange', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='3c540bc5ef383f2cad0b7fce079688f8c3b424db', operation='INSERT', pgid='pgtrigger_audited_19e5e', table='bureaus_officechange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='RecheckRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recheck_rates', to='bureaus.bureau')),
                ('percent', models.PositiveSmallIntegerField(verbose_name='per hundred')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-valid_from', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('percent__lte', 100)), name='recheck_rate_is_a_share')],
                'triggers': [pgtrigger.compiler.Trigger(name='recheck_rate_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0b3d7f96f4a4776a03f4b5da9f2498e7c3d1863f', operation='UPDATE OR DELETE', pgid='pgtrigger_recheck_rate_append_only_04006', table='bureaus_recheckrate', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='0a2c542850d15c3f34ce36e3a28a1830b881140e', operation='INSERT', pgid='pgtrigger_audited_73410', table='bureaus_recheckrate', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Reviewer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reviewer', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviewers', to='bureaus.bureau', verbose_name='bureau')),
                ('role', models.CharField(choices=[('reviewer', 'reviewer'), ('chief', 'chief')], default='reviewer', max_length=16, verbose_name='role')),
            ],
            options={
                'verbose_name': 'reviewer',
                'verbose_name_plural': 'reviewers',
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['reviewer', 'chief'])), name='reviewer_role_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='f5d1ffb86a8fd0df2a48803617c0b71d4d3c1f5b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_33d1b', table='bureaus_reviewer', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='BureauAnnouncement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=5000)),
                ('title_en', models.CharField(blank=True, max_length=120)),
                ('text_en', models.CharField(blank=True, max_length=5000)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('bureau', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='bureaus.bureau')),
                ('slug', models.SlugField(db_index=False, max_length=16)),
                ('version', models.PositiveIntegerField(default=1)),
                ('published_at', models.DateTimeField()),
                ('worded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawer_name', models.CharField(blank=True, max_length=128)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['bureau', '-starts_on', '-id'], name='announcements_of_bureau'), models.Index(fields=['-starts_on', '-id'], name='announcements_of_all')],
                'constraints': [models.UniqueConstraint(fields=('bureau', 'slug'), name='one_announcement_an_address'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on__lte', models.F('ends_on')), _connector='OR'), name='bureau_announcement_runs_forward'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('withdrawn_at', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='announcement_withdrawn_for_a_reason')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='7c9cd66fcce6f1a8d495b67ef8329212a597395f', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_6ca5f', table='bureaus_bureauannouncement', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=5000)),
                ('title_en', models.CharField(blank=True, max_length=120)),
                ('text_en', models.CharField(blank=True, max_length=5000)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('announcement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='bureaus.bureauannouncement')),
                ('number', models.PositiveIntegerField()),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor_name', models.CharField(max_length=128)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('announcement', 'number'), name='one_wording_an_announcement_and_version')],
                'triggers': [pgtrigger.compiler.Trigger(name='announcement_version_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='77fcba7fbaff477ee5dfec707cdb1b970151892f', operation='UPDATE OR DELETE', pgid='pgtrigger_announcement_version_append_only_2a64f', table='bureaus_announcementversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='89d98d926e385158f4c81a08327597b53cc78672', operation='INSERT', pgid='pgtrigger_audited_6a0c4', table='bureaus_announcementversion', when='AFTER'))],
            },
        ),
        ]),
        add_triggers("bureaus"),
    ]
