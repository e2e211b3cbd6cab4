//! Ten thousand rules of the kinds that tests have, none of which answers what the benchmark asks.

use std::fs;
use std::path::PathBuf;

/// How many.
pub(crate) const COUNT: usize = 10_000;

/// A file of rules, gone when this is dropped.
pub(crate) struct RulesFile(pub(crate) PathBuf);

impl RulesFile {
    pub(crate) fn write(rules: usize) -> Result<RulesFile, String> {
        let path =
            std::env::temp_dir().join(format!("openai-fake-bench-{}-{rules}.json", std::process::id()));
        let all: Vec<String> = (0..rules).map(rule).collect();
        let text = format!("{{\"rules\":[{}]}}", all.join(",\n"));
        fs::write(&path, text).map_err(|error| format!("write {}: {error}", path.display()))?;
        Ok(RulesFile(path))
    }
}

impl Drop for RulesFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn rule(number: usize) -> String {
    match number % 5 {
        0 => {
            format!(r#"{{"match":{{"user":"question {number} of"}},"answer":{{"text":"Answer {number}"}}}}"#)
        }
        1 => format!(
            r#"{{"match":{{"user":{{"regex":"weather in town {number} on (\\w+)"}},"tool_result":null}},"answer":{{"text":"{{{{match 1}}}}"}}}}"#
        ),
        2 => format!(
            r#"{{"match":{{"model":"gpt-5-{number}"}},"answers":[{{"error":"rate_limit"}},{{"pass":true}}]}}"#
        ),
        3 => format!(
            r#"{{"match":{{"endpoint":"chat","header":{{"x-test":"test {number}"}}}},"answer":{{"text":"x"}}}}"#
        ),
        _ => format!(
            r#"{{"match":{{"system":{{"contains":"You are agent {number}.","fold":true}}}},"answer":{{"text":"x"}}}}"#
        ),
    }
}
