//! docs/faults.md has what the tables have, in the same words.

use openai_fake::declared;

#[test]
fn the_page_has_every_fault_and_every_option() {
    let page = include_str!("../../../docs/faults.md");
    let row = |form: &str, help: &str| format!("| `{}` | {help} |\n", form.replace('|', "\\|"));
    let faults: String = declared::fault_rows().iter().map(|fault| row(&fault.form, fault.help)).collect();
    assert!(page.contains(&faults), "docs/faults.md wants these rows:\n{faults}");
    let options: String = declared::fault_options().iter().map(|(form, help)| row(form, help)).collect();
    assert!(page.contains(&options), "docs/faults.md wants these rows:\n{options}");
}
