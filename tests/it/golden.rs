//! Requests and the exact replies to them: `golden/NAME.http` holds a request, a line of `---`, and
//! the reply. What must have been asked before stands before it, each behind a line of `+++`.
//! `UPDATE_GOLDEN=1 cargo test` writes the replies anew; a review reads the difference.

use crate::support::Fake;
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

/// The status, the headers, and the body; a picture by its digest. Of the last request.
fn print_reply(requests: &str) -> String {
    use md5::Digest;
    let fake = Fake::new();
    let replies = requests.split(NEXT).map(|request| fake.send(read_request(request)));
    let reply = replies.last().expect("a reply");
    let mut text = format!("{}\n{}\n", reply.status, reply.head.replace("\r\n", "\n"));
    match std::str::from_utf8(reply.bytes()) {
        Ok(body) => text.push_str(body.trim_end_matches('\n')),
        Err(_) => {
            for byte in md5::Md5::digest(reply.bytes()) {
                let _ = write!(text, "{byte:02x}");
            }
        }
    }
    text.push('\n');
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
        let reply = print_reply(request);
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
