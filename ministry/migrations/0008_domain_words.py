"""A topic of rules: words in domains; and two pieces of advice that are judged now (``ministry.rules.later``)."""

from django.db import migrations, models

from ministry.rules.later import judge_what_was_advice

TOPICS = [
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
    ("domain_words", "Domain: words not allowed"),
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
]


def judge(apps, schema_editor):
    judge_what_was_advice(apps.get_model("ministry", "ProvinceRule"), apps.get_model("ministry", "RuleChange"))


class Migration(migrations.Migration):
    dependencies = [("ministry", "0007_find_mails_and_entries")]

    operations = [
        migrations.AlterField(
            model_name="provincerule",
            name="topic",
            field=models.CharField(choices=TOPICS, max_length=32, verbose_name="topic"),
        ),
        migrations.RemoveConstraint(model_name="provincerule", name="rule_topic_known"),
        migrations.AddConstraint(
            model_name="provincerule",
            constraint=models.CheckConstraint(
                condition=models.Q(("topic__in", [topic for topic, _label in TOPICS])), name="rule_topic_known"
            ),
        ),
        migrations.RunPython(judge, migrations.RunPython.noop),
    ]
