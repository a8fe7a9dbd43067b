//! Who begins a conversation with one copy of signalling goes on with it.

use std::collections::BTreeSet;

use crate::edge::Edge;

const PATH: &str = "/v1/openapi.json";

pub(crate) async fn signalling_stays_with_one_copy(edge: &Edge) {
    let first = cookie(edge, None).await.expect("a newcomer is given one");
    for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
        assert!(first.contains(attribute), "{first}");
    }
    let first = first.split(';').next().unwrap().to_owned();
    for _ in 0..10 {
        assert_eq!(cookie(edge, Some(&first)).await, None, "somebody else answered");
    }
    // Newcomers come to both.
    let mut seen = BTreeSet::new();
    for _ in 0..10 {
        let given = cookie(edge, None).await.unwrap();
        seen.insert(given.split(';').next().unwrap().to_owned());
    }
    assert!(seen.len() == 2 && seen.contains(&first), "{seen:?}");
}

/// The cookie that an answer sets: one for each copy.
async fn cookie(edge: &Edge, kept: Option<&str>) -> Option<String> {
    let mut asked = edge.client().get(edge.at("calls.", PATH));
    if let Some(kept) = kept {
        asked = asked.header("cookie", kept);
    }
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.headers().get("set-cookie").map(|value| value.to_str().unwrap().to_owned())
}
