#!/usr/bin/env bash
# The main job of fieldsync as a story that checks itself: people work offline, the office works online, everybody syncs,
# and nothing is lost. Exits non-zero when anything differs from what is promised; leaves no process and no directory.
# FIELDSYNC_BIN: where the programs are. FIELDSYNC_DEMO_DATABASE: an empty database for the server, postgresql://…; else
# SQLite. On a terminal the server keeps running at the end.
set -euo pipefail

bin=${FIELDSYNC_BIN:?say where the programs are}
dir=$(mktemp -d)
storage=(--data-dir "$dir/data")
[ -z "${FIELDSYNC_DEMO_DATABASE-}" ] || storage=(--database "$FIELDSYNC_DEMO_DATABASE")
server_pid=
failures=0

cleanup() {
    if [ -n "$server_pid" ]; then
        kill "$server_pid" 2>/dev/null || true
        wait "$server_pid" 2>/dev/null || true
    fi
    rm -rf "$dir"
}
trap cleanup EXIT

# ---- telling the story

bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
[ -t 1 ] || bold='' dim='' green='' red='' plain=''

chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '  %s\n' "$*"; }
show() { sed "s/^/    ${dim}/; s/\$/${plain}/"; }

# check WHAT ACTUAL EXPECTED
check() {
    if [ "$2" = "$3" ]; then
        printf '  %s✓%s %s: %s\n' "$green" "$plain" "$1" "$2"
    else
        printf '  %s✗ %s: %s, expected %s%s\n' "$red" "$1" "$2" "$3" "$plain"
        failures=$((failures + 1))
    fi
}

# ---- people and their tools

rahul() { "$bin/fieldsync" --store "$dir/rahul" "$@"; }
staff() { "$bin/fieldsync" --store "$dir/staff" "$@"; }
engineer() { "$bin/fieldsync" --store "$dir/engineer" "$@"; }
password=Test@1234

