"""The record of a provider's changes under its new name; the table keeps its own, and no row changes."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0003_taken_back"),
    ]

    operations = [
        migrations.AlterModelTable(name="housechange", table="providers_housechange"),
        migrations.RenameModel(old_name="HouseChange", new_name="OrganisationChange"),
        migrations.RenameIndex(
            model_name="organisationchange", new_name="organisation_record", old_name="house_record"
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="organisationchange",
            name="house_change_append_only",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="organisationchange",
            name="audited",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisationchange",
            trigger=pgtrigger.compiler.Trigger(
                name="organisation_change_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a7fcfc2e1938226a05164fb4203b45eccf6fc024",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_organisation_change_append_only_d266f",
                    table="providers_housechange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisationchange",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));\n    RETURN NULL;\n',
                    hash="b5939c9f50878176c70f3e644739bb6e53b6cf8e",
                    operation="INSERT",
                    pgid="pgtrigger_audited_96f93",
                    table="providers_housechange",
                    when="AFTER",
                ),
            ),
        ),
    ]
