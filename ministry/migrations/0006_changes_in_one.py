"""A topic of rules: which changes a province asks for as one filing; and its rules (``ministry.rules.later``)."""

from django.db import migrations, models

from ministry.rules.later import bring_changes_in_one


def bring(apps, schema_editor):
    bring_changes_in_one(apps.get_model("ministry", "ProvinceRule"), apps.get_model("ministry", "RuleChange"))


class Migration(migrations.Migration):
    dependencies = [
        ("ministry", "0005_numbers_of_earlier_systems"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="provincerule",
            name="rule_topic_known",
        ),
        migrations.AlterField(
            model_name="provincerule",
            name="demand",
            field=models.CharField(
                blank=True,
                choices=[
                    ("free", "no restriction"),
                    ("required", "must be the legal representative"),
                    ("authorisation", "another person with an authorisation"),
                    ("same_person", "the authorised person must also be responsible for the website"),
                    ("permit", "with proof of residence"),
                    ("only_local", "only registered residents of the province"),
                    ("landline", "landline and mobile"),
                    ("mobile", "mobile only"),
                    ("paper", "the authority's approval document"),
                    ("pledge", "a pledge that the business is not involved"),
                    ("either", "the approval document or the pledge"),
                    ("ask", "as the bureau requires"),
                    ("nothing", "no requirement"),
                    ("other_host", "a filing may be changed to another host"),
                    ("own_company", "an individual's filing may be changed to the individual's own company"),
                    ("rename_only", "only a new name of the same host"),
                    ("every_change", "every change of the site host or a website"),
                    ("host_changes", "every change of the site host"),
                    ("new_responsible", "a change of the host's responsible person"),
                    ("may_add", "a website may be added directly"),
                    ("cancel_first", "the record must be cancelled first, then filed again"),
                    ("may_migrate", "a website may be migrated to another host"),
                    ("may_not_migrate", "no migration: the website must be cancelled and filed again"),
                    ("code", "each responsible person enters a verification code; it replaces the filing password"),
                    ("no_code", "no code; the filing password is required"),
                ],
                max_length=16,
                verbose_name="requirement",
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
                    ("emergency_differs", "Different emergency numbers for the two responsible persons"),
                    ("legal_representative", "Who can be the host's responsible person"),
                    ("manager", "Who can be the website's responsible person"),
                    ("certificates_refused", "Certificate types not accepted"),
                    ("certificate_months", "Remaining validity of certificates"),
                    ("websites", "Websites in one filing"),
                    ("website_names_differ", "No two websites of a host with the same name"),
                    ("remark", "Remark required"),
                    ("name_characters", "Website name: minimum of Chinese characters"),
                    ("name_beginning", "Website name: beginnings not allowed"),
                    ("name_words", "Website name: words not allowed"),
                    ("name_approval", "Website name: words that need a prior approval"),
                    ("name_placeholder", "Website name: placeholders not allowed"),
                    ("name_form", "Website name: required form"),
                    ("services_forbidden", "Service contents not allowed"),
                    ("services_required", "Service contents required"),
                    ("domain_endings", "Domain endings not accepted"),
                    ("domain_endings_required", "Domain endings required"),
                    ("service_approval", "Service contents that need a prior approval"),
                    ("approval", "Prior approvals"),
                    ("papers", "Required documents"),
                    ("subject_change", "Change to another host"),
                    ("changes", "Maximum number of changes of a record through one provider"),
                    ("one_change", "Changes of host and website in one filing"),
                    ("shells", "New website for a record without websites"),
                    ("migration", "Migration of a website to another host"),
                    ("yearly_confirmation", "Yearly confirmation"),
                    ("codes", "Verification codes of the responsible persons"),
                    ("days_with_provider", "Waiting limit at the access provider"),
                    ("days_returned_to_host", "Waiting limit for the host after a return"),
                    ("days_returned_to_provider", "Waiting limit at the access provider after a return by the bureau"),
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
                            "domain_endings_required",
                            "service_approval",
                            "approval",
                            "papers",
                            "subject_change",
                            "changes",
                            "one_change",
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
        migrations.RunPython(bring, migrations.RunPython.noop),
    ]
