#!/bin/sh
# Runs a command as its child and passes on the order to stop. As process 1 of a container the command itself would not
# notice it before it has set up its handlers, seconds after the start, and be killed at the end of the grace.
stopped=
child=
stop() { stopped=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; }
trap stop TERM INT
exec 3<&0
"$@" <&3 3<&- &
child=$!
[ -z "$stopped" ] || kill -TERM "$child"
wait "$child"
while kill -0 "$child" 2>/dev/null; do wait "$child"; done  # a signal ends a wait before the command has ended
wait "$child"  # the shell keeps the status of the command, and an interrupted wait has another
