//! Forms with a file, which goes to the disk while it comes; the rest is short.
//!
//! The parser beneath keeps in memory whatever comes before a boundary, and the heads of parts. So
//! the body is watched on its way there, also where it does not say how long it is: it ends where
//! it is larger than the form may be, and where much comes that is of no part.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, HttpBody},
    extract::{
        DefaultBodyLimit, FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::header,
};
use http_body::Frame;
use securevox_core::{
    Error, Result,
    config::Bytes,
    extract::{broken_body, too_large},
    storage::{Spool, Spooled},
};
use securevox_protocol::Problem;

const NOT_A_FORM: Problem =
    Problem::new(415, "/problems/not-a-form", "The body is not multipart/form-data");
const MALFORMED_FORM: Problem =
    Problem::new(400, "/problems/malformed-form", "The form could not be read");

/// What a form holds besides its file: boundaries, text fields and a small picture.
const OVERHEAD: u64 = 3 << 20;
/// What may come at once that is of no part: boundaries, and the head of a part.
const MOST_BETWEEN: u64 = 64 << 10;

/// Says whether a form is genuine by its first field, `csrf`.
pub(crate) type Proof<'a> = &'a (dyn Fn(&str) -> Result<()> + Send + Sync);

/// How much a form may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The largest file.
    pub(crate) file: Bytes,
    /// The largest text.
    pub(crate) text: Bytes,
    /// How many fields; more would only cost time.
    pub(crate) fields: usize,
}

/// A form that comes in.
pub(crate) struct Incoming {
    form: Multipart,
    flow: Arc<Flow>,
    bounds: Bounds,
    fields: usize,
}

/// A field of it.
pub(crate) struct Part<'a> {
    pub(crate) name: String,
    field: Field<'a>,
    flow: Arc<Flow>,
    bounds: Bounds,
}

/// What the file has at least, as the head of the request says. Refuses what says that it is too
/// large, so that nothing of it needs to be read.
pub(crate) fn announced(request: &Request, most: Bytes) -> Result<Option<u64>> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most.0.saturating_add(OVERHEAD)) {
        return Err(too_large(most));
    }
    Ok(length.map(|length| length.saturating_sub(OVERHEAD)))
}

impl Incoming {
    /// Begins to read; with a `proof` nothing before it.
    pub(crate) async fn open(
        request: Request,
        bounds: Bounds,
        proof: Option<Proof<'_>>,
    ) -> Result<Self> {
        announced(&request, bounds.file)?;
        let flow = Arc::new(Flow::of(bounds.file));
        let watched = Arc::clone(&flow);
        let mut request =
            request.map(|body| Body::new(Watched { body, flow: watched, gave_one: false }));
        // It counts by itself.
        DefaultBodyLimit::disable().apply(&mut request);
        let form = Multipart::from_request(request, &()).await.map_err(|_| {
            Error::from(NOT_A_FORM.with_detail("Send multipart/form-data, as `curl -F` does."))
        })?;
        let mut incoming = Self { form, flow, bounds, fields: 0 };
        if let Some(proof) = proof {
            let token = match incoming.next().await? {
                Some(part) if part.name == "csrf" => part.text().await?,
                _ => String::new(),
            };
            proof(&token)?;
            incoming.fields = 0;
        }
        Ok(incoming)
    }

    /// The next field. The one before has to be read to its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Part<'_>>> {
        let (flow, bounds) = (&self.flow, self.bounds);
        let field = self.form.next_field().await.map_err(|error| flow.fault(&error, bounds))?;
        let Some(field) = field else { return Ok(None) };
        flow.between.store(0, Relaxed);
        self.fields += 1;
        if self.fields > bounds.fields {
            let detail = format!("It has more than {} fields.", bounds.fields);
            return Err(MALFORMED_FORM.with_detail(detail).into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        Ok(Some(Part { name, field, flow: Arc::clone(flow), bounds }))
    }
}

impl Part<'_> {
    /// How its sender calls the file.
    pub(crate) fn file_name(&self) -> Option<String> {
        self.field.file_name().map(ToOwned::to_owned)
    }

    async fn chunk(&mut self) -> Result<Option<axum::body::Bytes>> {
        let chunk = self.field.chunk().await;
        let chunk = chunk.map_err(|error| self.flow.fault(&error, self.bounds))?;
        self.flow.between.store(0, Relaxed);
        Ok(chunk)
    }

