"""Register, rules, blacklist, calendar and accounts enter the audit log with every change."""

# ruff: noqa: E501 (the triggers are as pgtrigger writes them)

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# What was written before enters now, as the trigger takes it: table, the row's number, its columns.
ENTER = "INSERT INTO ministry_auditwaiting (name, \"row\", content) SELECT '{0}', {1}, {2} FROM {0} t ORDER BY 2"
ROWS = (
    ("ministry_numberseries", "t.id", "audit_content(t)"),
    (
        "ministry_subject",
        "t.id",
        "audit_content(t) || jsonb_build_object('password_hash', encode(sha256(convert_to(coalesce(t.password_hash::text, ''), 'UTF8')), 'hex'))",
    ),
    ("ministry_subjectcertificate", "t.id", "audit_content(t)"),
    ("ministry_website", "t.id", "audit_content(t)"),
    ("ministry_access", "t.id", "audit_content(t)"),
    ("ministry_provincerule", "t.id", "audit_content(t)"),
    ("ministry_blacklistedsubject", "t.id", "audit_content(t)"),
    ("ministry_blacklisteddomain", "t.id", "audit_content(t)"),
    ("ministry_calendaryear", "t.year", "audit_content(t)"),
    ("ministry_calendarday", "to_char(t.day, 'YYYYMMDD')::bigint", "audit_content(t)"),
    (
        "accounts_user",
        "t.id",
        "audit_content(t) - 'last_login' || jsonb_build_object('password', encode(sha256(convert_to(coalesce(t.password::text, ''), 'UTF8')), 'hex'))",
    ),
    ("account_emailaddress", "t.id", "audit_content(t)"),
    (
        "mfa_authenticator",
        "t.id",
        "audit_content(t) - 'last_used_at' || jsonb_build_object('data', encode(sha256(convert_to(coalesce(t.data::text, ''), 'UTF8')), 'hex'))",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("ministry", "0023_audit_keyed"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditedAddress",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("account.emailaddress",),
        ),
        migrations.CreateModel(
            name="AuditedAuthenticator",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("mfa.authenticator",),
        ),
        migrations.CreateModel(
            name="AuditedUser",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user",),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="access",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="e70530a554c9549276185d34d279f0396656cd6b",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_b2eb2",
                    table="ministry_access",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="blacklisteddomain",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="2f93da572a84e5376734a7454f0f58396f240e47",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_93b07",
                    table="ministry_blacklisteddomain",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="blacklistedsubject",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="37b3b41e6afbe3add04a93064f6fc05a677ba18d",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_88ee9",
                    table="ministry_blacklistedsubject",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, to_char(OLD.day, 'YYYYMMDD')::bigint, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, to_char(NEW.day, 'YYYYMMDD')::bigint, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="efb1982825fc1665537c9fc928f7b4bb4f25f214",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_1dece",
                    table="ministry_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendaryear",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.year::bigint, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.year::bigint, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="97bdd403633e00c60daf5c47154ff6c0cc65a1c4",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_65e81",
                    table="ministry_calendaryear",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="numberseries",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="589821f64f924fbd218ab7675f5a1c0099e57130",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_1774e",
                    table="ministry_numberseries",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="provincerule",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="58858607d2455fc8e5be254c7fbd3084c7adbca7",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_43dd3",
                    table="ministry_provincerule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subject",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW) || jsonb_build_object('password_hash', encode(sha256(convert_to(coalesce(NEW.password_hash::text, ''), 'UTF8')), 'hex'))) = (audit_content(OLD) || jsonb_build_object('password_hash', encode(sha256(convert_to(coalesce(OLD.password_hash::text, ''), 'UTF8')), 'hex'))) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) || jsonb_build_object('password_hash', encode(sha256(convert_to(coalesce(NEW.password_hash::text, ''), 'UTF8')), 'hex'))));\n    RETURN NULL;\n",
                    hash="136ad48d8becd3f7c56d9420121b2bef8b29c195",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_63ac9",
                    table="ministry_subject",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectcertificate",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="622f1b9aa5fc94e2751d27def0dbebf307ce25d0",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_5cd55",
                    table="ministry_subjectcertificate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="website",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="c918b894150d5a55fc6546cbde9715ee4751f2fc",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_37ff4",
                    table="ministry_website",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditedaddress",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW)) = (audit_content(OLD)) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW)));\n    RETURN NULL;\n",
                    hash="407efde0e6023a5d421f514026b7328e64b9ea6e",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_5253a",
                    table="account_emailaddress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditedauthenticator",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW) - 'last_used_at' || jsonb_build_object('data', encode(sha256(convert_to(coalesce(NEW.data::text, ''), 'UTF8')), 'hex'))) = (audit_content(OLD) - 'last_used_at' || jsonb_build_object('data', encode(sha256(convert_to(coalesce(OLD.data::text, ''), 'UTF8')), 'hex'))) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - 'last_used_at' || jsonb_build_object('data', encode(sha256(convert_to(coalesce(NEW.data::text, ''), 'UTF8')), 'hex'))));\n    RETURN NULL;\n",
                    hash="571ea856a3f6a8cf4a48a3867c56e8a28a82a1b3",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_c1f12",
                    table="mfa_authenticator",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditeduser",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'DELETE' THEN\n        INSERT INTO ministry_auditwaiting (name, \"row\", content, removes)\n        VALUES (TG_TABLE_NAME, OLD.id, '{}', true);\n        RETURN NULL;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (audit_content(NEW) - 'last_login' || jsonb_build_object('password', encode(sha256(convert_to(coalesce(NEW.password::text, ''), 'UTF8')), 'hex'))) = (audit_content(OLD) - 'last_login' || jsonb_build_object('password', encode(sha256(convert_to(coalesce(OLD.password::text, ''), 'UTF8')), 'hex'))) THEN\n            RETURN NULL;\n        END IF;\n    END IF;\n    INSERT INTO ministry_auditwaiting (name, \"row\", content) VALUES (TG_TABLE_NAME, NEW.id, (audit_content(NEW) - 'last_login' || jsonb_build_object('password', encode(sha256(convert_to(coalesce(NEW.password::text, ''), 'UTF8')), 'hex'))));\n    RETURN NULL;\n",
                    hash="c937df4eb93427eb60ff948d41503d68c5c1adbf",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_7564b",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        *(migrations.RunSQL(ENTER.format(*row), migrations.RunSQL.noop) for row in ROWS),
    ]
