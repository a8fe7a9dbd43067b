//! Programs for Node: clients that nobody here wrote, driven by a few lines beside the test.

use std::{
    env, io,
    io::Write as _,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time,
};

/// How long a script may take to say its next word: Chromium on a busy machine is slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// A script that runs in Node and talks in lines of JSON; it ends when this is dropped.
///
/// It is `CommonJS` (`.cjs`), so that `require` finds the packages of `crates/testkit/node`, which
/// `cargo xtask test` installs, by `NODE_PATH`. Its standard error is that of the test.
#[derive(Debug)]
pub struct Script {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Script {
    /// Starts the script at `path` and tells it `first`; `None`, said aloud, where Node or the
    /// packages are missing.
    pub async fn start(path: impl AsRef<Path>, first: Value) -> Option<Self> {
        if env::var_os("NODE_PATH").is_none() {
            skipped("there is no NODE_PATH with the packages of crates/testkit/node");
            return None;
        }
        let mut command = Command::new("node");
        command.arg(path.as_ref()).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                skipped("there is no `node` in the PATH");
                return None;
            }
            Err(error) => panic!("node: {error}"),
        };
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut script = Self { child, input, output };
        script.say(first).await;
        Some(script)
    }

    /// Tells it something: one line on its standard input.
    pub async fn say(&mut self, word: Value) {
        self.input.write_all(format!("{word}\n").as_bytes()).await.unwrap();
    }

    /// The next thing it says. Fails if it ends, or says nothing for a minute.
    pub async fn said(&mut self) -> Value {
        let line = time::timeout(PATIENCE, self.output.next_line()).await;
        let line = line.expect("the script says nothing").unwrap();
        let line = line.expect("the script ended; what it printed to its standard error tells why");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the script said {line:?}"))
    }

    /// Waits for its end.
    pub async fn ended(mut self) -> ExitStatus {
        drop(self.input);
        time::timeout(PATIENCE, self.child.wait()).await.expect("the script does not end").unwrap()
    }
}

/// Straight to the terminal: what a test that passes prints is not shown.
pub(crate) fn skipped(why: &str) {
    let words = format!("SKIPPED: {why}; `cargo xtask test` installs it\n");
    io::stderr().write_all(words.as_bytes()).unwrap();
}
