"""How long a filing may wait for its host or its provider: three topics of the province rules, and what they are."""

from django.db import migrations, models

from ministry.rules.data import seed_topic

TOPICS = ("days_with_provider", "days_returned_to_host", "days_returned_to_provider")


def seed(apps, schema_editor):
    for topic in TOPICS:
        seed_topic(apps.get_model("ministry", "ProvinceRule"), apps.get_model("ministry", "RuleChange"), topic)


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0022_domains_of_ended"),
    ]

    operations = [
        # A rule is never deleted. On the way back those of these topics stay, and nothing is asked of them.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE ministry_provincerule DROP CONSTRAINT rule_topic_known",
                    "ALTER TABLE ministry_provincerule ADD CONSTRAINT rule_topic_known CHECK (topic <> '')",
                )
            ],
            state_operations=[migrations.RemoveConstraint(model_name="provincerule", name="rule_topic_known")],
        ),
        migrations.AlterField(
            model_name="provincerule",
            name="topic",
            field=models.CharField(
                choices=[
                    ("minimum_age", "Minimum age"),
                    ("residence", "Individuals from other provinces"),
                    ("local_phone", "Local telephone"),
                    ("one_phone", "One telephone for one host"),
                    ("emergency_differs", "Emergency numbers of both responsible persons differ"),
                    ("legal_representative", "Who may be the host's responsible person"),
                    ("manager", "Who may be the website's responsible person"),
                    ("certificates_refused", "Certificate types not accepted"),
                    ("certificate_months", "How long a certificate must still be valid"),
                    ("websites", "Websites in one filing"),
                    ("website_names_differ", "Website names of a host differ"),
                    ("remark", "Remark required"),
                    ("name_characters", "Website name: fewest Chinese characters"),
                    ("name_beginning", "Website name: beginnings not allowed"),
                    ("name_words", "Website name: words not allowed"),
                    ("name_approval", "Website name: words that need a prior approval"),
                    ("name_placeholder", "Website name: placeholders not allowed"),
                    ("name_form", "Website name: wanted form"),
                    ("services_forbidden", "Service contents not allowed"),
                    ("services_required", "Service contents required"),
                    ("domain_endings", "Domain endings not accepted"),
                    ("approval", "Prior approvals"),
                    ("papers", "Papers asked for"),
                    ("subject_change", "Change to another host"),
                    ("changes", "Most changes of a record through one provider"),
                    ("shells", "New website for a host without any"),
                    ("migration", "Migration of a website to another host"),
                    ("yearly_confirmation", "Yearly confirmation"),
                    ("codes", "One-time codes of the responsible persons"),
                    ("days_with_provider", "How long a filing may wait for its access provider"),
                    ("days_returned_to_host", "How long a returned filing may wait for its host"),
                    (
                        "days_returned_to_provider",
                        "How long a filing that the bureau returned may wait for its access provider",
                    ),
                    ("advice", "Advice at a field"),
                ],
                max_length=32,
                verbose_name="topic",
            ),
        ),
        migrations.AddConstraint(
            model_name="provincerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "topic__in",
                        [
                            "minimum_age",
                            "residence",
                            "local_phone",
                            "one_phone",
                            "emergency_differs",
                            "legal_representative",
                            "manager",
                            "certificates_refused",
                            "certificate_months",
                            "websites",
                            "website_names_differ",
                            "remark",
                            "name_characters",
                            "name_beginning",
                            "name_words",
                            "name_approval",
                            "name_placeholder",
                            "name_form",
                            "services_forbidden",
                            "services_required",
                            "domain_endings",
                            "approval",
                            "papers",
                            "subject_change",
                            "changes",
                            "shells",
                            "migration",
                            "yearly_confirmation",
                            "codes",
                            "days_with_provider",
                            "days_returned_to_host",
                            "days_returned_to_provider",
                            "advice",
                        ],
                    )
                ),
                name="rule_topic_known",
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