# rest METHOD PATH TOKEN [JSON]
rest() {
    local arguments=(-sS -X "$1" "$url$2" -H 'Accept: application/json')
    [ -z "$3" ] || arguments+=(-H "Authorization: Bearer $3")
    [ $# -lt 4 ] || arguments+=(-H 'Content-Type: application/json' -d "$4")
    curl "${arguments[@]}"
}

start_server() {
    "$bin/fieldsync-server" serve "${storage[@]}" --listen 127.0.0.1:0 --log-level warn >"$dir/server.out" 2>"$dir/server.log" &
    server_pid=$!
    for _ in $(seq 300); do
        url=$(sed -n 's/^listening on //p' "$dir/server.out")
        [ -n "$url" ] && return
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$dir/server.log" >&2
    echo 'the server does not start' >&2
    exit 1
}

stage_name() { # as seen by Rahul's device
    rahul get stage "$1" --json | jq -r .name
}

# ----

chapter 'A server with demo data'
[ -z "${FIELDSYNC_DEMO_DATABASE-}" ] || tell 'on PostgreSQL'
"$bin/fieldsync-server" seed-demo "${storage[@]}"
start_server
tell "listening on $url"
john=$(rest POST /api/auth/login '' "{\"email\":\"john@example.com\",\"password\":\"$password\"}" | jq -r .result.token)
client_user=$(rest POST /api/login '' "{\"email\":\"client@engineering.test\",\"password\":\"$password\"}" | jq -r .data.token)

chapter 'Three people take their work along'
rahul login --server "$url" --email rahul@example.com --password "$password" | show
staff login --server "$url" --email staff@example.com --password "$password" | show
engineer login --server "$url" --email engineer@engineering.test --password "$password" | show
FIELDSYNC_PROGRESS=1 rahul sync
staff sync | show
engineer sync | show

ankit=$(staff list client --where first_name=Ankit --where last_name=Patel --json | jq -r '.[0].uid')
ankit_id=$(staff get client "$ankit" --json | jq -r .id)
lead=$(rahul list lead --where client="$ankit" --json | jq -r '.[0].uid')
lead_id=$(rahul get lead "$lead" --json | jq -r .id)
property=$(rahul list property --where title='3BHK Flat in Vijay Nagar' --json | jq -r '.[0].uid')
framing=$(engineer list phase --where name='Structural Framing' --json | jq -r '.[0].uid')
tell "Rahul's lead of Ankit Patel: $lead, stage $(stage_name "$(rahul get lead "$lead" --json | jq -r .stage)")"
tell "Ankit Patel on Staff Member's device: $(staff get client "$ankit" --json | jq -c '{mobile, address, city}')"
tell "Structural Framing on the engineer's device: $(engineer get phase "$framing" --json | jq -r .progress_percent) %"
visits_before=$(rest GET "/api/leads/$lead_id/visits" "$john" | jq .result.count)
old_mobile=$(staff get client "$ankit" --json | jq -r .mobile)

chapter 'Rahul, without a network'
today=$(date -u +%F)
visit=$(rahul visit log --lead "$lead" --property "$property" --date "$today" --time 00:30 --accompanying 'Rahul Sharma' \
    --notes 'Client liked the balcony.' --json | jq -r .uid)
tell "logs a visit: $visit"
rahul note add --lead "$lead" 'Wants a second visit with his family.' --json | jq -r '"  adds a note: " + .uid'
rahul lead stage "$lead" 'Negotiation' --note 'Asked for our best price.' >/dev/null
check 'his device shows the stage at once' "$(stage_name "$(rahul get lead "$lead" --json | jq -r .stage)")" 'Negotiation'
channel=$(rahul list sourcing_channel --where name=Referral --json | jq -r '.[0].uid')
new_client=$(rahul put client first_name=Meera last_name=Joshi mobile=9827712345 sourcing_channel="$channel" interest_type=buy \
    city=Indore --json | jq -r .uid)
requirement=$(rahul put requirement client="$new_client" interest_type=buy property_type=flat preferred_location='Vijay Nagar' \
    max_budget=5000000 --json | jq -r .uid)
new_lead=$(rahul list lead --where requirement="$requirement" --json | jq -r '.[0].uid')
check 'the requirement made its lead on the device' "$(stage_name "$(rahul get lead "$new_lead" --json | jq -r .stage)")" 'New Lead'
new_visit=$(rahul visit log --lead "$new_lead" --property "$property" --date "$today" --time 00:45 --accompanying 'Rahul Sharma' \
    --json | jq -r .uid)
tell "enters client Meera Joshi, her requirement and a visit on the new lead $new_lead"
rahul outbox | show

chapter 'Staff Member and the site engineer, without a network'
staff put client "$ankit" mobile=9000000001 address='Flat 7, Scheme 54' --json | jq -c '{mobile, address}' | show
engineer put phase "$framing" progress_percent=35 --json | jq -c '{name, progress_percent}' | show

chapter 'Meanwhile John, at the office, over REST'
rest PUT "/api/clients/$ankit_id" "$john" '{"mobile":"9000000002","city":"Bhopal"}' | jq -c '.result | {mobile, city}' | show
won=$(rest GET /api/stages "$john" | jq '.result[] | select(.is_closed_won) | .id')
rest PUT "/api/leads/$lead_id/stage" "$john" "{\"stage_id\":$won,\"note\":\"Signed at the office.\"}" | jq -c '.result.current_stage' | show

chapter 'Everybody syncs'
rahul sync | show
staff sync | show
engineer sync | show
rahul sync | show

chapter 'What became of it'
client_now=$(rest GET "/api/clients/$ankit_id" "$john" | jq -c '.result | {mobile, address, city}')
tell "REST, Ankit Patel: $client_now"
tell "Staff Member's device: $(staff get client "$ankit" --json | jq -c '{mobile, address, city}')"
check 'the address, changed on the device alone' "$(jq -r .address <<<"$client_now")" 'Flat 7, Scheme 54'
check 'the city, changed at the office alone' "$(jq -r .city <<<"$client_now")" 'Bhopal'
check 'the phone, changed by both: last_writer' "$(jq -r .mobile <<<"$client_now")" '9000000002'
check 'the device agrees' "$(staff get client "$ankit" --json | jq -r .mobile)" '9000000002'
check 'the losing phone is kept' "$(staff conflicts --json | jq -r '[.[] | select(.field=="mobile")][0] | .loser_value')" '9000000001'
tell "before any of this it was $old_mobile"
staff conflicts | show

lead_now=$(rest GET "/api/leads/$lead_id" "$john")
tell "REST, the lead: $(jq -r .result.current_stage.name <<<"$lead_now"), history:"
jq -r '.result.stage_history[] | "\(.created_at)  \(.from_stage // "–") → \(.to_stage)  by \(.changed_by)  \(.note // "")"' <<<"$lead_now" | show
check 'a closed stage beats an open one: closed_wins' "$(jq -r .result.current_stage.name <<<"$lead_now")" 'Closed — Won'
check "on Rahul's device as well" "$(stage_name "$(rahul get lead "$lead" --json | jq -r .stage)")" 'Closed — Won'
check 'its requirement is closed' "$(jq -r .result.requirement.status <<<"$lead_now")" 'closed'
check 'his move is in the history' "$(jq '[.result.stage_history[] | select(.to_stage=="Negotiation")] | length' <<<"$lead_now")" 1
check 'his move is kept as a conflict' "$(rahul conflicts --json | jq '[.[] | select(.field=="stage")] | length')" 1
check 'his visit arrived' "$(rest GET "/api/leads/$lead_id/visits" "$john" | jq .result.count)" "$((visits_before + 1))"
check 'his note arrived' "$(rest GET "/api/leads/$lead_id/activity" "$john" |
    jq '[.result[] | select(.description=="Wants a second visit with his family.")] | length')" 1
