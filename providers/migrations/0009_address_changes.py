"""A provider has on record that a member of staff signs in by another address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0008_audited"),
    ]

    operations = [
        migrations.AlterField(
            model_name="housechange",
            name="what",
            field=models.CharField(
                choices=[
                    ("name", "name"),
                    ("slug", "entrance address"),
                    ("provinces", "provinces served"),
                    ("licence", "licence number"),
                    ("about", "about"),
                    ("contact_phone", "telephone"),
                    ("contact_email", "e-mail"),
                    ("address", "where hosts are verified"),
                    ("accepts_new", "takes new filings"),
                    ("is_active", "active"),
                    ("promised_days", "working days promised for verification"),
                    ("logo", "logo"),
                    ("invited", "invited to work here"),
                    ("invitation_revoked", "invitation taken back"),
                    ("joined", "joined the staff"),
                    ("role", "role"),
                    ("suspended", "suspended"),
                    ("reinstated", "reinstated"),
                    ("pool_added", "IP addresses added"),
                    ("announced", "announcement made"),
                    ("announcement", "announcement changed"),
                    ("announcement_ended", "announcement ended early"),
                    ("pool_removed", "IP addresses removed"),
                    ("sign_in_address", "e-mail address for signing in changed"),
                ],
                max_length=24,
                verbose_name="what",
            ),
        ),
    ]
