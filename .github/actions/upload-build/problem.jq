# A problem (RFC 9457) as a few lines for a log. Fails on what is none.
if type == "object" and (.title | type == "string") then
    [
        .title + (if .detail then ": " + .detail else "" end),
        (.errors // [] | .[] | "  \(.pointer | ltrimstr("#/") | ltrimstr("?")): \(.detail)"),
        (if .request_id then "If you ask for help, quote \(.request_id)." else empty end)
    ] | join("\n")
else
    error("no problem")
end
