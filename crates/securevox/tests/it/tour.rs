//! The tour of README, taken: what is printed there to be copied works.

use std::{fs, path::Path};

use crate::platform::{SECUREVOX, Site, run};

const HEADING: &str = "## A tour in five minutes";

/// The blocks of shell in one section of the README, in their order.
fn tour(readme: &str) -> String {
    let section = readme.split_once(HEADING).expect("README has a tour").1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```sh\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn the_tour_of_the_readme_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut script = tour(&fs::read_to_string(root.join("README.md")).unwrap());
    let site = Site::new();
    let built = Path::new(SECUREVOX).parent().unwrap().to_str().unwrap();
    let ports = [("8080", site.ports.api), ("8083", site.ports.distribution)];
    let ports =
        ports.map(|(usual, ours)| (format!("localhost:{usual}"), format!("localhost:{ours}")));
    let places = [("$PWD/target/debug".to_owned(), built.to_owned())];
    for (theirs, ours) in ports.iter().chain(&places) {
        assert!(script.contains(theirs), "the tour does not name {theirs}");
        script = script.replace(theirs, ours);
    }

    let _platform = site.up();
    let mut shell = site.command("sh", &["-eu", "-c", &script]);
    shell.current_dir(&root).env("TMPDIR", site.data().parent().unwrap());
    let done = run(&mut shell, "");
    let said = format!("{}\n{}", done.stdout, done.stderr);
    assert!(done.status.success(), "{said}");
    let results = [
        r#""platform":"android""#,
        r#""code":"version-differs""#,
        r#""next":null"#,
        "MyApp-downloaded.apk: OK",
        r#""handle":"ada""#,
        r#""refresh_token":""#,
    ];
    for result in results {
        assert!(done.stdout.contains(result), "{result} is not in: {said}");
    }
}
