#!/usr/bin/env bash
# Every thing in its room: Beast, SQL, LMDB and msgpack where design.md puts them, the real world only in server/app/ and
# the CLI. Usage: rooms.sh SOURCE_DIR
set -euo pipefail
cd "$1"
failed=0

# only NAME PATTERN ALLOWED...: files outside the allowed prefixes that match are named.
only() {
    local name=$1 pattern=$2 hits
    shift 2
    hits=$(grep -rlE --include='*.cpp' --include='*.hpp' --include='*.h' "$pattern" schema sync-protocol device-engine server |
        grep -vE "^($(IFS='|'; echo "$*"))" || true)
    if [ -n "$hits" ]; then
        printf '%s outside its room:\n%s\n' "$name" "$hits"
        failed=1
    fi
}

only 'Beast' '#include <boost/beast' 'server/http/' 'device-engine/transport/'
only 'SQLite or libpq' '#include <(sqlite3|libpq-fe)\.h>' 'server/storage/'
only 'LMDB' '#include <lmdb\.h>' 'device-engine/store/'
only 'Prometheus' '#include <prometheus/' 'server/metrics/'
only 'msgpack' '#include <msgpack' 'sync-protocol/codec/'
only 'A real clock' '(system_clock|steady_clock|high_resolution_clock)::now|gettimeofday|clock_gettime|[^_a-z:]time\((nullptr|NULL|0)\)' \
    'server/app/' 'device-engine/cli/'
only 'Real randomness' 'random_device|randombytes|getrandom|/dev/u?random|[^_a-z]s?rand\(' 'server/app/' 'device-engine/cli/'
only 'A thread of its own' 'std::j?thread[ ({]|asio::thread_pool|pthread_create' 'server/app/'
only 'The device engine' '#include "fieldsync/device/' 'device-engine/'

# Lower layers never name higher ones.
deny() {
    local hits
    hits=$(grep -rlE --include='*.cpp' --include='*.hpp' "$2" "$1" || true)
    if [ -n "$hits" ]; then
        printf '%s must not include %s:\n%s\n' "$1" "$2" "$hits"
        failed=1
    fi
}
deny schema '#include "fieldsync/(sync|device)/'
deny sync-protocol '#include "fieldsync/device/'
deny server/storage '#include "(records|write_path|sync|surfaces|http|app)/'
deny server/records '#include "(write_path|sync|surfaces|http|app)/'
deny server/write_path '#include "(sync|surfaces|http|app|accounts)/'
exit $failed
