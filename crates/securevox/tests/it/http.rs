//! One request, one connection, no more of HTTP than the tests need.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use securevox_testkit::Form;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

/// A request that is put together header by header.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    port: u16,
    head: String,
}

impl Request {
    pub(crate) fn new(method: &str, port: u16, path: &str) -> Self {
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n");
        Self { port, head }
    }

    pub(crate) fn get(port: u16, path: &str) -> Self {
        Self::new("GET", port, path)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        for part in [name, ": ", value, "\r\n"] {
            self.head += part;
        }
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Answer {
        self.header("Content-Type", "application/json").send(body.to_string().as_bytes())
    }

    pub(crate) fn form(self, form: Form) -> Answer {
        let (media_type, body) = form.finish();
        self.header("Content-Type", &media_type).send(&body)
    }

    pub(crate) fn send(self, body: &[u8]) -> Answer {
        self.try_send(body).expect("the service answers")
    }

    /// Fails where nobody listens, or who listens does not answer.
    pub(crate) fn try_send(self, body: &[u8]) -> io::Result<Answer> {
        let mut stream = self.begin(body.len())?;
        stream.write_all(body)?;
        Answer::read(stream)
    }

    /// The head alone, announcing `length` bytes that are still to come.
    pub(crate) fn begin(self, length: usize) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let head = self.header("Content-Length", &length.to_string()).head + "\r\n";
        stream.write_all(head.as_bytes())?;
        Ok(stream)
    }
}

impl Answer {
    /// Reads until the service closes the connection.
    pub(crate) fn read(mut stream: TcpStream) -> io::Result<Self> {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Self::parse(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = str::from_utf8(&bytes[..end]).ok()?.to_owned();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let answer = Self { status, head, body: bytes[end + 4..].to_vec() };
        let length: usize = answer.header("content-length")?.parse().ok()?;
        (answer.body.len() == length).then_some(answer)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The text at a JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let json = self.json();
        let text = json.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer} of {json}, status {}", self.status))
            .to_owned()
    }

    /// The answer, if it has that status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{body}");
        self
    }
}

pub(crate) fn credentials(handle: &str, password: &str) -> Value {
    json!({ "handle": handle, "password": password })
}
