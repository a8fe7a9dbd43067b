//! The event stream over TLS, with its two ends on different copies.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use securevox_protocol::stream::{NewsKind, ServerFrame, close};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::{
    Person, Scene,
    copies::Which,
    edge::{DOMAIN, Edge},
    processes::eventually,
};

type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// How long an event may be on its way, and a revoked session live.
const LIMIT: Duration = Duration::from_secs(10);

pub(crate) async fn news_cross_from_copy_to_copy(scene: &Scene) {
    let mut sockets = [open(&scene.edge, &scene.ada).await, open(&scene.edge, &scene.ada).await];
    eventually(LIMIT, "the streams are not spread over both copies", async || {
        (open_on(scene, 0).await == 1 && open_on(scene, 1).await == 1).then_some(())
    })
    .await;
    for copy in [0, 1] {
        let url = format!("{}/v1/auth/login", scene.copies.public(Which::Api, copy));
        let plain = reqwest::Client::builder().build().unwrap();
        let (status, tokens) = scene.edge.login(&plain, &url, scene.ada.handle).await;
        assert_eq!(status, 200, "{tokens}");
        for socket in &mut sockets {
            let news = started(socket).await;
            assert_eq!(news, tokens["session_id"].as_str().unwrap());
        }
    }
}

pub(crate) async fn a_revoked_session_ends_everywhere(scene: &Scene) {
    let (edge, client) = (&scene.edge, scene.edge.client());
    let phone = Person::signs_in(edge, scene.ada.handle).await;
    let mut socket = open(edge, &phone).await;
    let url = edge.at("api.", &format!("/v1/sessions/{}", phone.session));
    let revoked = client.delete(url).bearer_auth(&scene.ada.token).send().await.unwrap();
    assert_eq!(revoked.status(), 204);
    let ended = async {
        loop {
            if let Message::Close(frame) = socket.next().await.unwrap().unwrap() {
                return u16::from(frame.unwrap().code);
            }
        }
    };
    assert_eq!(tokio::time::timeout(LIMIT, ended).await.unwrap(), close::SESSION_ENDED);
    let plain = reqwest::Client::builder().build().unwrap();
    for copy in [0, 1] {
        let url = format!("{}/v1/account", scene.copies.public(Which::Api, copy));
        eventually(LIMIT, "a copy takes a revoked session", async || {
            let answer = plain.get(&url).bearer_auth(&phone.token).send().await.unwrap();
            (answer.status() == 401).then_some(())
        })
        .await;
    }
}

/// A stream through the edge, whichever copy is at its other end.
async fn open(edge: &Edge, person: &Person) -> Socket {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&edge.authority()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(("127.0.0.1", edge.ports.secure)).await.unwrap();
    let name = ServerName::try_from(format!("api.{DOMAIN}")).unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let mut request = format!("wss://api.{DOMAIN}/v1/stream").into_client_request().unwrap();
    let authorization = format!("Bearer {}", person.token).parse().unwrap();
    request.headers_mut().insert("authorization", authorization);
    client_async(request, stream).await.unwrap().0
}

/// The session that somebody started, when its news comes.
async fn started(socket: &mut Socket) -> String {
    let heard = async {
        loop {
            let Message::Text(text) = socket.next().await.unwrap().unwrap() else { continue };
            match serde_json::from_str(&text).unwrap() {
                ServerFrame::Account(news) if news.kind == NewsKind::SessionStarted => {
                    return news.session_id.to_string();
                }
                _ => {}
            }
        }
    };
    tokio::time::timeout(LIMIT, heard).await.expect("the news did not cross")
}

/// How many streams a copy of the notifier has.
async fn open_on(scene: &Scene, copy: usize) -> u32 {
    let url = format!("{}/metrics", scene.copies.internal(Which::Notifier, copy));
    let client = reqwest::Client::builder().build().unwrap();
    let metrics = client.get(url).send().await.unwrap().text().await.unwrap();
    let mut counts = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("securevox_notifier_stream_connections "));
    counts.next().unwrap().parse().unwrap()
}
