import django.contrib.postgres.indexes
import django.db.models.functions
from django.db import migrations, models

# A name as it is compared: full-width characters, capitals and white space make no difference.
FOLDED = r"""
CREATE FUNCTION name_folded(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g'))
"""
# Every two adjacent characters of a folded name, each as one number. Two, because Chinese names are searched by two:
# pg_trgm finds nothing shorter than three. Bodies in SQL's own form bind the functions they call, so that a restored
# dump finds them.
PAIRS = """
CREATE FUNCTION name_pairs(name text) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array(
    SELECT DISTINCT (ascii(substr(folded, place, 1))::bigint << 21) | ascii(substr(folded, place + 1, 1))
    FROM (SELECT name_folded(name) AS folded) AS one, generate_series(1, length(folded) - 1) AS place
)
"""


class Migration(migrations.Migration):
    dependencies = [("ministry", "0002_seed")]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION name_folded(text)"),
        migrations.RunSQL(PAIRS, "DROP FUNCTION name_pairs(text)"),
        migrations.AlterField(
            model_name="subject", name="name", field=models.CharField(max_length=255, verbose_name="name")
        ),
        migrations.AddIndex(model_name="subject", index=models.Index(fields=["name", "id"], name="subject_name")),
        migrations.AddIndex(
            model_name="subject",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func("name", function="name_pairs"),
                condition=models.Q(("live", True), models.Q(("nature", 5), _negated=True)),
                fastupdate=False,
                name="subject_name_pairs",
            ),
        ),
        migrations.AddIndex(
            model_name="website",
            index=models.Index(
                condition=models.Q(("live", True), models.Q(("service", 1), _negated=True)),
                fields=["name"],
                name="live_service_name",
            ),
        ),
    ]