new_lead_id=$(rahul get lead "$new_lead" --json | jq -r .id)
check 'the new lead kept its uid and got a number' "$(rest GET "/api/leads/$new_lead_id" "$john" | jq -r .result.client_name)" 'Meera Joshi'
check 'with its visit' "$(rahul get site_visit "$new_visit" --json | jq -r '.lead')" "$new_lead"
progress=$(rest GET '/api/client/progress?per_page=100' "$client_user" | jq '.data[] | select(.name=="Structural Framing") | .progress_percent')
check 'the client sees the engineer'"'"'s progress' "$progress" 35
check 'nothing was rejected' "$(rahul status --json | jq .rejected)$(staff status --json | jq .rejected)$(engineer status --json | jq .rejected)" 000

chapter 'Do devices and server agree?'
for person in rahul staff engineer; do
    check "$person" "$($person verify --json | jq -r .agrees)" true
done

chapter 'The business moves to a plan without offline sync'
rahul note add --lead "$new_lead" 'Entered while the plan changes.' >/dev/null
"$bin/fieldsync-server" set-plan "${storage[@]}" --business 'Agrawal Properties' --plan starter-tier | show
status=0
rahul sync 2>"$dir/refusal" || status=$?
show <"$dir/refusal"
check 'the sync is refused' "$status" 3
check 'the edit stays on the device' "$(rahul status --json | jq .pending)" 1
"$bin/fieldsync-server" set-plan "${storage[@]}" --business 'Agrawal Properties' --plan pro | show
rahul sync | show
check 'moved back, it goes through' "$(rahul status --json | jq .pending)" 0
check 'and is at the office' "$(rest GET "/api/leads/$new_lead_id/activity" "$john" |
    jq '[.result[] | select(.description=="Entered while the plan changes.")] | length')" 1

chapter 'The database keeps what it promises'
if "$bin/fieldsync-server" verify "${storage[@]}" >"$dir/verify" 2>&1; then show <"$dir/verify"; else
    show <"$dir/verify"
    failures=$((failures + 1))
fi

if [ "$failures" -gt 0 ]; then
    printf '\n%s%d things differ from what was promised.%s\n' "$red" "$failures" "$plain"
    exit 1
fi
printf '\n%sAll as promised.%s\n' "$green" "$plain"

if [ -t 0 ] && [ -t 1 ]; then
    chapter "The server keeps running: $url"
    tell "john@example.com (admin), rahul@example.com, staff@example.com, engineer@engineering.test,"
    tell "client@engineering.test (client portal); password $password"
    tell "stores: $dir/rahul, $dir/staff, $dir/engineer"
    read -rp '  Enter ends it. ' _
fi