    /// A short text.
    pub(crate) async fn text(self) -> Result<String> {
        let (most, pointer) = (self.bounds.text, format!("#/{}", self.name));
        let bytes = self.short(most, "in a text field").await?;
        String::from_utf8(bytes).map_err(|_| Error::invalid_field(&pointer, "must be UTF-8 text"))
    }

    /// What is short enough for the memory; `place` says in words where it stands.
    pub(crate) async fn short(mut self, most: Bytes, place: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if (bytes.len() + chunk.len()) as u64 > most.0 {
                return Err(too_large(format!("{most} {place}")));
            }
            let before = self.flow.short.fetch_add(chunk.len() as u64, Relaxed);
            if before + chunk.len() as u64 > OVERHEAD {
                return Err(too_large(format!("{} beside the file", Bytes(OVERHEAD))));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// A file, written to the disk while it comes.
    pub(crate) async fn store(mut self, spool: &Spool) -> Result<Spooled> {
        let most = self.bounds.file;
        let mut writer = spool.create().await?;
        while let Some(chunk) = self.chunk().await? {
            if writer.size() + chunk.len() as u64 > most.0 {
                return Err(too_large(most));
            }
            writer.write(&chunk).await?;
        }
        writer.finish().await
    }

    /// Something that nobody asked for.
    pub(crate) async fn skip(mut self) -> Result<()> {
        while self.chunk().await?.is_some() {}
        Ok(())
    }
}

/// The name to save a download under: no folders, no control characters, not too long.
pub(crate) fn safe_name(name: Option<&str>, otherwise: &str) -> String {
    let last = name.and_then(|name| name.rsplit(['/', '\\']).next()).unwrap_or_default();
    let safe: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    match safe.trim_matches(['.', ' ']) {
        "" => otherwise.to_owned(),
        safe => safe.to_owned(),
    }
}

/// How much of a form has come.
#[derive(Debug, Default)]
struct Flow {
    most: u64,
    all: AtomicU64,
    /// Since something of a part came out of the parser.
    between: AtomicU64,
    /// Of its short fields, which are held in memory.
    short: AtomicU64,
}

impl Flow {
    fn of(file: Bytes) -> Self {
        let most = file.0.saturating_add(OVERHEAD);
        Self { most, ..Self::default() }
    }

    fn is_too_large(&self) -> bool {
        self.all.load(Relaxed) > self.most
    }

    fn is_no_form(&self) -> bool {
        self.between.load(Relaxed) > MOST_BETWEEN
    }

    /// The form is malformed, too large, or did not come to its end.
    fn fault(&self, error: &MultipartError, bounds: Bounds) -> Error {
        if self.is_too_large() {
            return too_large(bounds.file);
        }
        if self.is_no_form() {
            let detail = "Much came that is not of any field. Is the boundary the one in the head?";
            return MALFORMED_FORM.with_detail(detail).into();
        }
        match error.status().as_u16() {
            400 if std::error::Error::source(error)
                .is_none_or(|cause| cause.source().is_none()) =>
            {
                MALFORMED_FORM.with_detail(error.body_text()).into()
            }
            _ => broken_body(error),
        }
    }
}

/// Why a body ends early; what is told of it, its [`Flow`] says.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the form is too large, or none")]
struct Refused;

/// The body of a form.
struct Watched {
    body: Body,
    flow: Arc<Flow>,
    gave_one: bool,
}

impl HttpBody for Watched {
    type Data = axum::body::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, axum::Error>>> {
        // The parser takes whatever there is before it looks at any of it: it is given one frame
        // at a time.
        if std::mem::take(&mut self.gave_one) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.flow.is_no_form() {
            return Poll::Ready(Some(Err(axum::Error::new(Refused))));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(bytes) = frame.data_ref()
        {
            self.flow.all.fetch_add(bytes.len() as u64, Relaxed);
            self.flow.between.fetch_add(bytes.len() as u64, Relaxed);
            self.gave_one = true;
            if self.flow.is_too_large() {
                return Poll::Ready(Some(Err(axum::Error::new(Refused))));
            }
        }
        Poll::Ready(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        assert_eq!(safe_name(Some("../../etc/passwd"), "app.apk"), "passwd");
        assert_eq!(safe_name(Some("C:\\x\\App 1.apk"), "app.apk"), "App 1.apk");
        assert_eq!(safe_name(Some(".."), "app.apk"), "app.apk");
        assert_eq!(safe_name(None, "app.aab"), "app.aab");
    }
}
