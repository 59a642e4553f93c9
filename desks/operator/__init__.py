"""Pages of the operators' desk: work calendar, mails, texts of mails, audit log, retention, differences of copies."""
