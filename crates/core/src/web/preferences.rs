//! The switches at the foot of every page: language, and light or dark.

use axum::{
    extract::RawForm,
    http::{HeaderValue, header},
    response::Response,
};

use super::{Language, Theme, local_path, see_other};

pub(super) const LANGUAGE: &str = "securevox-language";
pub(super) const THEME: &str = "securevox-theme";
const YEAR: u32 = 365 * 24 * 3600;

/// Remembers the choice in the browser and goes back. Nothing is worth forging here.
pub(super) async fn update(RawForm(body): RawForm) -> Response {
    let (mut back, mut cookies) = ("/".to_owned(), Vec::new());
    for (name, value) in url::form_urlencoded::parse(&body) {
        match name.as_ref() {
            "back" => local_path(&value).unwrap_or("/").clone_into(&mut back),
            "language" if Language::parse(&value).is_some() => cookies.push((LANGUAGE, value)),
            "theme" if value == "auto" || Theme::parse(&value).is_some() => {
                cookies.push((THEME, value));
            }
            _ => {}
        }
    }
    let mut response = see_other(&back);
    for (name, value) in cookies {
        let text = format!("{name}={value}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax");
        let text = HeaderValue::try_from(text).expect("known words are a header value");
        response.headers_mut().append(header::SET_COOKIE, text);
    }
    response
}
