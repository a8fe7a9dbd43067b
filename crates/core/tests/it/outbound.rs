//! Requests to URLs that users give: where they may lead, and what is read of the answers.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    http::{Request, Response},
};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use securevox_core::{
    config::{self, Reader},
    outbound::{Client, Error, Refused},
    tasks::Tasks,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// Nobody answers there, and nobody is asked: it is for documentation.
const ELSEWHERE: &str = "192.0.2.1";

const BODY: &[u8] = b"hello";

/// A server that says the same to everybody and then closes, and counts its visitors.
struct Server {
    port: u16,
    visitors: Arc<AtomicUsize>,
}

impl Server {
    async fn saying(head: &str, body: &[u8]) -> Self {
        let said = [head.as_bytes(), b"\r\nConnection: close\r\n\r\n", body].concat();
        Self::serving(move |mut stream| {
            let said = said.clone();
            async move {
                listen(&mut stream).await?;
                stream.write_all(&said).await
            }
        })
        .await
    }

    async fn serving<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visitors = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&visitors);
        Tasks::default().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                // Whoever reads enough goes away early.
                let _served = serve(stream).await;
            }
        });
        Self { port, visitors }
    }

    fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/hook", self.port)
    }

    fn visitors(&self) -> usize {
        self.visitors.load(Ordering::SeqCst)
    }
}

/// Reads a request to the end of its body; of TLS, which no server here speaks, the beginning.
async fn listen(stream: &mut TcpStream) -> io::Result<()> {
    const TLS_HANDSHAKE: u8 = 22;
    let mut request = Vec::new();
    while !request.ends_with(BODY) && request.first() != Some(&TLS_HANDSHAKE) {
        if stream.read_buf(&mut request).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Knows every name, and answers with the next list of addresses each time, the last one for ever.
struct Fickle {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Fickle {
    fn answering(answers: &[&[&str]]) -> Arc<Self> {
        let parsed = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(parsed).collect(), asked: AtomicUsize::new(0) })
    }
}

impl Resolve for Fickle {
    fn resolve(&self, _: Name) -> Resolving {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        // With a port of its own, which must not count.
        let answer = self.answers[turn].iter().map(|address| SocketAddr::new(*address, 1));
        let answer: Addrs = Box::new(answer.collect::<Vec<_>>().into_iter());
        Box::pin(async move { Ok(answer) })
    }
}

fn settings(variables: &[(&str, &str)]) -> config::Outbound {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(key, _)| name.ends_with(key));
        found.map(|(_, value)| (*value).to_owned())
    };
    let mut reader = Reader::new(&lookup);
    let section = config::Outbound::read(&mut reader);
    reader.finish(section).unwrap()
}

fn client(allow: &str) -> Client {
    Client::new(&settings(&[("OUTBOUND_ALLOW", allow)])).unwrap()
}

async fn post(client: &Client, url: &str) -> Result<Response<Bytes>, Error> {
    client.send(Request::post(url).body(Bytes::from_static(BODY)).unwrap()).await
}

#[track_caller]
fn assert_refused(sent: Result<Response<Bytes>, Error>, wanted: Refused) {
    match sent {
        Err(Error::Refused(refused)) => assert_eq!(refused, wanted),
        other => panic!("not refused as {wanted:?}: {other:?}"),
    }
}

#[tokio::test]
async fn the_operators_own_network_is_open_if_it_is_allowed() {
    let server = Server::saying("HTTP/1.1 201 Created\r\nLocation: /1", b"well done").await;
    let client = client("127.0.0.0/8");
    for host in ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"] {
        let answer = post(&client, &server.url(host)).await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.body()[..]), (201, &b"well done"[..]));
        assert_eq!(answer.headers()["location"], "/1");
    }
}

#[tokio::test]
async fn nothing_else_is() {
    let server = Server::saying("HTTP/1.1 200 OK", b"secrets").await;
    let port = server.port;
    let strict = client("");
    for host in ["127.0.0.1", "127.1", "0x7f000001", "017700000001", "[::1]", "[::ffff:7f00:1]"] {
        let url = format!("https://{host}:{port}/");
        assert_refused(post(&strict, &url).await, Refused::Address);
        assert_eq!(strict.check(&url.parse().unwrap()), Err(Refused::Address), "{url}");
    }
    // A name is found out when it is looked up.
    for host in ["localhost", "LOCALHOST"] {
        assert_refused(post(&strict, &format!("https://{host}:{port}/")).await, Refused::Address);
    }
    // Allowing one network opens no other, and http leads to allowed ones alone.
    let narrow = client("10.0.0.0/8");
    assert_refused(post(&narrow, &server.url("127.0.0.1")).await, Refused::Address);
    assert_refused(post(&narrow, &server.url("localhost")).await, Refused::Address);
    assert_refused(post(&narrow, "http://1.1.1.1/").await, Refused::Address);
    let names = Fickle::answering(&[&["1.1.1.1"]]);
    let narrow = Client::with_resolver(&settings(&[("OUTBOUND_ALLOW", "10.0.0.0/8")]), names);
    assert_refused(post(&narrow.unwrap(), "http://example.org/").await, Refused::Address);
    assert_eq!(server.visitors(), 0);
}

