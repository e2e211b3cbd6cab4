//! The schemas in `shapes/`, compiled once.

use boon::Compiler;
use boon::SchemaIndex;
use boon::Schemas;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

struct Shapes {
    schemas: Schemas,
    by_name: BTreeMap<String, SchemaIndex>,
    sources: BTreeMap<String, Value>,
}

fn compiled() -> &'static Shapes {
    static SHAPES: OnceLock<Shapes> = OnceLock::new();
    SHAPES.get_or_init(|| {
        let sources = sources();
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        for (name, source) in &sources {
            compiler.add_resource(&url(name), source.clone()).expect("a new name");
        }
        let compile = |name: &String| match compiler.compile(&url(name), &mut schemas) {
            Ok(index) => (name.clone(), index),
            Err(error) => panic!("{name}: {error:#}"),
        };
        let by_name = sources.keys().map(compile).collect();
        Shapes { schemas, by_name, sources }
    })
}

fn url(name: &str) -> String {
    format!("file:///{name}.json")
}

fn sources() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/shapes");
    let mut sources = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the shapes") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read(&path).expect("a shape");
        let source =
            serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        sources.insert(path.file_stem().expect("a name").to_string_lossy().into_owned(), source);
    }
    sources
}

/// Each shape's name and its own examples.
pub(super) fn examples() -> impl Iterator<Item = (&'static str, &'static [Value])> {
    let of = |source: &'static Value| source["examples"].as_array().map_or(&[][..], Vec::as_slice);
    compiled().sources.iter().map(move |(name, source)| (name.as_str(), of(source)))
}

/// Says where and why an instance has not the shape.
pub(super) fn check(name: &str, instance: &Value) -> Result<(), String> {
    let shapes = compiled();
    let index = shapes.by_name.get(name).unwrap_or_else(|| panic!("there is no shape {name}"));
    shapes.schemas.validate(instance, *index).map_err(|error| format!("{error}\nin {instance}"))
}
