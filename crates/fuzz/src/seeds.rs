//! Good inputs, from which libFuzzer makes bad ones.

use crate::{
    fixtures::{
        BUNDLE, CGBI, DRAWN, LOOPED, PROFILES, SERVICE, SIGNED, SIGNED_V1, SIMULATOR, executable,
        info, info_plist, small_icon,
    },
    package::{Frame, block, pack, unpack},
};

/// Whole packages of these kinds.
pub(crate) fn packages(kinds: &[&str]) -> Vec<Vec<u8>> {
    let mut packages = Vec::new();
    if kinds.contains(&"apk") {
        packages.extend([DRAWN, LOOPED].iter().chain(&SIGNED).map(|bytes| bytes.to_vec()));
    }
    if kinds.contains(&"aab") {
        packages.push(BUNDLE.to_vec());
    }
    if kinds.contains(&"ipa") {
        packages.push(SIMULATOR.to_vec());
        let app = Frame::Profile.package();
        packages.push(pack(app.iter().map(|(name, content)| (name.as_str(), content.as_slice()))));
    }
    packages
}

/// The same file of several packages; the first is the one that the frame goes around.
pub(crate) fn parts(frame: Frame) -> Vec<Vec<u8>> {
    match frame {
        Frame::Profile => PROFILES.map(<[u8]>::to_vec).into(),
        Frame::Executable => PROFILES.map(executable).into(),
        Frame::InfoPlist => {
            let mut xml = Vec::new();
            plist::to_writer_xml(&mut xml, &info()).expect("memory");
            vec![info_plist(), xml]
        }
        Frame::Icon => vec![CGBI.to_vec(), small_icon()],
        Frame::SigningBlock => {
            let signed = SIGNED.iter().filter(|package| **package != SIGNED_V1);
            // DSA stands for v1 too.
            let signed = signed.take(6);
            signed.map(|package| block(package).to_vec()).collect()
        }
        Frame::Drawing => {
            let files = unpack(DRAWN).into_iter().chain(unpack(LOOPED));
            let is_drawing = |name: &str| name.starts_with("res/");
            let mut files: Vec<_> = files.filter(|(name, _)| is_drawing(name)).collect();
            files.sort_by_key(|(name, _)| name != frame.name());
            files.into_iter().map(|(_, content)| content).collect()
        }
        _ => {
            let sources = [DRAWN, BUNDLE, SIGNED_V1, SERVICE, LOOPED];
            let files = sources.into_iter().flat_map(unpack);
            files.filter(|(name, _)| name == frame.name()).map(|(_, content)| content).collect()
        }
    }
}
