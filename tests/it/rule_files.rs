//! Files of rules: what of them is read, what is said of wrong ones, and when they are read again.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::ask;
use crate::support::command;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

/// A folder of a test's own; the name is the test's.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn with(self, file: &str, text: impl AsRef<[u8]>) -> Folder {
        self.write(file, text);
        self
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file whose one rule always says this.
fn says(text: &str) -> String {
    format!(r#"{{"rules": [{{"match": {{}}, "answer": {{"text": "{text}"}}}}]}}"#)
}

/// What is said to a hello.
fn said(address: SocketAddr) -> String {
    let reply = Client::connect(address).ask("POST", "/v1/chat/completions", CHAT).json();
    reply["choices"][0]["message"]["content"].as_str().expect("a text").to_owned()
}

/// The exit code of `check`, and what it prints, with the folder's own path left out.
fn check(folder: &Folder, paths: &[&str]) -> (i32, String) {
    let mut command = command();
    command.arg("check").args(paths.iter().map(|path| folder.path(path)));
    let output = command.output().expect("the binary");
    let printed = [output.stdout, output.stderr].concat();
    let folder = format!("{}{}", folder.0.display(), std::path::MAIN_SEPARATOR);
    let printed = String::from_utf8(printed).expect("UTF-8").replace(&folder, "");
    (output.status.code().expect("a code"), printed)
}

#[test]
fn what_is_read() {
    let yaml = "rules:\n- match: {}\n  answer:\n    text: Hello\n";
    let aimock =
        r#"{"fixtures": [{"match": {"userMessage": "a"}, "response": {"content": "b", "cost": 1}}]}"#;
    let image = r#"{"rules": [{"match": {}, "answer": {"image": {"file": "../../dot.png"}}}]}"#;
    let folder = Folder::new("what_is_read")
        .with("one.json", says("one"))
        .with("marked.json", format!("\u{feff}{}", says("one")))
        .with("plain.txt", says("one"))
        .with("plain", yaml)
        .with("empty/notes.md", "no rules")
        .with("dot.png", b"a picture")
        .with("all/b.yaml", yaml)
        .with("all/c.yml", yaml)
        .with("all/d.json", aimock)
        .with("all/a/z.JSON", image)
        .with("all/.hidden.json", "wrong")
        .with("all/.git/a.json", "wrong")
        .with("all/notes.md", "wrong");
    let all = "all/a/z.JSON: 1 rule\nall/b.yaml: 1 rule\nall/c.yml: 1 rule\nall/d.json: 1 rule\nall/d.json: fixtures[0]: cost is not known of a text or a call, and passed over\n";
    for (paths, told) in [
        (&["one.json"][..], "one.json: 1 rule\n"),
        (&["marked.json"], "marked.json: 1 rule\n"),
        (&["plain.txt", "plain"], "plain.txt: 1 rule\nplain: 1 rule\n"),
        (&["all"], all),
        // Once is enough.
        (&["all", "all/b.yaml", "all"], all),
    ] {
        assert_eq!(check(&folder, paths), (0, told.to_owned()), "{paths:?}");
    }
}

#[test]
fn what_is_wrong_has_a_place() {
    let rule = |rule: &str| format!("{{\"rules\": [\n{rule}\n]}}");
    for (file, text, told) in [
        ("a.json", rule("{}"), "a.json:2: /rules/0: 'match' is missing"),
        (
            "a.json",
            rule(r#"{"match": {"usr": "a"}, "answer": {"text": "b"}}"#),
            "a.json:2: /rules/0/match/usr: unknown key 'usr'; did you mean 'user'?",
        ),
        (
            "a.yaml",
            "rules:\n- match:\n    usr: a\n  answer: {text: b}".to_owned(),
            "a.yaml:3: /rules/0/match/usr: unknown key 'usr'; did you mean 'user'?",
        ),
        ("a.json", "{\n\"rules\": [}".to_owned(), "a.json:2: no JSON: expected value (column 11)"),
        (
            "a.json",
            rule(r#"{"match": {}, "match": {}}"#),
            "a.json:2: no JSON: the key 'match' is there twice (column 21)",
        ),
        ("a", "{\n\"rules\": [}".to_owned(), "a:2: no JSON: expected value (column 11)"),
        ("a.json", String::new(), "a.json:1: no JSON: EOF while parsing a value (column 0)"),
        ("a.json", "[]".to_owned(), "a.json:1: expected an object, got a list"),
        (
            "a.json",
            rule(r#"{"match": {}, "answer": {"image": {"file": "b.png"}}}"#),
            "a.json:2: /rules/0/answer/image: b.png: there is no such file or folder",
        ),
        (
            "a.json",
            "{\"fixtures\": [\n{\"match\": {\"userMesage\": \"a\"}, \"response\": {\"content\": \"b\"}}]}"
                .to_owned(),
            "a.json:2: /fixtures/0/match/userMesage: ",
        ),
    ] {
        let folder = Folder::new("what_is_wrong").with(file, &text);
        let (code, printed) = check(&folder, &[file]);
        assert_eq!(code, 1, "{printed}");
        assert!(printed.starts_with(told), "{printed}");
    }
    let folder =
        Folder::new("what_is_wrong").with("empty/notes.md", "").with("a.json", b"\xff").with("b/c.json", "1");
    for (path, told) in [
        ("empty", "empty: no file in this folder ends in .json, .yaml or .yml\n"),
        ("none.json", "none.json: there is no such file or folder\n"),
        ("a.json", "a.json: this is no UTF-8\n"),
        ("b", "b/c.json:1: expected an object, got a number\n"),
    ] {
        assert_eq!(check(&folder, &[path]), (1, told.to_owned()));
    }
}

#[test]
fn settings_of_aimock_are_passed_over_in_a_folder_alone() {
    let fixture = r#"{"fixtures": [{"match": {}, "response": {"content": "x", "cost": 1}}]}"#;
    let folder =
        Folder::new("settings_of_aimock").with("f/a.json", fixture).with("f/b.json", r#"{"llm": {}}"#);
    let told = "f/a.json: 1 rule\nf/b.json: 0 rules\nf/a.json: fixtures[0]: cost is not known of a text or a call, and passed over\n\
        f/b.json: settings of aimock and no rules: passed over\n";
    assert_eq!(check(&folder, &["f"]), (0, told.to_owned()));
    assert_eq!(check(&folder, &["f/b.json"]).0, 1);
}

#[test]
fn all_that_is_wrong_is_told_and_nothing_is_served() {
    let folder =
        Folder::new("nothing_is_served").with("a.json", "1").with("b.json", says("b")).with("c.json", "2");
    let output = command().args(["0", "--rules"]).arg(&folder.0).output().expect("the binary");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(output.stdout.is_empty());
    let places: Vec<String> = ["a.json:1: ", "c.json:1: "]
        .map(|file| format!("openai-fake: {}", folder.path(file).display()))
        .to_vec();
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.lines().zip(&places).all(|(line, place)| line.starts_with(place)), "{told}");
    let config =
        Config { port: 0, rules: vec![folder.path("b.json"), folder.path("a.json")], ..Config::default() };
    let error = OpenaiServer::with(config).start().expect_err("a wrong file");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("a.json:1: "), "{error}");
}

#[test]
fn a_server_in_a_test_reads_files_too() {
    let folder = Folder::new("a_server_in_a_test").with("a.json", says("one")).with("b.json", says("none"));
    let rules = vec![folder.path("a.json"), folder.path("b.json")];
    let mut server = OpenaiServer::with(Config { port: 0, rules, ..Config::default() });
    server.start().expect("to start");
    assert_eq!(said(server.address()), "one");
    folder.write("a.json", says("two"));
    assert_eq!(server.reload(), Ok(2));
    assert_eq!(said(server.address()), "two");
    folder.write("a.json", "{");
    let told = server.reload().expect_err("a wrong file");
    assert!(told.contains("a.json:1: "), "{told}");
    assert_eq!(said(server.address()), "two");
    let problems = || ask(&server, "GET", "/__parlel/rules", "").json()["problems"].clone();
    assert_eq!(problems(), serde_json::json!([told]));
    folder.write("a.json", says("two"));
    assert_eq!(server.reload(), Ok(2));
    assert_eq!(problems(), serde_json::json!([]));
    folder.write("a.json", "{");
    // Files are not what a test has said: reset leaves them.
    assert_eq!(ask(&server, "POST", "/__parlel/reset", "").status, 200);
    assert_eq!(said(server.address()), "two");
    server.stop();
    server.start().expect_err("the file is wrong");
    folder.write("a.json", says("three"));
    server.start().expect("to start again");
    assert_eq!(said(server.address()), "three");
}

#[cfg(unix)]
mod read_again {
    use super::*;
    use crate::support::Started;
    use std::io::BufRead;
    use std::io::BufReader;
    use std::process::ChildStderr;
    use std::process::Command;
    use std::process::Stdio;

    /// A server with the rules of a folder, and what it tells.
    struct Running {
        started: Started,
        told: BufReader<ChildStderr>,
        folder: Folder,
    }

    impl Running {
        fn of(folder: Folder, set: impl FnOnce(&mut Command) -> &mut Command) -> Running {
            let mut started = Started::with(|command| {
                set(command.args(["0", "--rules"]).arg(&folder.0).stderr(Stdio::piped()))
            });
            let told = BufReader::new(started.child.stderr.take().expect("a pipe"));
            Running { started, told, folder }
        }

        /// The next line that it tells, waited for.
        fn next(&mut self) -> String {
            let mut line = String::new();
            self.told.read_line(&mut line).expect("a line");
            line.replace(&format!("{}/", self.folder.0.display()), "").trim_end().to_owned()
        }

        fn said(&self) -> String {
            said(self.started.address())
        }

        /// Has a file changed, and has it read again by `ask`.
        #[track_caller]
        fn change(&mut self, file: &str, text: &str, ask: fn(&Started), told: &[&str]) {
            self.folder.write(file, text);
            ask(&self.started);
            for line in told {
                assert_eq!(self.next(), format!("openai-fake: {line}"));
            }
        }

        fn changes(mut self, ask: fn(&Started)) {
            assert_eq!(self.said(), "one");
            self.change("a.json", &says("two"), ask, &["1 rule read again"]);
            assert_eq!(self.said(), "two");
            let wrong = ["a.json:1: 'rules' is missing", "the rules stay as they were"];
            self.change("a.json", "{}", ask, &wrong);
            assert_eq!(self.said(), "two");
            self.change("a.json", &says("three"), ask, &["1 rule read again"]);
            assert_eq!(self.said(), "three");
            self.change(
                "0/new.yaml",
                "rules: [{match: {}, answer: {text: four}}]",
                ask,
                &["2 rules read again"],
            );
            assert_eq!(self.said(), "four");
            self.started.signal("TERM");
            assert_eq!(self.started.child.wait().expect("its end").code(), Some(0));
        }
    }

    #[test]
    fn when_it_is_told_to() {
        let folder = Folder::new("when_it_is_told_to").with("a.json", says("one"));
        Running::of(folder, |command| command).changes(|started| started.signal("HUP"));
    }

    #[test]
    fn when_they_change() {
        let folder = Folder::new("when_they_change").with("a.json", says("one"));
        Running::of(folder, |command| command.arg("--watch")).changes(|_| ());
    }

    #[test]
    fn when_a_file_that_they_name_changes() {
        let rules = r#"{"rules": [{"match": {}, "answer": {"image": {"file": "dot.png"}}}]}"#;
        let folder =
            Folder::new("when_a_named_file_changes").with("a.json", rules).with("dot.png", "a picture");
        let mut running = Running::of(folder, |command| command.arg("--watch"));
        std::fs::remove_file(running.folder.path("dot.png")).expect("a file");
        assert!(running.next().contains("dot.png: there is no such file"));
        assert_eq!(running.next(), "openai-fake: the rules stay as they were");
        running.folder.write("dot.png", "a picture");
        assert_eq!(running.next(), "openai-fake: 1 rule read again");
    }

    #[test]
    fn and_without_rules_a_hangup_is_the_end() {
        let mut started = Started::with(|command| command.arg("0"));
        started.signal("HUP");
        assert_eq!(started.child.wait().expect("its end").code(), Some(0));
    }
}
