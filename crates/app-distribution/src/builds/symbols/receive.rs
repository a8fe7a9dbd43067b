//! Symbols come in: to the disk while they come, then looked into, then kept.

use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{FromRequest as _, Multipart, Request};
use securevox_core::{
    Error, Result,
    extract::{Checks, too_large},
    storage::Spooled,
};
use securevox_protocol::{Problem, SymbolsId, symbols::Symbols};

use super::{key, store};
use crate::{
    app::App,
    builds::{
        change,
        form::{self, Proof},
        managed::Managed,
        problem::{MALFORMED_FORM, NO_SUCH_BUILD, NOT_A_FORM, TOO_MANY_UPLOADS},
        publish::Outcome,
        upload::{FORM_OVERHEAD, announced},
    },
    inspect::{self, InspectError},
    life::quota::{self, Takes},
};

const NOT_SYMBOLS: Problem =
    Problem::new(422, "/problems/not-symbols", "The file holds no symbols that can be used");
/// Ours, and those of whoever sends more than is asked for.
const MOST_FIELDS: usize = 10;

/// A form that was read to its end.
struct Sent {
    file: Spooled,
    file_name: String,
    /// By what its sender says it is found.
    id: Option<String>,
}

/// Takes the form in `request`; with a `proof`, nothing before its first field.
pub(in crate::builds) async fn receive(
    app: &App,
    managed: Managed,
    request: Request,
    proof: Option<Proof<'_>>,
) -> Result<(Outcome, Symbols)> {
    app.limits.uploads_of.check(managed.account).await?;
    let most = app.config.symbols_max_bytes;
    if let Some(length) = announced(&request) {
        if length > most.0.saturating_add(FORM_OVERHEAD) {
            return Err(too_large(most));
        }
        let least = length.saturating_sub(FORM_OVERHEAD);
        let target = Some(managed.build.app());
        let takes = Takes { of: target, bytes: least };
        quota::check(&mut *app.db.acquire().await?, app, takes).await?;
    }
    let uploads = Arc::clone(&app.places.uploads);
    let _place = uploads.try_acquire().map_err(|_| TOO_MANY_UPLOADS)?;
    let form = Multipart::from_request(request, app).await.map_err(|_| {
        Error::from(NOT_A_FORM.with_detail("Send multipart/form-data, as `curl -F` does."))
    })?;
    let Sent { file, file_name, id } = read(app, form, proof).await?;
    let (file, found) = look_into(app, file, id).await?;
    let kept = Box::pin(keep(app.clone(), managed, file, (file_name, found)));
    app.tasks.to_the_end(kept).await
}

async fn read(app: &App, mut form: Multipart, proof: Option<Proof<'_>>) -> Result<Sent> {
    let mut checks = Checks::default();
    let (mut file, mut id, mut is_proven) = (None, None, proof.is_none());
    let mut count = 0;
    while let Some(mut field) = form.next_field().await.map_err(|error| form::unreadable(&error))? {
        count += 1;
        if count > MOST_FIELDS {
            let detail = format!("It has more than {MOST_FIELDS} fields.");
            return Err(MALFORMED_FORM.with_detail(detail).into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        if !is_proven {
            let token = if name == "csrf" {
                form::text(&mut field, "csrf", &app.config).await?
            } else {
                String::new()
            };
            if let Some(proof) = proof {
                proof(&token)?;
            }
            is_proven = true;
            continue;
        }
        match name.as_str() {
            "file" => {
                checks.require(file.is_none(), "#/file", "must be sent once");
                let file_name = safe_name(field.file_name());
                let most = app.config.symbols_max_bytes;
                file = Some((form::store(&mut field, &app.spool, most).await?, file_name));
            }
            "id" => {
                let text = form::text(&mut field, "id", &app.config).await?;
                let given = Some(text.trim()).filter(|text| !text.is_empty());
                id = given.and_then(inspect::normal_id);
                let words = "must be letters, digits, hyphens and underscores, 80 at most";
                checks.require(given.is_some() == id.is_some(), "#/id", words);
            }
            _ => {}
        }
    }
    checks.require(file.is_some(), "#/file", "is missing: send the symbols as this field");
    checks.finish()?;
    let (file, file_name) = file.context("checked just now")?;
    Ok(Sent { file, file_name, id })
}

/// Looks into the file on a thread that may block; as with packages, a few at once.
async fn look_into(
    app: &App,
    file: Spooled,
    id: Option<String>,
) -> Result<(Spooled, inspect::Symbols)> {
    let inspections = Arc::clone(&app.places.inspections);
    let turn = inspections.acquire_owned().await.context("the semaphore is never closed")?;
    let read = tokio::task::spawn_blocking(move || {
        let found = inspect::inspect_symbols(file.file(), id.as_deref());
        drop(turn);
        (file, found)
    });
    let (file, found) = read.await.context("a parser panicked")?;
    match found {
        Ok(found) => Ok((file, found)),
        Err(InspectError::Rejected(rejection)) => {
            Err(NOT_SYMBOLS.with_detail(rejection.to_string()).into())
        }
        Err(InspectError::Disk(error)) => {
            Err(anyhow::Error::new(error).context("reading spooled symbols").into())
        }
    }
}

/// Stores the file, then commits what is known of it. Stopped in between, it leaves a file that
/// the sweep finds.
async fn keep(
    app: App,
    managed: Managed,
    file: Spooled,
    (file_name, found): (String, inspect::Symbols),
) -> Result<(Outcome, Symbols)> {
    let (size, sha256, id) = (file.size(), file.sha256(), SymbolsId::fresh());
    app.storage.keep(key(id), file).await?;
    let (build, account) = (managed.build.id, managed.account);
    let (found, file_name) = (&found, file_name.as_str());
    let new = store::NewSymbols { id, build, account, found, size, sha256, file_name };
    let committed = commit(&app, &managed, &new).await;
    let needless = match &committed {
        Ok((outcome, _)) => *outcome == Outcome::Known,
        Err(Error::Problem(problem)) => problem.status < 500,
        Err(Error::Internal(_)) => false,
    };
    if needless {
        app.storage.delete(key(id)).await?;
    }
    committed
}

async fn commit(
    app: &App,
    managed: &Managed,
    new: &store::NewSymbols<'_>,
) -> Result<(Outcome, Symbols)> {
    let mut tx = app.db.begin().await?;
    // The build may be deleted meanwhile: then there is nothing to keep them with.
    if !crate::builds::store::hold(&mut tx, new.build).await? {
        return Err(NO_SUCH_BUILD.into());
    }
    let is_new = store::insert(&mut tx, new).await?;
    if is_new {
        quota::settle(&mut tx, app, (managed.build.app(), 0), None).await?;
        change::record(&mut tx, managed, "symbols.uploaded").await?;
    }
    let rows = store::of_build(&mut tx, new.build).await?;
    let row = rows.into_iter().find(|row| row.sha256 == new.sha256).ok_or(NO_SUCH_BUILD)?;
    tx.commit().await?;
    let outcome = if is_new { Outcome::New } else { Outcome::Known };
    Ok((outcome, row.shown(&app.addresses)))
}

/// The name to save a download under.
fn safe_name(name: Option<&str>) -> String {
    let last = name.and_then(|name| name.rsplit(['/', '\\']).next()).unwrap_or_default();
    let safe: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    match safe.trim_matches(['.', ' ']) {
        "" => "symbols".to_owned(),
        safe => safe.to_owned(),
    }
}
