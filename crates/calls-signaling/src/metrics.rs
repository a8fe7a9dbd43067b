//! What is counted of sockets and signals.

use securevox_core::metrics::{Counters, Metrics};
use securevox_protocol::{Problem, signaling::ClientEvent};

/// The counters of the service.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    events: Counters,
    refused: Counters,
}

impl Counted {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let events = metrics.counters(
            "events_total",
            "What clients said over their sockets",
            &["event", "outcome"],
        );
        let refused = metrics.counters(
            "sockets_refused_total",
            "Sockets that were not let in, by the status of the problem",
            &["status"],
        );
        Self { events, refused }
    }

    /// One event; `None` is one that there is not.
    pub(crate) fn event(&self, event: Option<ClientEvent>, problem: Option<&Problem>) {
        let event = event.map_or("unknown", ClientEvent::as_str);
        let outcome = match problem.map(|problem| problem.status) {
            None => "done",
            Some(429) => "limited",
            Some(500..) => "failed",
            Some(_) => "refused",
        };
        self.events.with_label_values(&[event, outcome]).inc();
    }

    pub(crate) fn refused(&self, problem: &Problem) {
        self.refused.with_label_values(&[&problem.status.to_string()]).inc();
    }
}
