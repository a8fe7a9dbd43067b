//! Passwords: argon2id, off the async threads, a bounded number at once.

use std::{fmt, sync::Arc};

use argon2::{
    Argon2, Params, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash,
};
use secrecy::{ExposeSecret as _, SecretString};
use securevox_protocol::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use crate::{Error, Result, config::Accounts};

/// So many passwords wait to be hashed that one more would only wait longer.
const BUSY: Problem =
    Problem::new(429, "/problems/busy", "Too many people are signing in").with_retry_after(3);

/// Hashes and verifies passwords. Clones share the bound.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Verified where there is no account, so that it takes the same time.
    decoy: Arc<str>,
}

/// The password is not the one that was hashed.
#[derive(Clone, Copy, Debug)]
pub struct PasswordRefused;

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords")
    }
}

impl Passwords {
    /// Bounded as `accounts` says.
    pub fn new(accounts: &Accounts) -> Self {
        let decoy = hash(&SecretString::from("nobody's password"));
        Self {
            running: Arc::new(Semaphore::new(accounts.password_concurrency.max(1))),
            waiting: Arc::new(Semaphore::new(
                accounts.password_queue + accounts.password_concurrency.max(1),
            )),
            decoy: decoy.into(),
        }
    }

    /// The hash of `password` in PHC form; 429 when too many wait.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        self.run(move || hash(&password)).await
    }

    /// Whether `password` is the one behind `stored`; never for `None`, in the same time.
    pub async fn verify(
        &self,
        password: SecretString,
        stored: Option<String>,
    ) -> Result<Result<(), PasswordRefused>> {
        let known = stored.is_some();
        let decoy = Arc::clone(&self.decoy);
        let equal = self
            .run(move || {
                let phc = stored.as_deref().unwrap_or(&decoy);
                let parsed = PasswordHash::new(phc);
                parsed.is_ok_and(|phc| {
                    hasher().verify_password(password.expose_secret().as_bytes(), &phc).is_ok()
                })
            })
            .await?;
        Ok(if equal && known { Ok(()) } else { Err(PasswordRefused) })
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place: OwnedSemaphorePermit =
            Arc::clone(&self.waiting).try_acquire_owned().map_err(|error| match error {
                TryAcquireError::NoPermits | TryAcquireError::Closed => Error::from(BUSY),
            })?;
        let turn = Arc::clone(&self.running).acquire_owned().await.expect("never closed");
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        done.await.map_err(|error| Error::Internal(anyhow::anyhow!(error)))
    }
}

/// OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane.
fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are in range");
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}

fn hash(password: &SecretString) -> String {
    let hash = hasher().hash_password(password.expose_secret().as_bytes());
    hash.expect("the system has randomness and memory").to_string()
}
