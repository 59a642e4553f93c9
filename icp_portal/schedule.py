"""When the periodic tasks run (``celery beat``), in China time."""

from typing import Any, Final

from celery.schedules import crontab

# Seconds between two runs. A run not started by the time of the next one is dropped.
_EVERY: Final = {
    "icp_portal.measure_pace": 600,
    "ministry.sweep": 30,
    "ministry.seal_audit": 60,
    "ministry.send_mails": 15,
    "bureaus.distribute": 60,
    "filings.sweep_codes": 60,
    "filings.sweep_readings": 60,
    "filings.sweep_webhooks": 15,
    "records.end_adoptions": 60,
    "providers.resume_imports": 60,
    "interchange.sweep": 60,
    "interchange.sweep_reports": 60,
}
_AT: Final = {
    "ministry.check_audit": crontab(hour=2, minute=30),
    # The first run compares; the later ones do what it could not.
    "records.compare_copies": crontab(minute=10, hour="1-5"),
    "filings.watch_deadlines": crontab(minute="*/10"),
    "filings.derive_due_dates": crontab(minute=5),
    "filings.tell_moved": crontab(minute="*/15"),
    # The second run writes what the first could not.
    "filings.collect_mails": crontab(hour=8, minute="35,55"),
    # Nothing is sent on non-working days; the second run retries what the first could not do.
    "bureaus.write_morning_mails": crontab(hour=8, minute="30,50"),
    "icp_portal.tell_status": crontab(hour=8, minute="20,40"),
    "bureaus.warn_of_missing_calendar": crontab(hour=9, minute=10),
    # Mails that ask people to act are sent in office hours; the first run of the day sends them all.
    "filings.tell_stranded": crontab(minute=5, hour="9-17"),
    "filings.warn_waiting": crontab(minute=10, hour="9-17"),
    "filings.remind_hosts": crontab(minute=20, hour="9-17"),
    "records.remind_of_orders": crontab(minute=40, hour="9-17"),
    "records.remind_of_records": crontab(minute=40, hour="9-17"),
    "records.remind_of_spot_checks": crontab(minute=45, hour="9-17"),
    "records.watch_cases": crontab(minute=50, hour="8-17"),
    "records.end_old_adoptions": crontab(hour=3, minute=15),
    "filings.lapse_drafts": crontab(hour=3, minute=30),
    "filings.lapse_waiting": crontab(hour=3, minute=45),
    "providers.erase_imports": crontab(hour=4, minute=15),
    "interchange.erase_old": crontab(minute=20),
    # The first run of the day counts; the later ones do what it could not.
    "providers.measure_work": crontab(minute=25),
    "filings.clear": crontab(hour=4, minute=45),
    "filings.erase_ended": crontab(hour=4, minute=0),
    "filings.erase_looks": crontab(hour=4, minute=10),
    "filings.check_files": crontab(hour="4-6", minute="30,50"),
    # Each goes on where the one before it stopped.
    "filings.rescan": crontab(hour="0-6", minute="*/15"),
    # The first run of the day counts; the later ones do what it could not.
    "filings.count_figures": crontab(minute=35),
    # The first run of a month writes; the later ones do what it could not.
    "ministry.write_open_data": crontab(minute=50),
    # The second run completes a killed first one.
    "bureaus.draw_rechecks": crontab(hour="1,5", minute=20),
}
RUNS: Final[dict[str, dict[str, Any]]] = {
    **{task: {"task": task, "schedule": seconds, "options": {"expires": seconds}} for task, seconds in _EVERY.items()},
    **{task: {"task": task, "schedule": when} for task, when in _AT.items()},
}
