from django.db import migrations

# Statistics of an index on an expression are shown to its owner only, and the portal signs in as a role that owns
# nothing. The shares of pairs of characters tell nothing about any one unit. The path is fixed, so that no table of the
# caller's stands in for PostgreSQL's own.
SHARES = """
CREATE FUNCTION name_pair_shares() RETURNS TABLE (element bigint, share real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one, frequency FROM pg_stats,
        unnest(most_common_elems::text::bigint[], most_common_elem_freqs) AS common (one, frequency)
    WHERE schemaname = 'public' AND tablename = 'subject_name_pairs'
        AND one IS NOT NULL  -- the frequencies end with three of another kind
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0011_suspension_of_imports_in_feed"),
    ]

    operations = [
        migrations.RunSQL(SHARES, "DROP FUNCTION name_pair_shares()"),
    ]
