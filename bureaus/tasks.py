"""Background work of the bureaus: a name, one call."""

from celery import shared_task

from bureaus import distribution, rechecks


@shared_task(name="bureaus.distribute")
def distribute() -> None:
    distribution.put_back_of_those_who_left()
    distribution.give_out()


@shared_task(name="bureaus.draw_rechecks")
def draw_rechecks() -> None:
    rechecks.draw_all()
