//! A child process that does not outlive us, and whose death is noticed at once.
//!
//! The kernel's parent-death signal fires when the *thread* that spawned the child ends, not only the process. So each
//! child has a thread of its own that spawns it, waits for it, and ends after it: callers may come from any thread.

use std::{
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, mpsc},
    thread,
    time::Duration,
};

/// Runs after the parent-death signal was asked for: had the parent died before that, nobody would tell the child.
const UNLESS_ORPHANED: &str = r#"[ "$PPID" = "$1" ] || exit 1; shift; exec "$@""#;

pub(crate) struct Child {
    pid: u32,
    fate: Arc<Fate>,
}

struct Fate {
    end: Mutex<Option<End>>,
    changed: Condvar,
}

/// How it ended; `None` where the kernel would not say.
pub(crate) type End = Option<ExitStatus>;

#[derive(Clone, Copy)]
pub(crate) enum Signal {
    Int,
    Quit,
    Kill,
}

impl Child {
    pub(crate) fn spawn(name: &str, command: Command) -> io::Result<Self> {
        let fate = Arc::new(Fate { end: Mutex::new(None), changed: Condvar::new() });
        let (report, reported) = mpsc::channel();
        let told = Arc::clone(&fate);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || keep(command, &report, &told))?;
        let pid = reported.recv().expect("the thread reports before it ends")?;
        Ok(Self { pid, fate })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn ended(&self) -> Option<End> {
        *self.fate.end.lock().expect("nobody panics while holding it")
    }

    pub(crate) fn wait(&self) -> End {
        let end = self.fate.end.lock().expect("nobody panics while holding it");
        let end = self.fate.changed.wait_while(end, |end| end.is_none());
        end.expect("nobody panics while holding it").expect("waited while it was none")
    }

    /// `None` when it still lives after `limit`.
    pub(crate) fn wait_for(&self, limit: Duration) -> Option<End> {
        let end = self.fate.end.lock().expect("nobody panics while holding it");
        let waited = self.fate.changed.wait_timeout_while(end, limit, |end| end.is_none());
        *waited.expect("nobody panics while holding it").0
    }

    pub(crate) fn signal(&self, signal: Signal) {
        if self.ended().is_none() {
            send(signal, self.pid);
        }
    }
}

fn keep(mut command: Command, report: &mpsc::Sender<io::Result<u32>>, fate: &Fate) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return report.send(Err(error)).unwrap_or_default(),
    };
    report.send(Ok(child.id())).unwrap_or_default();
    let end = child.wait().ok();
    *fate.end.lock().expect("nobody panics while holding it") = Some(end);
    fate.changed.notify_all();
}

/// A command whose process gets SIGINT when we die, in a process group of its own: Ctrl-C is for us alone.
///
/// Without util-linux' `setpriv` it is the bare program; then an orphan may survive a `kill -9`.
pub(crate) fn tethered(program: &Path) -> Command {
    let mut command = if can_tether() {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT", "--", "sh", "-c", UNLESS_ORPHANED, "sh"]);
        command.arg(std::process::id().to_string()).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.process_group(0).stdin(Stdio::null());
    command
}

fn can_tether() -> bool {
    succeeds(Command::new("setpriv").args(["--pdeathsig", "INT", "--", "true"]))
}

/// The shell's own `kill`: std can send only SIGKILL, and a minimal Debian has no program of that name.
pub(crate) fn send(signal: Signal, pid: u32) {
    let name = match signal {
        Signal::Int => "INT",
        Signal::Quit => "QUIT",
        Signal::Kill => "KILL",
    };
    succeeds(Command::new("sh").args(["-c", r#"kill -s "$1" "$2""#, "sh", name, &pid.to_string()]));
}

/// Runs it in silence.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Child {
        let mut command = tethered(Path::new("sh"));
        command.args(["-c", script]);
        Child::spawn("test", command).unwrap()
    }

    #[test]
    fn its_end_is_known() {
        let child = shell("exit 3");
        assert_eq!(child.wait().unwrap().code(), Some(3));
        assert_eq!(child.ended().unwrap().unwrap().code(), Some(3));
    }

    #[test]
    fn it_outlives_the_thread_that_asked_for_it() {
        let child = thread::spawn(|| shell("sleep 5")).join().unwrap();
        assert!(child.wait_for(Duration::from_millis(300)).is_none());
        child.signal(Signal::Kill);
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn a_program_that_does_not_exist_is_told() {
        assert!(Child::spawn("test", Command::new("/no/such/program")).is_err());
    }
}
