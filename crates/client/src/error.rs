//! What can go wrong between a client and a server.

use std::{borrow::Cow, io};

use reqwest::{Response, header};
use securevox_protocol::Problem;

/// The result of every request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A problem is short; whatever stands in front of the server may send more.
const LONGEST_PROBLEM: usize = 64 << 10;

/// What can go wrong between a client and a server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused, and says why.
    #[error("{} ({})", .0.title, .0.status)]
    Problem(Box<Problem>),
    /// The server was not reached, or what it sent was not understood.
    #[error("the exchange with the server failed")]
    Transport(#[source] reqwest::Error),
    /// The file to send could not be read, the download could not be written, or it stood still.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Error {
    /// The problem, if the server told one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Transport(_) | Self::Io(_) => None,
        }
    }

    /// The last part of the problem's type, `no-such-build`; `about:blank` where the status says it all.
    pub fn kind(&self) -> Option<&str> {
        self.problem().map(|problem| problem.kind.trim_start_matches("/problems/"))
    }

    /// Whether whoever asks has to prove again who they are.
    pub(crate) fn is_unauthenticated(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 401)
    }

    /// The problem in an answer that is no success.
    pub(crate) async fn told(mut response: Response) -> Self {
        let mut body = Vec::new();
        while body.len() < LONGEST_PROBLEM {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return error.into(),
            }
        }
        let problem = is_problem(&response).then(|| serde_json::from_slice(&body).ok()).flatten();
        Self::Problem(Box::new(problem.unwrap_or_else(|| without_words(&response))))
    }
}

fn is_problem(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|value| value.as_bytes().starts_with(b"application/problem+json"))
}

/// What a proxy answered in the server's place.
fn without_words(response: &Response) -> Problem {
    let status = response.status();
    let title = status.canonical_reason().unwrap_or("Unknown Status");
    Problem { title: Cow::Borrowed(title), ..Problem::new(status.as_u16(), "about:blank", "") }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // A link to a download opens it: it is not for logs.
        Self::Transport(error.without_url())
    }
}
