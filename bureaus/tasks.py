"""Background work of the bureaus: each task is one call."""

from celery import shared_task

from bureaus import distribution, morning_mail, rechecks


@shared_task(name="bureaus.distribute")
def distribute() -> None:
    distribution.put_back_of_those_who_left()
    distribution.give_out()


@shared_task(name="bureaus.draw_rechecks")
def draw_rechecks() -> None:
    rechecks.draw_all()


@shared_task(name="bureaus.write_morning_mails")
def write_morning_mails() -> None:
    morning_mail.write()


@shared_task(name="bureaus.warn_of_missing_calendar")
def warn_of_missing_calendar() -> None:
    morning_mail.warn_of_missing_calendar()
