//! One target under libFuzzer, which `SECUREVOX_FUZZ` names; `SECUREVOX_FUZZ_SEEDS` names a folder
//! to write the first inputs of all targets into, and no more.
#![no_main]

use std::{env, fs, io, path::Path, process, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use securevox_fuzz::{TARGETS, Target};

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = env::var("SECUREVOX_FUZZ").unwrap_or_default();
    TARGETS.iter().find(|target| target.name == name).expect("SECUREVOX_FUZZ names a target")
});

fuzz_target!(
    init: {
        if let Some(folder) = env::var_os("SECUREVOX_FUZZ_SEEDS") {
            write_seeds(Path::new(&folder)).expect("the folder can be written");
            process::exit(0);
        }
    },
    |bytes: &[u8]| TARGET.run(bytes)
);

fn write_seeds(folder: &Path) -> io::Result<()> {
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in target.seeds().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}
