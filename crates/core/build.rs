//! Rebuilds the crate when a migration is added: `sqlx::migrate!` embeds them.

#![expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
