//! What an index has to say of icons: their size and hash, which are read once.

use anyhow::Context as _;
use securevox_core::{Result, auth::digest};
use securevox_protocol::BuildId;
use uuid::Uuid;

use super::store::{self, Icon};
use crate::{app::App, builds};

/// Those of `wanted` that are stored.
pub(super) async fn of(app: &App, wanted: &[BuildId]) -> Result<Vec<Icon>> {
    let ids: Vec<Uuid> = wanted.iter().map(|build| build.0).collect();
    let mut icons = store::icons(&mut *app.db.acquire().await?, &ids).await?;
    for &build in wanted {
        if icons.iter().any(|icon| icon.build_id == build) {
            continue;
        }
        let Some(icon) = read(app, build).await? else { continue };
        store::keep_icon(&mut *app.db.acquire().await?, &icon).await?;
        icons.push(icon);
    }
    Ok(icons)
}

async fn read(app: &App, build: BuildId) -> Result<Option<Icon>> {
    let Some(bytes) = builds::icon(app, build).await? else { return Ok(None) };
    let size = i64::try_from(bytes.len()).context("an icon is small")?;
    Ok(Some(Icon { build_id: build, sha256: digest(&bytes).to_vec(), size }))
}
