//! Runs the command in a folder of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with room for scenarios and reports.
pub(crate) struct Bench {
    folder: TempDir,
}

/// A run that takes about five seconds and in which nothing goes wrong by chance.
pub(crate) const SMALL: &str = r#"
about = "A few codes, quickly."
seed  = 3
[traffic]
phases = [{ for = "2s", rate = "60/s" }]
[recipients]
offline         = { share = "20 %", back-after = { median = "30s", p99 = "5min" } }
not-on-whatsapp = "10 %"
[template]
ttl = "30s"
[meta]
review    = { takes = "200ms", outcome = "approved" }
sent      = { median = "20ms", p99 = "60ms" }
delivered = { median = "100ms", p99 = "400ms" }
read      = { share = "65 %", median = "200ms", p99 = "500ms" }
failed    = { median = "200ms", p99 = "500ms" }
[users]
typing   = { median = "200ms", p99 = "600ms" }
autofill = { median = "100ms", p99 = "300ms" }
[budgets]
delivered = ">= 50 %"
"#;

/// The same without phones that are off, so that it ends soon.
pub(crate) fn brief() -> String {
    let offline = SMALL.lines().find(|line| line.starts_with("offline")).unwrap();
    SMALL.replace(offline, "")
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a scenario and gives its path.
    pub(crate) fn scenario(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(&format!("{name}.toml"));
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The command, to be started in this folder.
    pub(crate) fn command(&self, args: &[&dyn AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otpbench"));
        command.args(args.iter().map(|arg| arg.as_ref())).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn otpbench(&self, args: &[&dyn AsRef<OsStr>]) -> Output {
        self.command(args).output().unwrap()
    }

    pub(crate) fn start(&self, args: &[&dyn AsRef<OsStr>]) -> Child {
        self.command(args).spawn().unwrap()
    }

    /// The folders of runs under `reports`, oldest first.
    pub(crate) fn runs(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.path("reports")) else { return Vec::new() };
        let mut runs: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        runs.sort();
        runs
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
pub(crate) fn check_exit(output: &Output, expected: i32) {
    assert_eq!(output.status.code(), Some(expected), "{}\n{}", stdout(output), stderr(output));
}

/// Checks how a real run ended, where a busy machine may have made it late, and so invalid.
#[track_caller]
pub(crate) fn check_exit_or_late(output: &Output, expected: i32) {
    let is_late = output.status.code() == Some(98) && stdout(output).contains("lateness p99 is above");
    if !is_late {
        check_exit(output, expected);
    }
}

/// A file of a run, whole.
pub(crate) fn bytes(run: &Path, name: &str) -> Vec<u8> {
    std::fs::read(run.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
