import accounts.sealed
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ministry.create_models import CreateModels


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('filings', '0001_initial'),
        ('providers', '0001_initial'),
    ]

    operations = [
        CreateModels([
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='read')),
                ('file_name', models.CharField(max_length=255, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None)),
                ('state', models.CharField(choices=[('checking', 'being checked'), ('checked', 'checked, nothing written yet'), ('writing', 'being written'), ('done', 'completed')], default='checking', max_length=8, verbose_name='state')),
                ('touched_at', models.DateTimeField(auto_now_add=True)),
                ('mode', models.CharField(blank=True, choices=[('all', 'all rows or none'), ('rows', 'only the correct rows')], max_length=4)),
                ('way', models.CharField(blank=True, choices=[('invite', 'consent in the portal'), ('paper', 'signed document')], max_length=8)),
                ('days', models.PositiveSmallIntegerField(null=True)),
                ('until', models.DateField(null=True)),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='filings.officialpaper')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refusal', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'indexes': [models.Index(fields=['provider', '-id'], name='imports_of_provider'), models.Index(condition=models.Q(('state__in', ['checking', 'writing'])), fields=['touched_at'], name='import_under_way')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'writing'), _negated=True), models.Q(models.Q(('mode', ''), _negated=True), models.Q(('way', ''), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='import_is_written_as_decided')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='providers.import')),
                ('number', models.PositiveIntegerField()),
                ('cells', accounts.sealed.SealedJSONField()),
                ('checked_at', models.DateTimeField(null=True)),
                ('is_faulty', models.BooleanField(default=False)),
                ('problems', accounts.sealed.SealedJSONField(default=list)),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=72), default=list, size=None)),
                ('filing', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='filings.filing')),
                ('refusal', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='one_row_of_a_number')],
            },
        ),
        ]),
    ]
