"""What few filings of a bureau's long tab have is found without reading the tab."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0007_supervision"),
        ("filings", "0039_fill_queue"),
        ("ministry", "0014_yearly_confirmation"),
        ("providers", "0008_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("received_at__isnull", False)),
                fields=["bureau", "subject_nature", "status", "arrived_at", "id"],
                name="bureau_nature",
            ),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("received_at__isnull", False), models.Q(("prior_approvals", []), _negated=True)),
                fields=["bureau", "status", "arrived_at", "id"],
                include=("prior_approvals",),
                name="bureau_approvals",
            ),
        ),
    ]
