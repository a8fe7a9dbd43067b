#!/usr/bin/env bash
# Uploads a package to SecureVOX app distribution. Needs bash, curl and jq, and works in any CI: what it
# is to do stands in the environment, see README.md beside it.
#
# Exits with 0 when the build and its symbols are there, with 1 when the server refused one of them (the
# reason is printed), with 2 when it was called wrongly, with 3 when the token is not accepted or may not do this, and
# with 4 when the server could not be reached or failed, after all tries.
set -euo pipefail

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
drafts=$(mktemp -d)
trap 'rm -rf "$drafts"' EXIT

# A line of the log; an annotation where GitHub shows them.
say() {
    local kind=$1 text=$2
    if [[ ${GITHUB_ACTIONS:-} == true ]]; then
        text=${text//'%'/%25}
        text=${text//$'\r'/%0D}
        printf '::%s::%s\n' "$kind" "${text//$'\n'/%0A}"
    else
        printf '%s: %s\n' "$kind" "$text" >&2
    fi
}

fail() {
    say error "$2"
    exit "$1"
}

# A problem of the server's (RFC 9457), or whatever came instead of one, in words.
words_of() {
    jq -er -f "$folder/problem.jq" "$1" 2>/dev/null || head -c 500 "$1" | tr -d '\000'
}

# What the last answer says in a header.
header_of() {
    tr -d '\r' <"$drafts/headers" | awk -v name="$1" 'tolower($1) == name ":" { value = $2 } END { print value }'
}

# Asks once: request TOKEN OUT ARGUMENTS…; the status is in `status`, 000 where there was no answer.
# The token is on no command line, where other users of the machine could read it.
request() {
    local token=$1 out=$2
    shift 2
    : >"$out"
    : >"$drafts/headers"
    status=$(curl --silent --show-error --connect-timeout 20 --speed-limit 1 --speed-time 120 \
        --header 'User-Agent: securevox-upload-build' --dump-header "$drafts/headers" \
        --output "$out" --write-out '%{http_code}' \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$token") \
        "$@" 2>"$drafts/curl") || status=000
}

# Asks until there is an answer that will not change, at most `tries` times.
persist() {
    local try=1 wait=2 why
    while request "$@"; do
        case $status in
            000) why="$(tr '\n' ' ' <"$drafts/curl")" ;;
            408 | 425 | 429 | 5??) why="the server answered $status" ;;
            *) return 0 ;;
        esac
        ((try < tries)) || return 0
        local asked
        asked=$(header_of retry-after)
        [[ $asked =~ ^[0-9]{1,3}$ ]] && ((asked > wait)) && wait=$asked
        say notice "Try $try of $tries: $why. Again in $wait s."
        sleep "$wait"
        ((try += 1))
        ((wait = wait < 30 ? wait * 2 : wait))
    done
}

# The input NAME, which must be there.
need() {
    local variable=SECUREVOX_$1
    [[ -n ${!variable:-} ]] || fail 2 "The input \`$2\` is missing."
}

yes() {
    case ${1,,} in
        true | 1 | yes) return 0 ;;
        false | 0 | no | '') return 1 ;;
        *) fail 2 "\`$1\` is neither true nor false." ;;
    esac
}

for tool in curl jq; do
    command -v "$tool" >/dev/null || fail 2 "$tool is missing: install it on the runner."
