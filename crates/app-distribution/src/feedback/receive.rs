//! Feedback on its way in: JSON, or a form with a screenshot, which goes to the disk while it comes.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequest as _, Request},
    http::header,
};
use securevox_core::{
    Error, Result,
    extract::{Json, object},
    storage::Spooled,
};
use securevox_protocol::feedback::SendFeedback;

use super::problem::TOO_MUCH_FEEDBACK;
use crate::{
    app::App,
    multipart::{Bounds, Incoming, Proof},
};

/// Fields that a form may have; the rest would only cost time.
const MOST_FIELDS: usize = 20;

/// What somebody says, which goes to `said`, and the screenshot that came with it. With a `proof`,
/// nothing before it.
pub(super) async fn receive(
    app: &App,
    request: Request,
    proof: Option<Proof<'_>>,
    said: &mut SendFeedback,
) -> Result<Option<Spooled>> {
    let _place = app.places.feedback.try_acquire().map_err(|_| TOO_MUCH_FEEDBACK)?;
    if proof.is_none() && !is_form(&request) {
        Json(*said) = Json::from_request(request, app).await?;
        return Ok(None);
    }
    let bounds = Bounds {
        file: app.insights.screenshot_max_bytes,
        text: app.config.text_max_bytes,
        fields: MOST_FIELDS,
    };
    let mut form = Incoming::open(request, bounds, proof).await?;
    let mut screenshot = None;
    while let Some(part) = form.next().await? {
        if part.name == "screenshot" {
            // A second one replaces the first, which is thereby removed from the disk.
            let file = part.store(&app.spool).await?;
            // An empty one is what a form sends where none was chosen.
            screenshot = Some(file).filter(|file| file.size() > 0);
        } else {
            let name = part.name.clone();
            take(said, &name, &part.text().await?)?;
        }
    }
    Ok(screenshot)
}

fn is_form(request: &Request) -> bool {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|value| {
        value.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data")
    })
}

/// Takes the field `name`. An empty one is what a form sends for what was left out.
fn take(said: &mut SendFeedback, name: &str, text: &str) -> Result<()> {
    let value = Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let wrong = |words: &str| Error::invalid_field(&format!("#/{name}"), words);
    match name {
        "rating" => {
            let stars = value.map(|text| text.trim().parse::<i16>()).transpose();
            said.rating = stars.map_err(|_| wrong("must be a number"))?;
        }
        "context" => {
            let words = serde_json::from_str(value.as_deref().unwrap_or("{}"));
            let words = words.map_err(|_| wrong("must be a JSON object"))?;
            said.context = object::<BTreeMap<String, String>>(words)
                .map_err(|_| wrong("must be an object of texts"))?;
        }
        "id" => {
            let id = value.map(|text| text.trim().parse()).transpose();
            said.id = id.map_err(|_| wrong("must be a UUID of version 7"))?;
        }
        "text" => said.text = value,
        "device" => said.device = value,
        "os" => said.os = value,
        "locale" => said.locale = value,
        "version" => said.version = value,
        "build" => said.build = value,
        _ => return Err(wrong("is not known")),
    }
    Ok(())
}
