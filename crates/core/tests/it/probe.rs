//! A service that does nothing but what the tests ask of it.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{FromRef, FromRequest as _, Request, State},
    routing::{get, post},
};
use futures_util::stream;
use securevox_core::{
    Result,
    auth::{Caller, Gate},
    config::{Listening, Reader, Seconds, Variable},
    extract::{Json, Path, Query},
    http::{self, ClientAddress},
    metrics::Metrics,
    process::{Base, Built, Place, Service},
};
use securevox_protocol::Problem;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::Notify;
use utoipa_axum::router::OpenApiRouter;

/// The service.
pub(crate) struct Probe;

/// Told when a client of `/endless` was given up.
pub(crate) static GIVEN_UP: Notify = Notify::const_new();

pub(crate) const SECRET: &str = "the words of the panic";

#[derive(Clone, FromRef)]
struct App {
    db: PgPool,
    gate: Gate,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

impl Service for Probe {
    const NAME: &'static str = "probe";
    const BINARY: &'static str = "securevox-probe";
    const ABOUT: &'static str = "Answers tests";
    const VARIABLES: &'static [&'static [Variable]] = &[];
    type Config = ();

    fn read(_: &mut Reader<'_>) -> Option<()> {
        Some(())
    }

    fn place(_: &Listening) -> Place {
        Place { public: 0, internal: 0, drain_limit: Seconds(10) }
    }

    async fn build(base: &Base, metrics: &Metrics, (): ()) -> anyhow::Result<Built> {
        let quick = OpenApiRouter::new()
            .route("/things/{thing}", get(async |Path(thing): Path<String>| thing))
            .route("/addresses", get(async |ClientAddress(address)| address.to_string()))
            .route("/callers", get(async |caller: Caller| Json(json!({"id": caller.account}))))
            .route("/json", post(async |Json(value): Json<Value>| Json(value)))
            .route("/stuck", get(std::future::pending::<()>))
            .route("/panics", get(async || -> () { panic!("{SECRET}") }))
            .route("/database", get(database));
        let routes = http::timed(quick, base.network.request_timeout.duration())
            .route("/bodies", post(count))
            .route("/refused", post(async || -> Result<()> { Err(REFUSED.into()) }))
            .route("/endless", get(endless));
        let app = App { db: base.db.clone(), gate: base.gate(metrics) };
        let (routes, _) = routes.with_state(app).split_for_parts();
        Ok(Built { routes, readiness: base.readiness() })
    }
}

const REFUSED: Problem = Problem::new(409, "/problems/refused", "Not this one");

/// Reads the body to its end.
async fn count(request: Request) -> Result<String> {
    let bytes = Bytes::from_request(request, &()).await?;
    Ok(bytes.len().to_string())
}

async fn database(State(db): State<PgPool>, Query(wanted): Query<Text>) -> Result<String> {
    let mut conn = db.acquire().await?;
    let text = sqlx::query_scalar!(r#"select $1::text as "text!""#, wanted.text);
    Ok(text.fetch_one(&mut *conn).await?)
}

/// Sends for as long as the client reads.
async fn endless() -> Body {
    struct Sender;
    impl Drop for Sender {
        fn drop(&mut self) {
            GIVEN_UP.notify_one();
        }
    }
    let chunk = Bytes::from_static(&[0; 16 << 10]);
    Body::from_stream(stream::unfold(Sender, move |sender| {
        let chunk = chunk.clone();
        async move { Some((Ok::<_, Infallible>(chunk), sender)) }
    }))
}

/// Waits for something that happens in the background.
pub(crate) async fn eventually<F: Future<Output = bool>>(happened: impl Fn() -> F) {
    let limit = Duration::from_mins(1);
    let waiting = async {
        while !happened().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(limit, waiting).await.expect("it never happened");
}
