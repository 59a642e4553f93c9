import django.db.models.deletion
import pgtrigger
from django.db import migrations, models
from django.db.models import Min, Q

from accounts.sealed import digest

OF_WEBSITES = ("manager_front", "manager_back", "photo")
OPEN = ("with_provider", "returned_to_host", "with_bureau", "returned_to_provider")


def _path(kind):
    return f"websites.0.papers.{kind}" if kind in OF_WEBSITES else f"papers.{kind}"


def pictures_get_paths(apps, schema_editor):
    """What was known by its kind alone is known by its path; the rounds and remarks of old speak in paths too."""
    pictures, rounds, remarks = (apps.get_model("filings", name).objects for name in ("Evidence", "Snapshot", "Remark"))
    for kind in set(pictures.values_list("path", flat=True)):
        pictures.filter(path=kind).update(path=_path(kind))
    with pgtrigger.ignore("filings.Snapshot:snapshot_append_only", "filings.Remark:remark_append_only"):
        for snapshot in rounds.iterator():
            papers = {_path(kind): sha256 for kind, sha256 in snapshot.papers.items()}
            rounds.filter(pk=snapshot.pk).update(papers=papers)
        for kind in OF_WEBSITES:
            remarks.filter(path=f"papers.{kind}").update(path=_path(kind))


def verifications_keep_photos(apps, schema_editor):
    """One photo a verification becomes as many as there are people."""
    for verification in apps.get_model("filings", "Verification").objects.iterator():
        verification.photos.set([verification.photo_id])


def filings_remember_their_day(apps, schema_editor):
    """The first submission decides whose rules a filing is judged by."""
    submitted = apps.get_model("filings", "Event").objects.filter(name="submit").values("filing")
    for row in submitted.annotate(first=Min("at")):
        apps.get_model("filings", "Filing").objects.filter(pk=row["filing"]).update(submitted_at=row["first"])


def open_filings_hold_their_values(apps, schema_editor):
    """Under way before holds were kept: each holds what its latest round names."""
    hold = apps.get_model("filings", "Hold")
    for filing in apps.get_model("filings", "Filing").objects.filter(status__in=OPEN).iterator():
        facts = filing.snapshots.latest("round").facts
        website = facts["websites"][0]
        own = [] if website["responsible"].get("same") else [website["responsible"]]
        people = [facts["responsible"], *own]
        values = [("mobile", person.get("mobile")) for person in people]
        values += [("email", person.get("email")) for person in people]
        values += [(kind, website.get(kind)) for kind in ("domain", "home_url", "name")]
        held = {(kind, digest(f"{kind}:{value.casefold()}")) for kind, value in values if value}
        hold.objects.bulk_create(hold(filing=filing, kind=kind, key=key) for kind, key in held)


class Migration(migrations.Migration):
    dependencies = [("filings", "0002_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="evidence", name="one_current_picture_per_kind"),
        migrations.RemoveConstraint(model_name="filing", name="one_open_filing_per_domain"),
        migrations.RenameField(model_name="evidence", old_name="kind", new_name="path"),
        migrations.AlterField(
            model_name="evidence", name="path", field=models.CharField(max_length=64, verbose_name="path")
        ),
        migrations.AddField(
            model_name="filing",
            name="submitted_at",
            field=models.DateTimeField(null=True, verbose_name="submitted"),
        ),
        migrations.AddField(
            model_name="verification",
            name="photos",
            field=models.ManyToManyField(related_name="+", to="filings.evidence"),
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("domain", "domain"),
                            ("home_url", "home page"),
                            ("name", "website name"),
                            ("mobile", "mobile"),
                            ("email", "e-mail"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="filings.filing"
                    ),
                ),
            ],
            options={"verbose_name": "hold", "verbose_name_plural": "holds"},
        ),
        migrations.RunPython(pictures_get_paths, migrations.RunPython.noop),
        migrations.RunPython(verifications_keep_photos, migrations.RunPython.noop),
        migrations.RunPython(filings_remember_their_day, migrations.RunPython.noop),
        migrations.RunPython(open_filings_hold_their_values, migrations.RunPython.noop),
        # Tables with checks still to be made at the end of the transaction can't be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="verification", name="photo"),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=Q(replaced_at=None), fields=("filing", "path"), name="one_current_picture_per_path"
            ),
        ),
        migrations.AddIndex(model_name="hold", index=models.Index(fields=["key"], name="hold_key")),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=Q(kind="domain"), fields=("key",), name="one_open_filing_per_domain"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(fields=("filing", "kind", "key"), name="one_hold_per_value"),
        ),
    ]
