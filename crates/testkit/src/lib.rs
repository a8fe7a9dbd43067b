//! What tests need: a house to run services in, people, forms, answers, and bare connections.
//!
//! Services are real, on a real database of the test's own; nothing here stands in for them.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod answer;
mod ask;
mod browser;
mod bucket;
mod form;
mod github;
mod house;
mod needs;
mod node;
mod openid;
mod person;
mod redis;
mod smtp;
mod wire;

pub use answer::Answer;
pub use ask::Ask;
pub use browser::Browser;
pub use bucket::{Bucket, Published};
pub use form::Form;
pub use github::{Comment, GitHub};
pub use house::{House, Serving, Variables};
pub use needs::lacks;
pub use node::Script;
pub use openid::OpenId;
pub use person::{Person, call};
pub use redis::{Redis, RedisCluster};
pub use smtp::{Arrived, Smtp};
pub use wire::Wire;
