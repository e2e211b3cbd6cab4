//! Every fault on a reply of every shape: what it changes, and that it is noted where it changes nothing.

use super::shapes::Outcome;
use super::shapes::SHAPES;
use super::shapes::Shape;
use openai_fake::declared;
use std::collections::BTreeSet;

/// A fault, and a letter for each shape in the order of [`SHAPES`]: `b` where its bytes are others, `p` where it is
/// sent in another way, `e` where there is an error in its place, `-` where nothing is changed and that is noted.
const CASES: &[(&str, &str)] = &[
    ("status=503", "eeeeeeeeeeeee"),
    ("error", "ebebebeebebeb"),
    ("error=1; as=overloaded", "ebebebeebebeb"),
    ("failed", "--bb-----bb--"),
    ("delay=1ms", "ppppppppppppp"),
    ("ttft=1ms", "-p-p-p--p-p-p"),
    ("between=1ms", "-p-p-p--p-p-p"),
    ("tps=50", "-p-p-p--p-p-p"),
    ("gaps=1ms,2ms", "-p-p-p--p-p-p"),
    ("between=1ms; jitter=30", "-p-p-p--p-p-p"),
    ("stall", "ppppppppppppp"),
    ("stall=1; for=1ms", "ppppppppppppp"),
    ("cut=1", "ppppppppppppp"),
    ("cut=1ms", "ppppppppppppp"),
    ("truncate=1", "ppppppppppppp"),
    ("reset=1", "ppppppppppppp"),
    ("close", "ppppppppppppp"),
    ("short", "p-p-p-pp-p-p-"),
    ("split=7", "ppppppppppppp"),
    ("bad_json", "ppppppppppppp"),
    ("bad_utf8", "ppppppppppppp"),
    ("comment=1", "-b-b-b--b-b-b"),
    ("crlf", "-b-b-b--b-b-b"),
    ("duplicate=1", "-b-b-b--b-b-b"),
    ("omit=1", "-b-b-b--b-b-b"),
    ("swap=1", "-b-b-b--b-b-b"),
    ("unknown=1", "-b-b-b--b-b-b"),
    ("empty_choices=1", "-b---b--b---b"),
    ("no_done", "-b---b--b---b"),
    ("no_finish", "bb-bbb-bb-bbb"),
    ("no_usage", "bbbbbbbb-bbb-"),
    ("late_name", "--------b-b-b"),
    ("args_whole", "--------b-b-b"),
    ("args_chars", "--------b-b-b"),
    ("args_escape", "-------bbbbbb"),
    ("args_broken", "-------bbbbbb"),
    ("args_null", "-------bbbbbb"),
    ("args_none", "-------bbbbbb"),
    ("interleave", "--------b-b--"),
    ("index_gap", "--------b-b--"),
    ("same_ids", "-------bbbb--"),
    ("unknown_tool", "-------bbbbbb"),
    ("duplicate=999", "-------------"),
    ("cut=999", "p-p-p-pp-p-p-"),
    ("stall=99999b", "-------------"),
];

fn letter(shape: Shape, faults: &str, plain: &Outcome) -> char {
    let Outcome { reply, fault, .. } = &shape.with(faults);
    let outcome = shape.with(faults);
    assert_eq!((reply.bytes(), fault), (outcome.reply.bytes(), &faults.into()), "{faults}: the same again");
    let has_other_bytes = reply.bytes() != plain.reply.bytes();
    match reply.status {
        400.. => 'e',
        _ if outcome.is_idle() => {
            assert!(!has_other_bytes, "{}: {faults} is noted to change nothing, and does", shape.name);
            '-'
        }
        _ if has_other_bytes => 'b',
        _ if reply.play != plain.reply.play => 'p',
        _ => panic!("{}: {faults} changes nothing, and nothing is noted", shape.name),
    }
}

#[test]
fn every_fault_strikes_every_shape_of_reply() {
    let plain = SHAPES.map(|shape| shape.with(""));
    assert!(plain.iter().all(|outcome| outcome.reply.status == 200 && outcome.notes.is_empty()));
    let told = |(faults, _): &(&str, &str)| -> String {
        SHAPES.iter().zip(&plain).map(|(shape, plain)| letter(*shape, faults, plain)).collect()
    };
    let wrong: Vec<String> = CASES
        .iter()
        .map(|case| (case, told(case)))
        .filter(|((_, expected), told)| expected != told)
        .map(|((faults, _), told)| format!("    (\"{faults}\", \"{told}\"),"))
        .collect();
    assert!(wrong.is_empty(), "it is\n{}", wrong.join("\n"));
}

#[test]
fn every_fault_has_a_case() {
    let names = |faults: &str| -> Vec<String> {
        faults.split("; ").filter_map(|fault| fault.split('=').next()).map(str::to_owned).collect()
    };
    let cases: BTreeSet<String> = CASES.iter().flat_map(|(faults, _)| names(faults)).collect();
    let rows = declared::fault_rows();
    for row in &rows {
        assert!(cases.contains(row.name), "matrix.rs has no case of '{}'", row.name);
        for behind in row.behind {
            assert!(rows.iter().any(|row| row.name == *behind), "there is no '{behind}'");
        }
    }
    let listed = openai_fake::fault_list();
    for row in rows {
        assert!(listed.contains(&format!("  {} ", row.form)) && listed.contains(row.help), "{}", row.name);
    }
    for (form, help) in declared::fault_options() {
        assert!(listed.contains(&form) && listed.contains(help), "{form}");
    }
}
