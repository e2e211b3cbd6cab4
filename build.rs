//! Writes the read-only tables of the tokenizer, so that the program has nothing to build when it
//! starts. `src/tokens/layout.rs` says what is in them.

#[path = "build/classes.rs"]
mod classes;
#[path = "src/tokens/layout.rs"]
mod layout;
#[path = "build/merges.rs"]
mod merges;
#[path = "build/words.rs"]
mod words;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    for path in ["build.rs", "build", "src/tokens/layout.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo did not say where to write")?);
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes);

    // With six entries to a bucket: fewer would take more room, more would take longer to look through.
    let encodings = [("o200k", tiktoken_rs::o200k_base()?, 15), ("cl100k", tiktoken_rs::cl100k_base()?, 14)];
    for (name, encoding, bucket_bits) in encodings {
        let tokens = merges::tokens(&encoding);
        let table = merges::table(&tokens, bucket_bits)?;
        write(&format!("{name}.alphabet"), tokens[..layout::BYTES as usize].concat())?;
        write(&format!("{name}.merges"), table.merges)?;
        write(&format!("{name}.buckets"), table.buckets)?;
        write(&format!("{name}.back"), table.back)?;
        write(&format!("{name}.words"), words::table(&tokens))?;
    }
    write("classes", classes::table()?)?;
    Ok(())
}
