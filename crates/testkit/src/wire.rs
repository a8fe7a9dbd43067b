//! A connection on which a test writes bytes as they are: broken off, too slow, or without an end.

use std::{future::Future, io, time::Duration};

use http::{HeaderMap, HeaderName, StatusCode};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use crate::Answer;

/// Longer than anything that works takes, even on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

/// A connection to a service that listens.
#[derive(Debug)]
pub struct Wire(BufReader<TcpStream>);

impl Wire {
    /// Connects to `url` (`http://127.0.0.1:…`).
    pub async fn open(url: &str) -> Self {
        Self::try_open(url).await.unwrap()
    }

    /// Connects to `url`, or says why not.
    pub async fn try_open(url: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Writes `bytes`, all of them.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).await.unwrap();
    }

    /// Writes `bytes`, or says why not: the server may have closed.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        in_time(self.0.get_mut().write_all(bytes.as_ref())).await
    }

    /// The next response, an interim one (`100 Continue`) included.
    pub async fn answer(&mut self) -> Answer {
        in_time(self.read_answer()).await
    }

    /// Waits until the server has closed the connection; what it sent before is dropped.
    pub async fn closed(mut self) {
        let mut dropped = vec![0; 64 << 10];
        // A reset is an end, too.
        while in_time(self.0.read(&mut dropped)).await.is_ok_and(|count| count > 0) {}
    }

    async fn read_answer(&mut self) -> Answer {
        let line = self.line().await;
        let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no status in {line:?}"));
        let status = StatusCode::from_bytes(status.as_bytes()).unwrap();
        let mut headers = HeaderMap::new();
        loop {
            let line = self.line().await;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.append(name.parse::<HeaderName>().unwrap(), value.trim().parse().unwrap());
        }
        let length = headers.get("content-length").map_or("0", |length| length.to_str().unwrap());
        let mut bytes = vec![0; length.parse().unwrap()];
        self.0.read_exact(&mut bytes).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Answer { status, headers, body, bytes }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, work).await.unwrap()
}
