//! Symbols come in: to the disk while they come, then looked into, then kept.

use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::Request;
use securevox_core::{Error, Result, extract::Checks, storage::Spooled};
use securevox_protocol::{Problem, SymbolsId, history::Action, symbols::Symbols};

use super::{key, store};
use crate::{
    app::App,
    builds::{
        change,
        look::{Timed, look_into},
        managed::Managed,
        problem::{NO_SUCH_BUILD, TOO_MANY_UPLOADS},
    },
    inspect,
    multipart::{Bounds, Incoming, Proof, announced, safe_name},
    quota::{self, Takes},
    repeat::Written,
    sweep::forget,
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
) -> Result<(Written, Symbols)> {
    app.limits.uploads_of.check(managed.account).await?;
    if let Some(least) = announced(&request, app.config.symbols_max_bytes)? {
        let target = Some(managed.build.app());
        let takes = Takes { of: target, bytes: least };
        quota::check(&mut *app.db.acquire().await?, app, takes).await?;
    }
    let uploads = Arc::clone(&app.places.uploads);
    let _place = uploads.try_acquire().map_err(|_| TOO_MANY_UPLOADS)?;
    let Sent { file, file_name, id } = read(app, request, proof).await?;
    let look = move |file: Timed<'_>| inspect::inspect_symbols(file, id.as_deref());
    let (file, found) = look_into(app, file, NOT_SYMBOLS, look).await?;
    let kept = Box::pin(keep(app.clone(), managed, file, (file_name, found)));
    app.tasks.to_the_end(kept).await
}

async fn read(app: &App, request: Request, proof: Option<Proof<'_>>) -> Result<Sent> {
    let (config, mut checks) = (&app.config, Checks::default());
    let bounds =
        Bounds { file: config.symbols_max_bytes, text: config.text_max_bytes, fields: MOST_FIELDS };
    let mut form = Incoming::open(request, bounds, proof).await?;
    let (mut file, mut id) = (None, None);
    while let Some(part) = form.next().await? {
        match part.name.as_str() {
            "file" => {
                checks.require(file.is_none(), "#/file", "must be sent once");
                let file_name = safe_name(part.file_name().as_deref(), "symbols");
                file = Some((part.store(&app.spool).await?, file_name));
            }
            "id" => {
                let text = part.text().await?;
                let given = Some(text.trim()).filter(|text| !text.is_empty());
                id = given.and_then(inspect::normal_id);
                let words = "must be letters, digits, hyphens and underscores, 80 at most";
                checks.require(given.is_some() == id.is_some(), "#/id", words);
            }
            _ => part.skip().await?,
        }
    }
    checks.require(file.is_some(), "#/file", "is missing: send the symbols as this field");
    checks.finish()?;
    let (file, file_name) = file.context("checked just now")?;
    Ok(Sent { file, file_name, id })
}

/// Stores the file, then commits what is known of it. Stopped in between, it leaves a file that
/// the sweep finds.
async fn keep(
    app: App,
    managed: Managed,
    file: Spooled,
    (file_name, found): (String, inspect::Symbols),
) -> Result<(Written, Symbols)> {
    let (size, sha256, id) = (file.size(), file.sha256(), SymbolsId::fresh());
    app.storage.keep(key(id), file).await?;
    let (build, account) = (managed.build.id, managed.account);
    let (found, file_name) = (&found, file_name.as_str());
    let new = store::NewSymbols { id, build, account, found, size, sha256, file_name };
    let committed = commit(&app, &managed, &new).await;
    let needless = match &committed {
        Ok((written, _)) => *written == Written::Before,
        Err(Error::Problem(problem)) => problem.status < 500,
        Err(Error::Internal(_)) => false,
    };
    if needless {
        forget(&app, key(id)).await;
    }
    committed
}

async fn commit(
    app: &App,
    managed: &Managed,
    new: &store::NewSymbols<'_>,
) -> Result<(Written, Symbols)> {
    let mut tx = app.db.begin().await?;
    // The build may be deleted meanwhile: then there is nothing to keep them with.
    if !crate::builds::store::hold(&mut tx, new.build).await? {
        return Err(NO_SUCH_BUILD.into());
    }
    let is_new = store::insert(&mut tx, new).await?;
    if is_new {
        quota::settle(&mut tx, app, (managed.build.app(), 0), None).await?;
        change::record(&mut tx, managed, Action::SymbolsUploaded).await?;
    }
    let rows = store::of_build(&mut tx, new.build).await?;
    let row = rows.into_iter().find(|row| row.sha256 == new.sha256).ok_or(NO_SUCH_BUILD)?;
    tx.commit().await?;
    let written = if is_new { Written::Now } else { Written::Before };
    Ok((written, row.shown(&app.addresses)))
}
