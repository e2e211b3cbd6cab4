//! Shell commands that cannot run inside a test: what they name is held against this checkout instead.

use openai_fake::Invocation;
use std::path::Path;
use std::process::Command;

/// Whether a script has such a command. It is then not to be run; its syntax and all that is known about
/// its commands have been checked.
pub(crate) fn checked(script: &str) -> bool {
    let mut any = false;
    for command in commands(script) {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        any |= match words[0] {
            // A build takes minutes, and `cargo test` would start this test again.
            "cargo" => cargo(&words[1..]),
            // They need an engine, or to be root, and a base image from the network.
            "docker" | "buildah" | "podman" => engine(&words[1..], script),
            _ => false,
        };
        let in_image = words.iter().position(|word| *word == "/openai-fake");
        let outside = words[0] == "openai-fake" || words[0].ends_with("/openai-fake");
        if let Some(at) = in_image.or(outside.then_some(0)) {
            // A server would never end.
            any |= serves(&words[at + 1..]);
        }
    }
    if any {
        let output = Command::new("sh").args(["-n", "-c", script]).output().expect("sh");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    any
}

/// The words of each command. This is no shell: a separator in quotes is taken for one as well, which
/// gives some commands too many, of programs that nobody knows.
fn commands(script: &str) -> Vec<Vec<String>> {
    let script = script.replace("\\\n", " ");
    let code = script.lines().map(|line| if line.starts_with('#') { "" } else { line });
    let code = code.map(|line| line.split(" #").next().unwrap_or(line));
    let words = code.flat_map(|line| line.split([';', '&', '|', '(', ')'])).map(|command| {
        let before = |word: &&str| word.contains('=') || ["do", "then", "if", "exec"].contains(word);
        let words = command.split_whitespace().skip_while(before);
        words.take_while(|word| !word.contains('>')).map(str::to_owned).collect::<Vec<_>>()
    });
    words.filter(|words| !words.is_empty()).collect()
}

fn cargo(words: &[&str]) -> bool {
    if words == ["static"] {
        // All that follows an alias is told to rustc, `-h` as well.
        let aliases = include_str!("../../../.cargo/config.toml");
        assert!(aliases.contains("\nstatic = \"rustc --release --locked --bin openai-fake -- "), "no alias");
        return true;
    }
    let own = words.split(|word| *word == "--").next().unwrap_or(words);
    let passed_on = words.get(own.len() + 1..).unwrap_or(&[]);
    // With `-h` cargo reads all arguments before it, refuses those that it does not know, and does nothing.
    let output = Command::new(env!("CARGO")).args(own).arg("-h").output().expect("cargo");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));

    let manifest = include_str!("../../../Cargo.toml");
    for pair in own.windows(2).filter(|pair| ["--bin", "--test", "--bench"].contains(&pair[0])) {
        let target = format!("[[{}]]\nname = \"{}\"\n", &pair[0][2..], pair[1]);
        assert!(manifest.contains(&target), "{words:?}: no such target");
    }
    match own[0] {
        "bench" => {
            assert!(manifest.contains("[[bench]]"), "{words:?}: no benchmark");
            let read = include_str!("../../../benches/ratios.rs");
            for flag in passed_on.iter().filter(|word| word.starts_with("--")) {
                assert!(read.contains(&format!("\"{flag}\"")), "{words:?}: the benchmark has no {flag}");
            }
        }
        "run" => assert!(serves(passed_on), "{words:?}: a healthcheck does not need a build"),
        _ => assert!(passed_on.is_empty(), "{words:?}: nothing checks what is behind --"),
    }
    true
}

fn engine(words: &[&str], script: &str) -> bool {
    let after = |flag| words.windows(2).find(|pair| pair[0] == flag).map(|pair| pair[1]);
    match words[0] {
        "build" | "buildx" => {
            let file = after("-f").unwrap_or("Dockerfile");
            let exists = Path::new(env!("CARGO_MANIFEST_DIR")).join(file).exists();
            assert!(exists || script.contains(&format!("> {file}\n")), "{words:?}: no {file}");
        }
        "run" | "from" => {
            // Of the image, or of what it was put into.
            assert!(
                words.iter().any(|word| *word == "openai-fake" || *word == "\"$container\""),
                "{words:?}"
            );
            assert!(after("-p").is_none_or(|ports| ports.ends_with(":4747")), "{words:?}: not its port");
        }
        "stop" => assert!(script.contains(&format!("--name {} ", words[1])), "{words:?}: no such name"),
        "mount" => {}
        _ => panic!("{words:?}: nothing checks this command"),
    }
    true
}

fn serves(arguments: &[&str]) -> bool {
    let invocation = openai_fake::command(arguments.iter().map(Into::into).collect(), &|_| None);
    matches!(invocation.unwrap_or_else(|why| panic!("{arguments:?}: {why}")), Invocation::Serve(_))
}
