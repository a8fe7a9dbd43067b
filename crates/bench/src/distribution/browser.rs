//! As much of a browser as signing in takes: cookies, and the hidden fields of a form.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use reqwest::{
    Method, RequestBuilder, Response, Url,
    header::{ACCEPT, COOKIE, LOCATION, ORIGIN, SET_COOKIE},
};

use crate::{http::Target, platform::PASSWORD};

/// Cookies go to all hosts: ours have names of their own.
pub(super) struct Browser<'a> {
    target: &'a Target,
    cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    /// Signed in with an account.
    pub(super) async fn of_account(target: &'a Target, handle: &str) -> anyhow::Result<Self> {
        let mut browser = Self { target, cookies: BTreeMap::new() };
        let start = format!("{}/session?path=%2F", target.distribution);
        let login = location(&browser.get(&start).await?)?;
        let page = browser.get(&login).await?.text().await?;
        let mut fields = hidden(&page);
        fields.insert("handle".to_owned(), handle.to_owned());
        fields.insert("password".to_owned(), PASSWORD.to_owned());
        let back = location(&browser.post(&login, fields).await?)?;
        browser.get(&back).await?;
        Ok(browser)
    }

    /// Signed in as a tester, by a link of an invitation.
    pub(super) async fn of_tester(target: &'a Target, link: &str) -> anyhow::Result<Self> {
        let mut browser = Self { target, cookies: BTreeMap::new() };
        let page = browser.get(link).await?.text().await?;
        browser.post(link, hidden(&page)).await?;
        Ok(browser)
    }

    /// A request for a page, to be sent as often as one likes.
    pub(super) fn page(&self, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.target.distribution);
        self.target.client.get(url).header(ACCEPT, "text/html").header(COOKIE, self.cookie())
    }

    fn cookie(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    async fn get(&mut self, url: &str) -> anyhow::Result<Response> {
        self.send(self.target.client.request(Method::GET, url)).await
    }

    async fn post(
        &mut self,
        url: &str,
        fields: BTreeMap<String, String>,
    ) -> anyhow::Result<Response> {
        let body = Url::parse_with_params("http://form", fields)?;
        let url = Url::parse(url)?;
        let origin = url.origin().ascii_serialization();
        let url = url.join(url.path())?;
        let request = self.target.client.post(url).header(ORIGIN, origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(body.query().unwrap_or_default().to_owned())).await
    }

    async fn send(&mut self, request: RequestBuilder) -> anyhow::Result<Response> {
        let request = request.header(ACCEPT, "text/html").header(COOKIE, self.cookie());
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        ensure!(status < 400, "{} answered {status}", answer.url().path());
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

fn location(answer: &Response) -> anyhow::Result<String> {
    let location = answer.headers().get(LOCATION).context("no address to go on to")?;
    Ok(answer.url().join(location.to_str()?)?.into())
}

/// Names and values of the hidden fields of a page with one form, or with forms of the same proof.
fn hidden(page: &str) -> BTreeMap<String, String> {
    let fields = page.split("<input type=\"hidden\" name=\"").skip(1);
    let pairs = fields.filter_map(|field| {
        let (name, rest) = field.split_once('"')?;
        let value = rest.strip_prefix(" value=\"")?.split('"').next()?;
        Some((name.to_owned(), value.replace("&#38;", "&")))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_found() {
        let page = r#"<form><input type="hidden" name="csrf" value="x-y"><input id="a" name="a">
            <input type="hidden" name="path" value="/?a=1&#38;b">"#;
        let expected = [("csrf", "x-y"), ("path", "/?a=1&b")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(hidden(page), expected.into());
    }
}
