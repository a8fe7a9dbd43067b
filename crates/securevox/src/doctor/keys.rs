//! The secret key, and whether it opens what is sealed in the database.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use securevox_core::auth::{self, SecretKey};
use sqlx::PgConnection;

use super::Report;
use crate::settings::Settings;

const SUBJECT: &str = "keys";

pub(super) async fn check(
    settings: &Settings,
    conn: Option<&mut PgConnection>,
    report: &mut Report,
) {
    // The data folder's own check has said what is wrong with it.
    let Ok(folder) = settings.common.data_folder() else { return };
    let file = folder.join("secret.key");
    let secret = match &settings.common.secrets.secret_key {
        Some(secret) => Some(secret.clone()),
        None if file.exists() => match SecretKey::load_or_create(&file) {
            Ok(secret) => {
                protected(&file, report);
                Some(secret)
            }
            Err(error) => return report.fail(SUBJECT, format!("{error:#}")),
        },
        None => None,
    };
    match conn {
        Some(conn) => fits(secret, conn, &file, report).await,
        None if secret.is_some() => report.warn(
            SUBJECT,
            "there is a secret key; whether it fits the database cannot be checked without one",
        ),
        None => report.ok(SUBJECT, "the secret key is made at the first start"),
    }
}

fn protected(file: &Path, report: &mut Report) {
    let mode = fs::metadata(file).map_or(0, |found| found.permissions().mode());
    if mode & 0o077 != 0 {
        let file = file.display();
        report.warn(SUBJECT, format!("others may read {file}: `chmod 600 {file}`"));
    }
}

async fn fits(
    secret: Option<SecretKey>,
    conn: &mut PgConnection,
    file: &Path,
    report: &mut Report,
) {
    let is_there = secret.is_some();
    // Any key tells whether there is something to open.
    let secret = secret.unwrap_or_else(SecretKey::random);
    match auth::opens_signing_keys(conn, &secret).await {
        Ok(Some(true)) => report.ok(SUBJECT, "the secret key opens the signing keys"),
        Ok(Some(false)) if is_there => report.fail(
            SUBJECT,
            "the signing keys were sealed with another secret key: restore the right one from a backup, or make new ones with `securevox admin rotate-keys`, which signs everybody out",
        ),
        Ok(Some(false)) => report.fail(
            SUBJECT,
            format!(
                "the signing keys are sealed with a secret key that is not here: set SECUREVOX_SECRET_KEY, or restore {} from a backup",
                file.display()
            ),
        ),
        Ok(None) => report.ok(SUBJECT, "there is nothing sealed yet"),
        Err(error) => report.fail(SUBJECT, format!("the signing keys cannot be read: {error:#}")),
    }
}
