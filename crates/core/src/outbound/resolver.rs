//! Looking up names, and dropping the addresses that must not be connected to.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Refused;
use crate::config::Networks;

type Rule = fn(IpAddr, &Networks) -> bool;

/// Another resolver's answers, as far as they may be connected to.
pub(super) struct Guarded {
    inner: Arc<dyn Resolve>,
    rule: Rule,
    allowed: Networks,
}

impl Guarded {
    pub(super) fn new(inner: Arc<dyn Resolve>, rule: Rule, allowed: Networks) -> Self {
        Self { inner, rule, allowed }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (rule, allowed) = (self.rule, self.allowed.clone());
        let resolving = self.inner.resolve(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = resolving.await?.collect();
            let open = found.into_iter().filter(|found| rule(found.ip(), &allowed));
            // The port is the URL's: a resolver's own would replace the usual one, and that was checked.
            let open: Vec<_> = open.map(|found| SocketAddr::new(found.ip(), 0)).collect();
            if open.is_empty() {
                return Err(Refused::Address.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

/// The system's own.
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}
