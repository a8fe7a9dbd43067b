//! Feedback on its way in: JSON, or a form with a screenshot, which goes to the disk while it comes.

use std::collections::BTreeMap;

use axum::{
    extract::{
        FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};
use securevox_core::{
    Error, Result,
    extract::{Json, object, too_large},
    storage::Spooled,
};
use securevox_protocol::feedback::SendFeedback;

use crate::{
    app::App,
    builds::{MALFORMED_FORM, Proof, text, unreadable},
};

/// Fields that a form may have; the rest would only cost time.
const MOST_FIELDS: usize = 20;

/// What a form holds beside the screenshot.
pub(crate) const FORM_OVERHEAD: usize = 1 << 20;

/// What somebody says, which goes to `said`, and the screenshot that came with it. With a `proof`,
/// nothing before it.
pub(super) async fn receive(
    app: &App,
    request: Request,
    proof: Option<Proof<'_>>,
    said: &mut SendFeedback,
) -> Result<Option<Spooled>> {
    let most = app.insights.screenshot_max_bytes;
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most.0.saturating_add(FORM_OVERHEAD as u64)) {
        return Err(too_large(most));
    }
    if proof.is_none() && !is_form(&request) {
        Json(*said) = Json::from_request(request, app).await?;
        return Ok(None);
    }
    let form = Multipart::from_request(request, app).await;
    let mut form = form.map_err(|error| MALFORMED_FORM.with_detail(error.body_text()))?;
    if let Some(proof) = proof {
        let first = form.next_field().await.map_err(|error| broken(app, &error))?;
        let token = match first {
            Some(mut field) if field.name() == Some("csrf") => {
                text(&mut field, "csrf", &app.config).await?
            }
            _ => String::new(),
        };
        proof(&token)?;
    }
    let (mut screenshot, mut count) = (None, 0);
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(app, &error))? {
        count += 1;
        if count > MOST_FIELDS {
            let detail = format!("It has more than {MOST_FIELDS} fields.");
            return Err(MALFORMED_FORM.with_detail(detail).into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        if name == "screenshot" {
            // A second one replaces the first, which is thereby removed from the disk.
            screenshot = store(app, &mut field).await?;
        } else {
            let text = text(&mut field, &name, &app.config).await?;
            take(said, &name, &text)?;
        }
    }
    Ok(screenshot)
}

/// The form is malformed, too large, or did not come to its end.
fn broken(app: &App, error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(app.insights.screenshot_max_bytes);
    }
    unreadable(error)
}

fn is_form(request: &Request) -> bool {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|value| {
        value.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data")
    })
}

/// The file; none for the empty one that a form sends where none was chosen.
async fn store(app: &App, field: &mut Field<'_>) -> Result<Option<Spooled>> {
    let most = app.insights.screenshot_max_bytes;
    let mut writer = app.spool.create().await?;
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(app, &error))? {
        if writer.size() + chunk.len() as u64 > most.0 {
            return Err(too_large(most));
        }
        writer.write(&chunk).await?;
    }
    let file = writer.finish().await?;
    Ok(Some(file).filter(|file| file.size() > 0))
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