done
need SERVER server
need TOKEN token
need FILE file
server=${SECUREVOX_SERVER%/}
[[ $server =~ ^https?://[^[:space:]]+$ ]] || fail 2 "\`server\` is no address: $server"
[[ $SECUREVOX_TOKEN != *[$'\r\n\\"']* ]] || fail 2 "\`token\` holds more than a token."
tries=${SECUREVOX_TRIES:-6}
[[ $tries =~ ^[1-9][0-9]?$ ]] || fail 2 "\`tries\` is no number from 1 to 99: $tries"

# A name is taken as it is; what is no name may be a pattern.
if [[ -f $SECUREVOX_FILE ]]; then
    file=$SECUREVOX_FILE
else
    mapfile -t found < <(compgen -G "$SECUREVOX_FILE" || true)
    ((${#found[@]} > 0)) || fail 2 "There is no file \`$SECUREVOX_FILE\`."
    ((${#found[@]} == 1)) || fail 2 "\`$SECUREVOX_FILE\` matches ${#found[@]} files: ${found[*]}"
    file=${found[0]}
fi
[[ -s $file ]] || fail 2 "The file \`$file\` is empty."

notes=${SECUREVOX_NOTES:-}
if [[ -n ${SECUREVOX_NOTES_FILE:-} ]]; then
    [[ -f $SECUREVOX_NOTES_FILE ]] || fail 2 "There is no file \`$SECUREVOX_NOTES_FILE\`."
    notes=$(cat "$SECUREVOX_NOTES_FILE")
fi

icon=${SECUREVOX_ICON:-}
[[ -z $icon || -f $icon ]] || fail 2 "There is no file \`$icon\`."

# One a line: a name, or a pattern that may match several.
symbols=()
while IFS= read -r line; do
    pattern=$(sed 's/^[[:space:]]*//; s/[[:space:]]*$//' <<<"$line")
    [[ -n $pattern ]] || continue
    if [[ -f $pattern ]]; then
        symbols+=("$pattern")
        continue
    fi
    mapfile -t found < <(compgen -G "$pattern" || true)
    ((${#found[@]} > 0)) || fail 2 "There is no file \`$pattern\`."
    symbols+=("${found[@]}")
done <<<"${SECUREVOX_SYMBOLS:-}"
for path in "${symbols[@]}"; do
    [[ ! -d $path ]] || fail 2 "\`$path\` is a folder: zip it."
    [[ -s $path ]] || fail 2 "The file \`$path\` is empty."
done

event() {
    [[ -f ${GITHUB_EVENT_PATH:-} ]] || return 0
    jq -r "$1 // empty" "$GITHUB_EVENT_PATH"
}
branch=${SECUREVOX_BRANCH:-${GITHUB_HEAD_REF:-}}
[[ -n $branch || ${GITHUB_REF_TYPE:-} != branch ]] || branch=${GITHUB_REF_NAME:-}
commit=${SECUREVOX_COMMIT:-$(event .pull_request.head.sha)}
commit=${commit:-${GITHUB_SHA:-}}
run=
[[ -z ${GITHUB_RUN_ID:-} ]] || run=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID

# Inside quotes curl takes `;` and `,` as they are.
attach() {
    local quoted=${2//\\/\\\\}
    form+=(--form "$1=@\"${quoted//\"/\\\"}\"")
}
form=()
attach app_file "$file"
[[ -z $icon ]] || attach icon "$icon"
field() {
    [[ -z $2 ]] || form+=(--form-string "$1=$2")
}
# What means something either way; nothing is said where nothing is given.
flag() {
    [[ -n $2 ]] || return 0
    if yes "$2"; then field "$1" true; else field "$1" false; fi
}
field release_notes "$notes"
field channel "${SECUREVOX_CHANNEL:-}"
field groups "${SECUREVOX_GROUPS:-}"
field platform "${SECUREVOX_PLATFORM:-}"
field version "${SECUREVOX_VERSION:-}"
field build_number "${SECUREVOX_BUILD_NUMBER:-}"
field branch "$branch"
field commit "$commit"
field ci_url "$run"
field status "${SECUREVOX_STATUS:-}"
field expires_at "${SECUREVOX_EXPIRES_AT:-}"
flag mandatory "${SECUREVOX_MANDATORY:-}"
flag notify "${SECUREVOX_NOTIFY:-}"
if yes "${SECUREVOX_BETA:-}"; then field is_beta true; fi
if yes "${SECUREVOX_STRICT:-}"; then field strict true; fi
comments=false
if yes "${SECUREVOX_COMMENT:-}"; then comments=true; fi

# Sends the form to PATH of the server. What went wrong is `code`, as this script exits, and `why`.
send() {
    local path=$1 answer=$2
    code=0 why=
    persist "$SECUREVOX_TOKEN" "$answer" "${form[@]}" "$server$path"
    case $status in
        200 | 201) ;;
        000) code=4 why="$server cannot be reached: $(tr '\n' ' ' <"$drafts/curl")" ;;
        401 | 403) code=3 why=$(words_of "$answer") ;;
        408 | 425 | 429 | 5??) code=4 why="The server answered $status, $tries times: $(words_of "$answer")" ;;
        4??) code=1 why=$(words_of "$answer") ;;
        *) code=4 why="$server$path answered $status: is it the address of app distribution?" ;;
    esac
}

# The same file twice is one build, so that a try whose answer was lost does no harm.
build=$drafts/build.json
send /api/builds "$build"
((code == 0)) || fail "$code" "$why"
jq -e '.id and .install_url' "$build" >/dev/null 2>&1 ||
    fail 4 "$server answered $status with something that is no build: is it the address of app distribution?"

output() {
    [[ -n ${GITHUB_OUTPUT:-} ]] || return 0
    local end=end-of-$RANDOM$RANDOM$RANDOM
    printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$(jq -rc "$2" "$build")" "$end" >>"$GITHUB_OUTPUT"
}
output id .id
output app-id .app.id
output version '.version // ""'
output build-number '.build_number // ""'
output size .size
output sha256 .sha256
output install-url .install_url
output qr-svg-url .qr_svg_url
output warnings '.warnings // []'

name=$(jq -r '"\(.app.name) \(.version // .build_number // "")" + (if .version and .build_number then " (\(.build_number))" else "" end)' "$build")
case $status in
    201) said="$name was uploaded." ;;
    *) said="$name was here already: it is the same file." ;;
esac
[[ $(jq -r .status "$build") != inactive ]] || said+=" Nobody is offered it yet."
say notice "$said"
while IFS= read -r warning; do
    say warning "$warning"
done < <(jq -r '.warnings[]?.detail | gsub("\\s+"; " ")' "$build")

# The build is there, whatever comes of its symbols: the comment is written all the same.
failed=0
for path in "${symbols[@]}"; do
    form=()
    attach file "$path"
    send "/api/builds/$(jq -r .id "$build")/symbols" "$drafts/symbols.json"
    if ((code == 0)); then
        say notice "The symbols \`${path##*/}\` are kept with it."
    else
        say error "The symbols \`${path##*/}\` are not kept: $why"
        failed=$code
    fi
done

# What differs from the newest build of the branch that it will be merged into; null without one.
base_branch=${SECUREVOX_BASE_BRANCH:-${GITHUB_BASE_REF:-}}
base=$drafts/base.json
comparison=$drafts/comparison.json
echo null >"$comparison"
if [[ -n $base_branch ]]; then
    app=$(jq -r .app.id "$build")
    persist "$SECUREVOX_TOKEN" "$base" --get --data-urlencode "branch=$base_branch" \
        "$server/api/apps/$app/latest"
    if [[ $status == 200 && $(jq -r .id "$base") != $(jq -r .id "$build") ]]; then
        persist "$SECUREVOX_TOKEN" "$comparison" \
            "$server/api/builds/$(jq -r .id "$build")/compare/$(jq -r .id "$base")"
        [[ $status == 200 ]] || echo null >"$comparison"
    elif [[ $status != 200 && $status != 404 ]]; then
        say warning "It could not be compared with $base_branch: $(words_of "$base")"
    fi
fi
[[ -s $base ]] && jq -e .id "$base" >/dev/null 2>&1 || echo null >"$base"

marker="<!-- securevox-upload-build: $(jq -r '"\(.platform) \(.bundle_id)"' "$build" | tr -cd 'A-Za-z0-9._ -') -->"
text=$drafts/comment.md
jq -nr --arg marker "$marker" --arg base_branch "$base_branch" --arg commit "$commit" --arg run "$run" \
    --slurpfile build "$build" --slurpfile base "$base" --slurpfile comparison "$comparison" \
    -f "$folder/comment.jq" >"$text"
[[ -z ${GITHUB_STEP_SUMMARY:-} ]] || cat "$text" >>"$GITHUB_STEP_SUMMARY"
[[ $comments == true ]] || exit "$failed"

# The build is there: what goes wrong with the comment is a warning, and no reason to fail.
pull=$(event '.pull_request.number')
if [[ -z $pull && ${GITHUB_REF:-} =~ ^refs/pull/([0-9]+)/ ]]; then pull=${BASH_REMATCH[1]}; fi
if [[ -z $pull ]]; then
    say notice "This run belongs to no pull request, so there is nothing to comment on."
    exit "$failed"
fi
if [[ -z ${SECUREVOX_GITHUB_TOKEN:-} ]]; then
    say warning "There is no comment: the input \`github-token\` is missing."
    exit "$failed"
fi
api=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY/issues
github() {
    persist "$SECUREVOX_GITHUB_TOKEN" "$@" --header 'Accept: application/vnd.github+json' \
        --header 'X-GitHub-Api-Version: 2022-11-28'
}
# Ours begins with the marker; one that only quotes it does not.
ours() {
    local page=1 answer=$drafts/comments.json
    while ((page <= 50)); do
        github "$answer" "$api/$pull/comments?per_page=100&page=$page"
        [[ $status == 200 ]] || return 0
        known=$(jq -r --arg marker "$marker" \
            'map(select((.body // "") | startswith($marker))) | .[0].id // empty' "$answer")
        [[ -z $known && $(jq length "$answer") == 100 ]] || return 0
        ((page += 1))
    done
}
known=
ours
body=$drafts/body.json
answer=$drafts/answer.json
jq -n --rawfile body "$text" '{$body}' >"$body"
if [[ $status == 200 && -n $known ]]; then
    github "$answer" --request PATCH --data-binary "@$body" "$api/comments/$known"
fi
if [[ -z $known && $status == 200 ]] || [[ -n $known && $status =~ ^40[34]$ ]]; then
    github "$answer" --request POST --data-binary "@$body" "$api/$pull/comments"
fi
case $status in
    200 | 201) ;;
    403 | 404) say warning "There is no comment: GitHub answered $status. The job needs \`permissions: pull-requests: write\`; runs for forks do not get it." ;;
    *) say warning "There is no comment: GitHub answered $status." ;;
esac
exit "$failed"
