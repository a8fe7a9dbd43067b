# The comment on a pull request: what can be installed, and how it differs from the base branch.

# What packages say is text, whatever it looks like.
def plain:
    tostring | gsub("\\s+"; " ") | gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;")
    | gsub("\\|"; "&#124;") | gsub("`"; "&#96;") | gsub("\\*"; "&#42;") | gsub("_"; "&#95;")
    | gsub("\\["; "&#91;") | gsub("\\]"; "&#93;") | gsub("@"; "&#64;") | gsub("#(?!\\d)"; "&#35;")
    | gsub("~"; "&#126;") | gsub("!"; "&#33;") | gsub("://"; "&#58;//");

def code: "<code>" + plain + "</code>";

def tenth: (. * 10 | round) / 10 | tostring;

def size:
    if . < 1000 then "\(.) B"
    elif . < 1000000 then "\(. / 1000 | tenth) kB"
    elif . < 1000000000 then "\(. / 1000000 | tenth) MB"
    else "\(. / 1000000000 | tenth) GB" end;

def signed: if . == 0 then "±0" elif . < 0 then "−" + (-. | size) else "+" + size end;

def version:
    if .version and .build_number then "\(.version) (\(.build_number))"
    else .version // .build_number // "–" end;

def row(name; now; was): if was == null then "| \(name) | \(now) |" else "| \(name) | \(now) | \(was) |" end;

def listed: map(code) | if length > 30 then .[:30] + ["and \(length - 30) more"] else . end | join(", ");

def named: {
    permissions: "Permissions", entitlements: "Entitlements", usage_descriptions: "Asks for",
    features: "Features", abis: "Architectures", frameworks: "Frameworks", extensions: "Extensions",
    signers: "Signers", url_schemes: "URL schemes", background_modes: "Background modes",
    min_sdk: "Minimum SDK", target_sdk: "Target SDK", max_sdk: "Maximum SDK", team_id: "Team",
    min_os_version: "Minimum system"
}[.] // (gsub("_"; " ") | (.[:1] | ascii_upcase) + .[1:]);

$build[0] as $build | $base[0] as $base | $comparison[0] as $comparison
| [
    $marker,
    "### \($build.app.name | plain) for \(if $build.platform == "ios" then "iOS" else "Android" end)",
    "",
    "<a href=\"\($build.install_url)\"><img src=\"\($build.qr_svg_url)\" width=\"180\" height=\"180\" alt=\"QR code of the install page\"></a>",
    "",
    "[**Install on a phone**](\($build.install_url)), or scan the code. The link works for some days, for whoever has it.",
    "",
    (if $comparison then
        "| | this build | `\($base_branch | gsub("[`|]"; ""))` |",
        "|---|---|---|",
        row("Version"; $build | version | plain; $base | version | plain),
        row("Size"; "\($build.size | size) (\($comparison.size_change | signed))"; $base.size | size)
    else
        "| | this build |",
        "|---|---|",
        row("Version"; $build | version | plain; null),
        row("Size"; $build.size | size; null)
    end),
    "",
    (if $comparison then
        ($comparison.lists[] | "- **\(.field | named)**:"
            + (if .added != [] then " added \(.added | listed)" else "" end)
            + (if .added != [] and .removed != [] then ";" else "" end)
            + (if .removed != [] then " removed \(.removed | listed)" else "" end)),
        ($comparison.changes[] | select(.field | IN("version", "build_number") | not)
            | "- **\(.field | named)**: \(.from // "–" | code) → \(.to // "–" | code)"),
        "",
        (if $comparison.lists == [] then "No permissions or parts were added or removed." else empty end)
    elif $base_branch != "" then
        "There is no build of `\($base_branch | gsub("[`|]"; ""))` to compare it with."
    else empty end),
    "",
    (($build.warnings // [])[] | "> ⚠️ \(.detail | plain)\n"),
    "<sub>\(if $commit != "" then "Built from \($commit[:12] | code)" else "Uploaded" end)\(if $run != "" then ", [run](\($run))" else "" end)</sub>"
] | join("\n")
