//! Passwords: argon2id, on threads of their own, a bounded number at once.
//!
//! Each hash takes 19 MiB. Every thread keeps its own and uses it again: allocated anew each
//! time, the allocator's leftovers grew the process by 200 MiB.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
};

use anyhow::Context as _;
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use aws_lc_rs::constant_time;
use secrecy::{ExposeSecret as _, SecretString};
use securevox_protocol::Problem;
use tokio::sync::oneshot;

use crate::secret_key::random_bytes;
use crate::{Result, config::Accounts};

/// So many passwords wait to be hashed that one more would only wait longer.
const BUSY: Problem =
    Problem::new(429, "/problems/busy", "Too many people are signing in").with_retry_after(3);

type Work = Box<dyn FnOnce(&mut Hasher) + Send>;

/// Hashes and verifies passwords. Clones share the threads, which end with the last of them.
#[derive(Clone)]
pub struct Passwords {
    queue: SyncSender<Work>,
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
        Self::bounded(accounts.password_concurrency, accounts.password_queue)
    }

    /// At most `concurrency` at once, while `queue` more wait.
    pub fn bounded(concurrency: usize, queue: usize) -> Self {
        let (queue, waiting) = sync_channel::<Work>(queue.max(1));
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..concurrency.max(1) {
            let waiting = Arc::clone(&waiting);
            thread::spawn(move || work(&waiting));
        }
        let decoy = Hasher::default().hash(&SecretString::from("nobody's password"));
        Self { queue, decoy: decoy.into() }
    }

    /// The hash of `password` in PHC form; 429 when too many wait.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        self.run(move |hasher| hasher.hash(&password)).await
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
            .run(move |hasher| hasher.verifies(&password, stored.as_deref().unwrap_or(&decoy)))
            .await?;
        Ok(if equal && known { Ok(()) } else { Err(PasswordRefused) })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Hasher) -> T + Send + 'static,
    ) -> Result<T> {
        let (done, result) = oneshot::channel();
        let work = Box::new(move |hasher: &mut Hasher| {
            // Nobody may be waiting any more.
            let _unheard = done.send(work(hasher));
        });
        match self.queue.try_send(work) {
            Ok(()) => Ok(result.await.context("hashing a password")?),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(BUSY.into()),
        }
    }
}

/// Hashes until the last [`Passwords`] is gone.
fn work(waiting: &Mutex<Receiver<Work>>) {
    let mut hasher = Hasher::default();
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(work) => work(&mut hasher),
            Err(_) => return,
        }
    }
}

/// Argon2 with the memory it works in.
#[derive(Default)]
struct Hasher {
    memory: Vec<Block>,
}

impl Hasher {
    fn hash(&mut self, password: &SecretString) -> String {
        let params = params();
        let salt = Salt::new(&random_bytes::<16>()).expect("16 bytes are a salt");
        let version = Some(Version::V0x13.into());
        let encoded = ParamsString::try_from(&params).expect("the parameters can be written");
        let derived = self.derive(params, password, &salt).expect("our parameters are in range");
        let hash = Output::new(&derived).expect("32 bytes are a hash");
        let algorithm = Algorithm::Argon2id.ident();
        let (salt, hash) = (Some(salt), Some(hash));
        PasswordHash { algorithm, version, params: encoded, salt, hash }.to_string()
    }

    /// Whether `phc` is the hash of `password`, whatever parameters it was made with.
    fn verifies(&mut self, password: &SecretString, phc: &str) -> bool {
        let Ok(phc) = PasswordHash::new(phc) else { return false };
        let (Ok(params), Some(salt), Some(hash)) = (Params::try_from(&phc), phc.salt, phc.hash)
        else {
            return false;
        };
        let ours = phc.algorithm == Algorithm::Argon2id.ident()
            && phc.version == Some(Version::V0x13.into());
        // A hash of another length is none of ours, and must not end this thread.
        let Ok(derived) = self.derive(params, password, &salt) else { return false };
        ours && constant_time::verify_slices_are_equal(&derived, hash.as_ref()).is_ok()
    }

    fn derive(
        &mut self,
        params: Params,
        password: &SecretString,
        salt: &[u8],
    ) -> argon2::Result<[u8; 32]> {
        let blocks = params.block_count();
        self.memory.resize(blocks.max(self.memory.len()), Block::default());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut derived = [0; 32];
        let password = password.expose_secret().as_bytes();
        let memory = &mut self.memory[..blocks];
        argon2.hash_password_into_with_memory(password, salt, &mut derived, memory)?;
        Ok(derived)
    }
}

/// OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane.
fn params() -> Params {
    Params::new(19 * 1024, 2, 1, None).expect("the parameters are in range")
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[test]
    fn hashes_are_those_of_the_library() {
        let password = SecretString::from("correct horse battery");
        let mut hasher = Hasher::default();
        let ours = hasher.hash(&password);
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params());
        library.verify_password(b"correct horse battery", &*ours).unwrap();

        let theirs = library.hash_password(b"correct horse battery").unwrap().to_string();
        assert!(hasher.verifies(&password, &theirs));
        assert!(!hasher.verifies(&SecretString::from("another"), &theirs));
        assert!(!hasher.verifies(&password, "$argon2id$nonsense"));
        let short = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$MTIzNDU2Nzg5MDEyMzQ1Ng";
        assert!(!hasher.verifies(&password, short));
    }
}
