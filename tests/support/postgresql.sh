#!/usr/bin/env bash
# A PostgreSQL server of one's own, in an empty directory: for tests and the demo. Reachable through a socket in
# that directory alone. Its fsync is off: what tests kill are our programs, never the machine. Like most, it lower()s
# more letters than SQLite does.
#
#   postgresql.sh start DIR [SERVER OPTION...]     prints the URI of the server
#   postgresql.sh restart DIR                      as after a crash
#   postgresql.sh stop DIR                         ends it, at once
set -euo pipefail

# PostgreSQL refuses to run as root.
unprivileged() {
    if ((EUID == 0)); then runuser -u postgres -- "$@"; else "$@"; fi
}

script=$(realpath "$0")
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
directory=$(cd "${2:?a directory is needed}" && pwd)
# From there, as the other user may not see where we are.
cd /

case ${1-} in
    start)
        if ((EUID == 0)); then chown postgres "$directory"; fi
        unprivileged "$bin/initdb" -D "$directory/data" -U fieldsync -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
            >"$directory/initdb.log"
        unprivileged "$bin/pg_ctl" -D "$directory/data" -l "$directory/server.log" -w -s \
            -o "-k '$directory' -c listen_addresses='' -c fsync=off -c max_connections=300 ${*:3}" start
        echo "postgresql:///postgres?host=$directory&user=fieldsync"
        ;;
    restart)
        unprivileged "$bin/pg_ctl" -D "$directory/data" -l "$directory/server.log" -m immediate -w -s restart
        ;;
    stop)
        unprivileged "$bin/pg_ctl" -D "$directory/data" -m immediate -w -s stop
        ;;
    *)
        sed -n '2,8s/^# \{0,1\}//p' "$script" >&2
        exit 2
        ;;
esac
