"""Background work of the bureaus: a name, one call."""

from celery import shared_task

from bureaus import distribution


@shared_task(name="bureaus.distribute")
def distribute() -> None:
    distribution.put_back_of_those_who_left()
    distribution.give_out()
