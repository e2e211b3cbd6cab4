//! The files of rules of a server: reads them at its start, when it is told to, and when they change. Never knows
//! what they say.

use crate::rules;
use crate::server::halt::Halt;
use crate::server::handover::Aside;
use crate::server::report::report;
use crate::state::State;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::SystemTime;

/// How often files are looked at. Who changes them waits for two rounds at most, and for the reading.
const ROUND: Duration = Duration::from_millis(200);

/// How files look: when each was changed, and how large it is; nothing where it is not there.
type Look = BTreeMap<PathBuf, Option<(Option<SystemTime>, u64)>>;

/// The files of rules of one server.
#[derive(Default)]
pub(super) struct RuleFiles {
    /// How they looked just before they were read last. Held while they are read, so that what was read last is
    /// what is in force.
    seen: Mutex<Look>,
}

impl RuleFiles {
    /// Reads the files, puts their rules in the place of those that are there, and tells how many there are.
    /// Where something is wrong it tells all of that, and the rules stay as they are.
    pub(super) fn load(&self, state: &State) -> Result<usize, String> {
        let paths = &state.config.rules;
        let mut seen = self.seen();
        *seen = look(rules::find_files(paths).0);
        let loaded = rules::load_files(paths);
        seen.extend(look(loaded.named));
        if !loaded.problems.is_empty() {
            let lines: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
            state.rules.set_files(Err(loaded.problems));
            return Err(lines.join("\n"));
        }
        loaded.notes.iter().for_each(report);
        let count = loaded.rules.len();
        state.rules.set_files(Ok(loaded.rules));
        Ok(count)
    }

    /// The same while the server runs: says on standard error what came of it.
    pub(super) fn reload(&self, state: &State) -> Result<usize, String> {
        let read = self.load(state);
        match &read {
            Ok(count) => report(format_args!("{} read again", rules::counted(*count))),
            Err(problems) => {
                problems.lines().for_each(report);
                report("the rules stay as they were");
            }
        }
        read
    }

    /// Reads them again whenever they have changed, until the server ends.
    pub(super) fn watch(&self, state: &State, halt: &Halt, aside: &Aside) {
        let mut changed = None;
        while halt.pause(aside, ROUND) {
            let seen = self.seen().clone();
            let known = seen.keys().cloned();
            let now = look(rules::find_files(&state.config.rules).0.into_iter().chain(known));
            if now == seen {
                changed = None;
            } else if changed.as_ref() == Some(&now) {
                changed = None;
                let _ = self.reload(state);
            } else {
                // Who writes them may not be done.
                changed = Some(now);
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Look> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn look(files: impl IntoIterator<Item = PathBuf>) -> Look {
    let of_file = |file: PathBuf| {
        let found = file.metadata().ok().map(|found| (found.modified().ok(), found.len()));
        (file, found)
    };
    files.into_iter().map(of_file).collect()
}
