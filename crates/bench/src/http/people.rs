//! Logins, refreshes and reads of accounts.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;

use super::target::Target;
use crate::load::{Load, Plan};

const AT_ONCE: [usize; 3] = [1, 8, 32];

pub(super) async fn measure(target: &Target, lasting: Duration) -> anyhow::Result<Vec<Load>> {
    let plan = |name: &'static str, at_once| Plan { name, at_once, lasting, server: target.server };
    let mut loads = Vec::new();
    // As many as passwords that are hashed at once, and as many again that wait.
    let logins = plan("login", 4).run(|worker| {
        let target = target.clone();
        async move { target.login(worker).await.map(|_| 0) }
    });
    loads.push(logins.await?);

    let mut chains = Vec::new();
    for worker in 0..8 {
        chains.push(Arc::new(Mutex::new(target.login(worker).await?)));
    }
    let access = chains[0].lock().await.access.clone();
    let refreshes = plan("refresh", chains.len()).run(|worker| {
        let (target, chain) = (target.clone(), Arc::clone(&chains[worker]));
        async move {
            let mut chain = chain.lock().await;
            *chain = target.refresh(&chain).await?;
            Ok(0)
        }
    });
    loads.push(refreshes.await?);

    for at_once in AT_ONCE {
        let reads = plan("read of the account", at_once).run(|_| {
            let (target, access) = (target.clone(), access.clone());
            async move {
                anyhow::ensure!(target.read(&access).await? == 200, "refused");
                Ok(0)
            }
        });
        loads.push(reads.await?);
    }
    Ok(loads)
}
