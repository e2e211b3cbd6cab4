//! How curl ends where a reply ends in some way that it should not: it has an exit code for each.

// Elsewhere it may not be there.
#![cfg(unix)]

use crate::support::server;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

/// A fault, and curl's exit codes for a whole reply and for a stream, with how many events of that have come.
const ENDS: &[(&str, i32, i32, usize)] = &[
    // What is not HTTP's is not curl's either.
    ("split=1", 0, 0, EVENTS),
    ("between=1ms", 0, 0, EVENTS),
    ("bad_json=3", 0, 0, EVENTS),
    ("error=3", HTTP_ERROR, 0, 4),
    ("truncate=3", 0, 0, 3),
    ("truncate=120b", 0, 0, 0),
    ("429", HTTP_ERROR, HTTP_ERROR, 0),
    ("502", HTTP_ERROR, HTTP_ERROR, 0),
    ("short", PARTIAL, 0, EVENTS),
    ("short=100", PARTIAL, 0, EVENTS),
    ("cut=3", PARTIAL, PARTIAL, 3),
    ("cut=120b", PARTIAL, PARTIAL, 0),
    ("cut", PARTIAL, PARTIAL, 0),
    ("cut=start", EMPTY_REPLY, EMPTY_REPLY, 0),
    ("close", EMPTY_REPLY, EMPTY_REPLY, 0),
    ("reset=3", RECEIVE_ERROR, RECEIVE_ERROR, 3),
    ("reset", RECEIVE_ERROR, RECEIVE_ERROR, 0),
    ("reset=start", RECEIVE_ERROR, RECEIVE_ERROR, 0),
    ("stall=3", TIMED_OUT, TIMED_OUT, 3),
    ("stall", TIMED_OUT, TIMED_OUT, 0),
    ("delay=1m", TIMED_OUT, TIMED_OUT, 0),
];

/// The events of the stream that is asked for.
const EVENTS: usize = 29;
/// Of curl: transfer closed with outstanding data remaining.
const PARTIAL: i32 = 18;
/// With `--fail`, a status from 400 on.
const HTTP_ERROR: i32 = 22;
const TIMED_OUT: i32 = 28;
const EMPTY_REPLY: i32 = 52;
const RECEIVE_ERROR: i32 = 56;

#[test]
fn each_end_is_the_one_that_is_meant() {
    let server = server();
    let url = format!("{}/v1/chat/completions", server.url());
    let whole = end(curl(&url, "between=1ms", 0, false)).stdout;
    // All at once, so that they wait together.
    let asked: Vec<_> = ENDS
        .iter()
        .flat_map(|row| [(row, false), (row, true)])
        .map(|(row, is_stream)| (row, is_stream, curl(&url, row.0, row.1, is_stream)))
        .collect();
    for (&(fault, code, stream_code, events), is_stream, child) in asked {
        let output = end(child);
        let text = String::from_utf8_lossy(&output.stdout);
        let expected = if is_stream { stream_code } else { code };
        assert_eq!(output.status.code(), Some(expected), "{fault}, a stream: {is_stream}\n{text}");
        if is_stream {
            assert_eq!(text.matches("\n\n").count(), events, "{fault}\n{text}");
        } else if code != HTTP_ERROR {
            assert!(whole.starts_with(&output.stdout), "{fault}\n{text}");
        }
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 1 + 2 * ENDS.len(), "curl asks once");
}

/// Asks for a chat. Where that is to time out it does so soon, and else never.
fn curl(url: &str, fault: &str, code: i32, is_stream: bool) -> Child {
    let body = format!(
        r#"{{"model": "gpt-4o", "stream": {is_stream}, "messages": [{{"role": "user", "content": "Hello"}}]}}"#
    );
    let patience = if code == TIMED_OUT { "1" } else { "60" };
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--no-buffer", "--fail", "--noproxy", "*", "--max-time", patience]);
    curl.args(["--header", &format!("x-parlel-fault: {fault}"), "--header", "authorization: Bearer sk-curl"]);
    curl.args(["--header", "content-type: application/json", "--data", &body, url]);
    curl.stdout(Stdio::piped()).spawn().expect("curl")
}

fn end(child: Child) -> Output {
    child.wait_with_output().expect("an end")
}
