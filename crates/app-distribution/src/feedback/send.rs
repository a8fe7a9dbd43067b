//! Somebody says something: with an account, on the page of a build, or inside an app.

use std::borrow::Cow;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};
use securevox_core::{
    Error, Result,
    extract::{Json, Path},
    http::ClientAddress,
    openapi::{BodyProblems, CallerProblems, Conflict, Limited, Missing},
    web::{genuine, said_of, wants_html},
};
use securevox_protocol::{
    BuildId, FeedbackId,
    feedback::{FeedbackOrigin, FeedbackReceived, SendFeedback},
};

use utoipa::ToSchema;

use super::{
    author::Author,
    create::{self, Subject},
    problem::NO_SUCH_KEY,
    receive::receive,
    store,
    words::FeedbackWords,
};
use crate::{
    agent::Agent,
    app::App,
    builds::{self, Opened, Visible},
    words::FAULTS,
};

/// The form of feedback, as the API's description shows it: the same fields, and a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, never built")]
pub(super) struct FeedbackForm {
    /// PNG, JPEG or WebP, 10 MiB at most. Only the picture is kept.
    #[schema(value_type = Option<String>, format = Binary)]
    screenshot: Option<Vec<u8>>,
    /// A UUID of version 7 of your own making, for a request that may be repeated.
    id: Option<FeedbackId>,
    /// Stars, 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    rating: Option<i16>,
    /// 5,000 characters at most.
    text: Option<String>,
    /// The device, `iPhone17,1`.
    device: Option<String>,
    /// Its system, `iOS 18.1`.
    os: Option<String>,
    /// The language of the app, `it-IT`.
    locale: Option<String>,
    /// The version that the app says it is.
    version: Option<String>,
    /// The build number that the app says it is.
    build: Option<String>,
    /// What else the app wants to be known: a JSON object of texts.
    context: Option<String>,
}

/// What the page of a build says to whoever sent the form on it.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// What was typed into a form that was refused.
    pub(crate) said: SendFeedback,
    /// Why it was: what, and what to do.
    pub(crate) fault: Option<(String, Option<String>)>,
    /// That it was taken.
    pub(crate) thanks: bool,
}

impl Reply {
    pub(crate) fn stars(&self) -> i16 {
        self.said.rating.unwrap_or_default()
    }
}

/// Says something of a build. Whoever sees it.
///
/// A rating, a text, or a screenshot in a form, at least one of them.
#[utoipa::path(post, path = "/api/builds/{build}/feedback", tag = "feedback",
    params(("build" = BuildId, Path)), security(("bearer" = [])), request_body(content((SendFeedback = "application/json"), (FeedbackForm = "multipart/form-data"))),
    responses((status = 201, body = FeedbackReceived), (status = 200, description = "It was said before, with this id", body = FeedbackReceived), CallerProblems, Missing, Conflict, BodyProblems, Limited))]
pub(super) async fn send(
    State(app): State<App>,
    address: ClientAddress,
    visible: Visible,
    request: Request,
) -> Result<(StatusCode, Json<FeedbackReceived>)> {
    let author = Author::account(visible.actor.account);
    let subject = subject(&visible.build);
    app.limits.feedback.check(author.person(), address, subject.app).await?;
    let mut said = SendFeedback::default();
    let file = receive(&app, request, None, &mut said).await?;
    let from = (author, FeedbackOrigin::Api);
    let (written, id) = create::accept(&app, subject, from, (said, file)).await?;
    Ok((written.status(), Json(FeedbackReceived { id })))
}

/// Says something of the app that has this key, from inside it: no account is needed.
///
/// `version` and `build` say of which build. Otherwise as for a build.
#[utoipa::path(post, path = "/api/feedback/{key}", tag = "feedback",
    params(("key" = String, Path)), request_body(content((SendFeedback = "application/json"), (FeedbackForm = "multipart/form-data"))),
    responses((status = 201, body = FeedbackReceived), (status = 200, description = "It was said before, with this id", body = FeedbackReceived), Missing, Conflict, BodyProblems, Limited))]
pub(super) async fn send_by_key(
    State(app): State<App>,
    address: ClientAddress,
    Path(key): Path<String>,
    request: Request,
) -> Result<(StatusCode, Json<FeedbackReceived>)> {
    let known = store::subject(&mut *app.db.acquire().await?, &key, (None, None)).await?;
    let id = known.ok_or(NO_SUCH_KEY)?.app;
    app.limits.feedback.check(None, address, id).await?;
    let mut said = SendFeedback::default();
    let file = receive(&app, request, None, &mut said).await?;
    let theirs = (said.version.as_deref(), said.build.as_deref());
    let subject = store::subject(&mut *app.db.acquire().await?, &key, theirs).await?;
    let subject = subject.ok_or(NO_SUCH_KEY)?;
    let from = (Author::default(), FeedbackOrigin::App);
    let (written, id) = create::accept(&app, subject, from, (said, file)).await?;
    Ok((written.status(), Json(FeedbackReceived { id })))
}

/// What became of the form on the page of a build.
#[derive(Debug)]
pub(crate) enum Said {
    Taken,
    Refused(StatusCode, Box<Reply>),
}

/// Takes the form on the page of a build, whose first field is its `csrf`. What whoever filled it in
/// can do something about is told on the page.
pub(crate) async fn say(
    app: &App,
    address: ClientAddress,
    opened: &Opened,
    request: Request,
) -> Result<Said> {
    let headers = request.headers().clone();
    let view = &opened.view;
    let proof = |token: &str| genuine(view, &app.site, &headers, token);
    let author = view
        .person
        .as_ref()
        .map_or_else(|| Author::of(opened.who), |person| Author::account(person.account));
    let subject = subject(&opened.build);
    let mut said = SendFeedback::default();
    let sent = async {
        app.limits.feedback.check(author.person(), address, subject.app).await?;
        let file = receive(app, request, Some(&proof), &mut said).await?;
        tell_of(&headers, &mut said);
        said.locale = Some(view.language.code().to_owned());
        let from = (author, FeedbackOrigin::Page);
        create::accept(app, subject, from, (said.clone(), file)).await
    };
    match Box::pin(sent).await {
        Ok(_) => Ok(Said::Taken),
        Err(Error::Problem(problem))
            if matches!(problem.status, 413 | 422 | 429) && wants_html(&headers) =>
        {
            let words = FeedbackWords::of(view.language);
            let (title, detail) = said_of(&problem, view.language, FAULTS);
            let fault = match problem.errors.first() {
                Some(error) => (words.wrong(&error.pointer).to_owned(), None),
                None => (title.to_owned(), detail.map(Cow::into_owned)),
            };
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
            let reply = Reply { said, fault: Some(fault), thanks: false };
            Ok(Said::Refused(status, Box::new(reply)))
        }
        Err(error) => Err(error),
    }
}

/// What a phone says of itself. A computer is not what is tested.
fn tell_of(headers: &HeaderMap, said: &mut SendFeedback) {
    let agent = Agent::of(headers);
    let Some(device) = agent.phone() else { return };
    said.os = Some(agent.coarse().system);
    said.device = Some(device.to_owned());
}

fn subject(build: &builds::Row) -> Subject {
    Subject {
        app: build.app(),
        build: Some(build.id),
        version: build.version.clone(),
        build_number: build.build_number.clone(),
    }
}
