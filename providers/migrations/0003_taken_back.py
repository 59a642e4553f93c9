"""The change of a house that takes a filing back from the reports; no row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0002_imports"),
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
                    ("address", "where the face-to-face check takes place"),
                    ("accepts_new", "accepts new filings"),
                    ("is_active", "active"),
                    ("promised_days", "working days promised for verification"),
                    ("logo", "logo"),
                    ("access_ways", "usual access methods"),
                    ("access_places", "usual server locations"),
                    ("invited", "staff invited"),
                    ("invitation_revoked", "invitation withdrawn"),
                    ("joined", "joined the staff"),
                    ("role", "role"),
                    ("suspended", "suspended"),
                    ("reinstated", "reinstated"),
                    ("pool_added", "IP addresses added"),
                    ("announced", "announcement made"),
                    ("announcement", "announcement changed"),
                    ("announcement_ended", "announcement ended early"),
                    ("pool_removed", "IP addresses removed"),
                    ("place_opened", "place for appointments opened"),
                    ("place", "place for appointments changed"),
                    ("place_ended", "place for appointments ended"),
                    ("hours_added", "times for appointments added"),
                    ("hours_removed", "times for appointments removed"),
                    ("day_closed", "day closed"),
                    ("day_opened", "closed day opened again"),
                    ("webhook_made", "address of your system added"),
                    ("webhook", "address of your system changed"),
                    ("webhook_secret", "secret of your system's address renewed"),
                    ("webhook_again", "message to your system sent again"),
                    ("webhook_deleted", "address of your system deleted"),
                    ("reporting_made", "connection to a bureau's system added"),
                    ("reporting", "connection to a bureau's system changed"),
                    ("reporting_paused", "connection to a bureau's system paused"),
                    ("reporting_used", "connection to a bureau's system used again"),
                    ("reporting_again", "report to a bureau's system sent again"),
                    ("reporting_back", "filing taken back from the reports to a bureau's system"),
                    ("reporting_look", "message of a bureau's system read"),
                    ("sign_in_address", "sign-in e-mail address changed"),
                ],
                max_length=24,
                verbose_name="what",
            ),
        ),
    ]
