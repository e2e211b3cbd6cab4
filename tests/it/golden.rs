//! Requests and the exact replies to them: `golden/NAME.http` holds a request, a line of `---`, and
//! the reply. What must have been asked before stands before it, each behind a line of `+++`; `{id}` in a
//! path is then the id in the reply to the first. `UPDATE_GOLDEN=1 cargo test` writes the replies anew; a
//! review reads the difference.

use crate::support::Fake;
use crate::support::json;
use openai_fake::Reply;
use openai_fake::Request;
use std::fmt::Write as _;
use std::path::Path;

const SEPARATOR: &str = "\n---\n";
const NEXT: &str = "\n+++\n";

/// The method, the target, headers, and behind an empty line the body.
fn read_request(text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next().and_then(|line| line.split_once(' ')).expect("a request line");
    let mut request = Request::new(method, target);
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        request.headers.add(name, value);
    }
    request.body = body.as_bytes().to_vec();
    request
}

/// Sends the requests, one after the other, and returns the reply to the last.
fn send(requests: &str) -> Reply {
    let fake = Fake::new();
    let mut requests = requests.split(NEXT);
    let mut reply = fake.send(read_request(requests.next().expect("a request")));
    let mut id = None;
    for text in requests {
        let id = id.get_or_insert_with(|| json(&reply)["id"].as_str().unwrap_or_default().to_owned());
        let mut request = read_request(text);
        request.path = request.path.replace("{id}", id);
        reply = fake.send(request);
    }
    reply
}

/// The status, the headers, and the body; a picture by its digest.
fn print_reply(reply: &Reply) -> String {
    use md5::Digest;
    let mut text = format!("{}\n{}\n", reply.status, reply.head.replace("\r\n", "\n"));
    match std::str::from_utf8(reply.bytes()) {
        Ok(body) => text.push_str(&timeless(body.trim_end_matches('\n'))),
        Err(_) => {
            for byte in md5::Md5::digest(reply.bytes()) {
                let _ = write!(text, "{byte:02x}");
            }
        }
    }
    text.push('\n');
    text
}

/// A body without the times at which requests were captured, which are another each time.
fn timeless(body: &str) -> String {
    let mut pieces = body.split("\"at\":\"");
    let mut text = pieces.next().expect("a beginning").to_owned();
    for piece in pieces {
        text.push_str("\"at\":\"TIME");
        text.push_str(&piece[piece.find('"').expect("an end")..]);
    }
    text
}

#[test]
fn every_reply_is_the_one_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the goldens") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a golden");
        let (request, written) = text.split_once(SEPARATOR).unwrap_or((text.trim_end(), ""));
        let reply = print_reply(&send(request));
        count += 1;
        if update {
            std::fs::write(&path, format!("{request}{SEPARATOR}{reply}")).expect("to write");
        } else if reply != written {
            wrong.push(format!("{}:\n{reply}", path.display()));
        }
    }
    assert!(count >= 20, "only {count} goldens were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
