//! Release notes: Markdown from whoever uploads, shown to everybody.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// The notes as HTML. Nothing that was written as HTML is taken for it, links lead to the web
/// or write a mail, and images, which would tell another host who looks, become links.
pub(crate) fn html(markdown: &str) -> String {
    let options =
        Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut heading = HeadingLevel::H2;
    let events = Parser::new_ext(markdown, options).map(|event| tamed(event, &mut heading));
    let mut page = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut page, events);
    page
}

/// `heading` is the one before: below it none is left out.
fn tamed<'a>(event: Event<'a>, heading: &mut HeadingLevel) -> Event<'a> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        // The page has headings of its own.
        Event::Start(Tag::Heading { level, .. }) => {
            *heading = below(level).min(next(*heading));
            let (level, id) = (*heading, None);
            Event::Start(Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(*heading)),
        // A box that nobody ticks needs no name.
        Event::TaskListMarker(is_done) => Event::Text(if is_done { "☑ " } else { "☐ " }.into()),
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => link(&dest_url),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        event => event,
    }
}

fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

/// One deeper.
fn next(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn link<'a>(address: &str) -> Event<'a> {
    let lower = address.trim().to_ascii_lowercase();
    let allowed = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    let dest_url =
        if allowed { CowStr::from(address.trim().to_owned()) } else { CowStr::from("#") };
    let (title, id) = (CowStr::from(""), CowStr::from(""));
    Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html() {
        assert_eq!(
            html("# New\n\n- **fast** `x`"),
            "<h3>New</h3>\n<ul>\n<li><strong>fast</strong> <code>x</code></li>\n</ul>\n"
        );
        assert_eq!(
            html("## A\n# B\n### C\n- [x] d"),
            "<h3>A</h3>\n<h3>B</h3>\n<h4>C</h4>\n<ul>\n<li>☑ d</li>\n</ul>\n"
        );
        assert_eq!(
            html("[ours](https://x.example/a?b=1&c)"),
            "<p><a href=\"https://x.example/a?b=1&amp;c\">ours</a></p>\n"
        );
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        let attempts = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=x>b</b>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x]( data:text/html,x)",
            "![x](https://tracker.example/p.png)",
            "<https://x.example/\"onmouseover=alert(1)>",
            "[x](vbscript:x)",
            "[a]: javascript:alert(1)\n\n[a]",
            "<div>\n<script>\nx\n</script>\n</div>",
            "# x {onclick=alert(1)}",
            "```<script>\nx\n```",
            "[x](https://x.example \"><script>alert(1)</script>\")",
            "&lt;script&gt;",
            "<svg/onload=alert(1)>",
        ];
        for attempt in attempts {
            let page = html(attempt);
            for tag in page.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap();
                let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
                let plain = name.trim_start_matches('/').chars().all(char::is_alphanumeric);
                let known = !["script", "img", "svg", "div", "b"].contains(&name);
                let link = attributes == "href=\"#\""
                    || (attributes.starts_with("href=\"https://")
                        && attributes.matches('"').count() == 2);
                let harmless = attributes.is_empty() || (name == "a" && link) || attributes == "/";
                let code = name == "code" && attributes.matches('"').count() == 2;
                assert!(plain && known && (harmless || code), "{attempt} gave {page}");
            }
        }
    }
}
