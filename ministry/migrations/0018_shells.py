"""What becomes of a host on record without any website: a topic of the province rules, from a public document."""

from django.db import migrations, models

from ministry.rules.data import seed_topic


def seed(apps, schema_editor):
    seed_topic(apps.get_model("ministry", "ProvinceRule"), apps.get_model("ministry", "RuleChange"), "shells")


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0017_contacts_in_force"),
    ]

    operations = [
        # A rule is never deleted. On the way back those of this topic stay, and nothing is asked of them.
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
            name="demand",
            field=models.CharField(
                blank=True,
                choices=[
                    ("free", "no restriction"),
                    ("required", "must be the legal representative"),
                    ("authorisation", "somebody else with an authorisation"),
                    ("same_person", "an authorised person answers for the website too"),
                    ("permit", "with a proof of residence"),
                    ("only_local", "only residents of the province"),
                    ("landline", "landline and mobile"),
                    ("mobile", "mobile only"),
                    ("paper", "the authority's paper"),
                    ("pledge", "a pledge that the business is not involved"),
                    ("either", "the paper or the pledge"),
                    ("ask", "ask the bureau"),
                    ("nothing", "nothing"),
                    ("other_host", "a filing may pass to another host"),
                    ("own_company", "an individual's filing may pass to the own company"),
                    ("rename_only", "only a new name of the same host"),
                    ("may_add", "a website may be added at once"),
                    ("cancel_first", "the record is cancelled first, then all is filed anew"),
                    ("code", "each responsible person proves it with a one-time code, instead of the filing password"),
                    ("no_code", "no code; the filing password is asked for"),
                ],
                max_length=16,
                verbose_name="asks for",
            ),
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
                    ("yearly_confirmation", "Yearly confirmation"),
                    ("codes", "One-time codes of the responsible persons"),
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
                            "yearly_confirmation",
                            "codes",
                            "advice",
                        ],
                    )
                ),
                name="rule_topic_known",
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