#[test]
fn a_url_is_judged_before_it_is_kept() {
    let refused = |client: &Client, url: &str| client.check(&Url::parse(url).unwrap()).err();
    let strict = client("");
    assert_eq!(refused(&strict, "https://push.example.org/abc"), None);
    assert_eq!(refused(&strict, "https://push.example.org:8443/"), None);
    assert_eq!(refused(&strict, "https://[2606:4700::1]/"), None);
    assert_eq!(refused(&strict, "http://push.example.org/"), Some(Refused::Scheme));
    assert_eq!(refused(&strict, "ftp://push.example.org/"), Some(Refused::Scheme));
    assert_eq!(refused(&strict, "file:///etc/passwd"), Some(Refused::Scheme));
    assert_eq!(refused(&strict, "https://ada:pw@push.example.org/"), Some(Refused::Credentials));
    assert_eq!(refused(&strict, "https://ada@push.example.org/"), Some(Refused::Credentials));
    for port in [22, 25, 80, 993] {
        let url = format!("https://push.example.org:{port}/");
        assert_eq!(refused(&strict, &url), Some(Refused::Port));
    }
    let own = client("10.0.0.0/8");
    assert_eq!(refused(&own, "http://push.example.org/"), None);
    assert_eq!(refused(&own, "https://10.1.2.3/"), None);
    assert_eq!(refused(&own, "https://10.1.2.3:80/"), Some(Refused::Port));
    assert_eq!(refused(&own, "http://10.1.2.3:22/"), Some(Refused::Port));
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let server = Server::saying("HTTP/1.1 200 OK", b"").await;
    let elsewhere = settings(&[("OUTBOUND_ALLOW", ELSEWHERE), ("OUTBOUND_CONNECT_TIMEOUT", "1s")]);
    let here = settings(&[("OUTBOUND_ALLOW", "127.0.0.1")]);
    let url = server.url("rebinding.example.org");

    // Good when it is judged, ours when it would be connected to: it is asked once only.
    let names = Fickle::answering(&[&[ELSEWHERE], &["127.0.0.1"]]);
    let client = Client::with_resolver(&elsewhere, names.clone()).unwrap();
    let sent = post(&client, &url).await;
    assert!(matches!(sent, Err(Error::Unreachable(_))), "{sent:?}");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    assert_refused(post(&client, &url).await, Refused::Address);
    assert_eq!(server.visitors(), 0);

    // And each connection is judged anew.
    let names = Fickle::answering(&[&["127.0.0.1"], &[ELSEWHERE]]);
    let client = Client::with_resolver(&here, names.clone()).unwrap();
    assert_eq!(post(&client, &url).await.unwrap().status(), 200);
    assert_refused(post(&client, &url).await, Refused::Address);
    assert_eq!((names.asked.load(Ordering::SeqCst), server.visitors()), (2, 1));
}

#[tokio::test]
async fn of_several_addresses_the_open_ones_are_used() {
    let server = Server::saying("HTTP/1.1 200 OK", b"").await;
    let names = Fickle::answering(&[&[ELSEWHERE, "10.0.0.1", "::1", "127.0.0.1"]]);
    let settings = settings(&[("OUTBOUND_ALLOW", "127.0.0.1")]);
    let client = Client::with_resolver(&settings, names).unwrap();
    let since = Instant::now();
    assert_eq!(post(&client, &server.url("many.example.org")).await.unwrap().status(), 200);
    assert!(since.elapsed() < Duration::from_secs(3), "the others were tried");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_no_order() {
    let inside = Server::saying("HTTP/1.1 200 OK", b"secrets").await;
    let head = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {}", inside.url("127.0.0.1"));
    let server = Server::saying(&head, b"").await;
    let answer = post(&client("127.0.0.1"), &server.url("127.0.0.1")).await.unwrap();
    assert_eq!(answer.status(), 307);
    assert_eq!(inside.visitors(), 0);
}

#[tokio::test]
async fn of_a_long_answer_the_beginning_is_read() {
    let server = Server::saying("HTTP/1.1 200 OK", &vec![b'x'; 8 << 20]).await;
    let limits = [("OUTBOUND_ALLOW", "127.0.0.1"), ("OUTBOUND_ANSWER_MAX_BYTES", "1K")];
    let client = Client::new(&settings(&limits)).unwrap();
    let answer = post(&client, &server.url("127.0.0.1")).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 1024));
}

#[tokio::test]
async fn an_answer_without_an_end_is_given_up() {
    let server = Server::serving(|mut stream| async move {
        listen(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        loop {
            stream.write_all(b"x").await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let server = server.await;
    let limits = [("OUTBOUND_ALLOW", "127.0.0.1"), ("OUTBOUND_TIMEOUT", "1s")];
    let client = Client::new(&settings(&limits)).unwrap();
    let since = Instant::now();
    let sent = post(&client, &server.url("127.0.0.1")).await;
    assert!(matches!(&sent, Err(Error::Unreachable(error)) if error.is_timeout()), "{sent:?}");
    assert!(since.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn an_error_does_not_repeat_the_url() {
    let error = post(&client("127.0.0.1"), "http://127.0.0.1:1025/a-secret").await.unwrap_err();
    let told = format!("{:#}", anyhow::Error::new(error));
    assert!(told.contains("no answer") && !told.contains("a-secret"), "{told}");
}

#[tokio::test]
async fn tls_is_tls() {
    let server = Server::saying("HTTP/1.1 200 OK", b"").await;
    let url = format!("https://127.0.0.1:{}/", server.port);
    let sent = post(&client("127.0.0.1"), &url).await;
    assert!(matches!(sent, Err(Error::Unreachable(_))), "{sent:?}");
    assert_eq!(server.visitors(), 1);
}
