import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import providers.models.provider
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
        # PostgreSQL has no range type of addresses.
        migrations.RunSQL("CREATE TYPE inetrange AS RANGE (subtype = inet)", "DROP TYPE inetrange"),
        CreateModels([
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255, unique=True, verbose_name='name')),
                ('slug', models.SlugField(help_text='The last part of its own entrance, /providers/…/', unique=True, verbose_name='entrance address')),
                ('provinces', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('110000', '北京'), ('120000', '天津'), ('130000', '河北'), ('140000', '山西'), ('150000', '内蒙古'), ('210000', '辽宁'), ('220000', '吉林'), ('230000', '黑龙江'), ('310000', '上海'), ('320000', '江苏'), ('330000', '浙江'), ('340000', '安徽'), ('350000', '福建'), ('360000', '江西'), ('370000', '山东'), ('410000', '河南'), ('420000', '湖北'), ('430000', '湖南'), ('440000', '广东'), ('450000', '广西'), ('460000', '海南'), ('500000', '重庆'), ('510000', '四川'), ('520000', '贵州'), ('530000', '云南'), ('540000', '西藏'), ('610000', '陕西'), ('620000', '甘肃'), ('630000', '青海'), ('640000', '宁夏'), ('650000', '新疆')], max_length=6), size=None, verbose_name='provinces served')),
                ('licence', models.CharField(max_length=64, verbose_name='licence number')),
                ('about', models.CharField(blank=True, max_length=500, verbose_name='about')),
                ('contact_phone', models.CharField(max_length=64, verbose_name='telephone')),
                ('contact_email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('address', models.CharField(max_length=255, verbose_name='where the face-to-face check takes place')),
                ('accepts_new', models.BooleanField(default=True, verbose_name='accepts new filings')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('promised_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days promised for verification')),
                ('access_ways', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='usual access methods')),
                ('access_places', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='usual server locations')),
                ('logo', models.FileField(blank=True, upload_to=providers.models.provider.logo_path, verbose_name='logo')),
            ],
            options={
                'verbose_name': 'access provider',
                'verbose_name_plural': 'access providers',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('promised_days', None), ('promised_days__range', (1, 20)), _connector='OR'), name='promise_can_be_kept')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='b6cf60f4764a1c23710c4dcffe5305936ac27e80', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_ed090', table='providers_provider', when='AFTER'))],
                'indexes': [models.Index(condition=models.Q(('is_active', False)), fields=['id'], name='closed_providers')],
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='providers.provider')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('text', models.CharField(max_length=2000, verbose_name='text')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(fields=['provider', '-made_at', '-id'], name='announcements_of_provider')],
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('ends_on'))), name='announcement_runs_forward')],
            },
        ),
        migrations.CreateModel(
            name='HouseChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='providers.provider', verbose_name='access provider')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('actor_name', models.CharField(max_length=128, verbose_name='who')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('what', models.CharField(choices=[('name', 'name'), ('slug', 'entrance address'), ('provinces', 'provinces served'), ('licence', 'licence number'), ('about', 'about'), ('contact_phone', 'telephone'), ('contact_email', 'e-mail'), ('address', 'where the face-to-face check takes place'), ('accepts_new', 'accepts new filings'), ('is_active', 'active'), ('promised_days', 'working days promised for verification'), ('logo', 'logo'), ('access_ways', 'usual access methods'), ('access_places', 'usual server locations'), ('invited', 'staff invited'), ('invitation_revoked', 'invitation withdrawn'), ('joined', 'joined the staff'), ('role', 'role'), ('suspended', 'suspended'), ('reinstated', 'reinstated'), ('pool_added', 'IP addresses added'), ('announced', 'announcement made'), ('announcement', 'announcement changed'), ('announcement_ended', 'announcement ended early'), ('pool_removed', 'IP addresses removed'), ('place_opened', 'place for appointments opened'), ('place', 'place for appointments changed'), ('place_ended', 'place for appointments ended'), ('hours_added', 'times for appointments added'), ('hours_removed', 'times for appointments removed'), ('day_closed', 'day closed'), ('day_opened', 'closed day opened again'), ('webhook_made', 'address of your system added'), ('webhook', 'address of your system changed'), ('webhook_secret', "secret of your system's address renewed"), ('webhook_again', 'message to your system sent again'), ('webhook_deleted', 'address of your system deleted'), ('reporting_made', "connection to a bureau's system added"), ('reporting', "connection to a bureau's system changed"), ('reporting_paused', "connection to a bureau's system paused"), ('reporting_used', "connection to a bureau's system used again"), ('reporting_again', "report to a bureau's system sent again"), ('reporting_look', "message of a bureau's system read"), ('sign_in_address', 'sign-in e-mail address changed')], max_length=24, verbose_name='what')),
                ('about', models.CharField(blank=True, max_length=255, verbose_name='concerning')),
                ('before', models.TextField(blank=True, verbose_name='before')),
                ('after', models.TextField(blank=True, verbose_name='after')),
            ],
            options={
                'verbose_name': "change in a provider's organisation",
                'verbose_name_plural': "changes in providers' organisations",
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['provider', 'at', 'id'], name='house_record')],
                'triggers': [pgtrigger.compiler.Trigger(name='house_change_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9d076d0ef8ace7b95a399052519502c1738882d0', operation='UPDATE OR DELETE', pgid='pgtrigger_house_change_append_only_f295a', table='providers_housechange', when='BEFORE')), pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n', hash='3d2e6b078986e2d5792308a3ac98b364eb81de42', operation='INSERT', pgid='pgtrigger_audited_41cef', table='providers_housechange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='providers.provider')),
                ('email', models.EmailField(max_length=128, verbose_name='e-mail')),
                ('role', models.CharField(choices=[('verifier', 'verifier'), ('supervisor', 'supervisor'), ('administrator', 'administrator')], max_length=16, verbose_name='role')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['email', 'invited_at'], name='invitations_of_address')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None)), fields=('provider', 'email'), name='one_open_invitation_per_address')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='529600dadff0c067ea0c073781611bdc96a64a08', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_4383e', table='providers_invitation', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='IpRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ip_ranges', to='providers.provider', verbose_name='access provider')),
                ('start', models.GenericIPAddressField(verbose_name='first address')),
                ('end', models.GenericIPAddressField(help_text='For a single address, first and last are the same.', verbose_name='last address')),
            ],
            options={
                'verbose_name': 'IP range',
                'verbose_name_plural': 'IP ranges',
                'ordering': ['start'],
                'indexes': [models.Index(fields=['start'], name='ip_range_start'), models.Index(fields=['provider', 'start', 'id'], name='pool_of_provider')],
                'constraints': [models.CheckConstraint(condition=models.Q(('start__lte', models.F('end'))), name='ip_range_runs_forward'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('start', 'end', models.Value('[]'), function='inetrange'), '&&')], name='no_address_in_two_ranges')],
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='05bc3f1d87ba1a7dcaeb22056ed032df51153410', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_86deb', table='providers_iprange', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='provider_staff', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='providers.provider', verbose_name='access provider')),
                ('role', models.CharField(choices=[('verifier', 'verifier'), ('supervisor', 'supervisor'), ('administrator', 'administrator')], default='verifier', max_length=16, verbose_name='role')),
                ('suspended_at', models.DateTimeField(editable=False, null=True, verbose_name='suspended')),
            ],
            options={
                'verbose_name': "provider's member of staff",
                'verbose_name_plural': "providers' staff",
                'triggers': [pgtrigger.compiler.Trigger(name='audited', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    IF TG_OP = \'DELETE\' THEN\n        INSERT INTO ministry_auditwaiting (name, "row", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, \'{}\', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = \'UPDATE\' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n', hash='a547725350509a013851dccf0490ae617e9dba08', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audited_e48da', table='providers_staff', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='MeasuredWork',
            fields=[
                ('provider', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='measured_work', serialize=False, to='providers.provider')),
                ('half', models.PositiveSmallIntegerField(null=True)),
                ('nine_tenths', models.PositiveSmallIntegerField(null=True)),
                ('decided', models.PositiveIntegerField()),
                ('returned', models.PositiveIntegerField()),
                ('counted_on', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['counted_on'], name='measured_work_by_day')],
            },
        ),
        ]),
        add_triggers("providers"),
    ]
