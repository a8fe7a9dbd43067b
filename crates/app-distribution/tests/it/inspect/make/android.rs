//! Android's binary manifest and resource table, written from the format's description.

const STRING_POOL: u16 = 0x0001;
const TABLE: u16 = 0x0002;
const XML: u16 = 0x0003;
const RESOURCE_MAP: u16 = 0x0180;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
const NONE: u32 = u32::MAX;

pub(in super::super) const VERSION_CODE: u32 = 0x0101_021b;
pub(in super::super) const VERSION_NAME: u32 = 0x0101_021c;
pub(in super::super) const LABEL: u32 = 0x0101_0001;
pub(in super::super) const MIN_SDK: u32 = 0x0101_020c;
pub(in super::super) const NAME: u32 = 0x0101_0003;
/// `split`, which has no resource id either.
pub(in super::super) const SPLIT: u32 = NONE;

/// A typed value.
#[derive(Clone, Copy)]
pub(in super::super) enum Data {
    Text(&'static str),
    Int(i32),
    Float(f32),
    Reference(u32),
}

/// An attribute, by its resource id; the one without is `package`.
pub(in super::super) type Attribute = (Option<u32>, Data);

/// A manifest to be.
#[derive(Clone)]
pub(in super::super) struct Manifest {
    pub(in super::super) utf16: bool,
    /// Leaves the names of attributes empty, as obfuscators do.
    pub(in super::super) nameless: bool,
    pub(in super::super) root: Vec<Attribute>,
    pub(in super::super) application: Vec<Attribute>,
    pub(in super::super) sdk: Vec<Attribute>,
    pub(in super::super) permissions: Vec<&'static str>,
}

impl Manifest {
    /// Of `com.example.app` 1.2.3 (45), called "Example".
    pub(in super::super) fn example() -> Self {
        Self {
            utf16: false,
            nameless: false,
            root: vec![
                (Some(VERSION_CODE), Data::Int(45)),
                (Some(VERSION_NAME), Data::Text("1.2.3")),
                (None, Data::Text("com.example.app")),
            ],
            application: vec![(Some(LABEL), Data::Text("Example"))],
            sdk: vec![(Some(MIN_SDK), Data::Int(26))],
            permissions: Vec::new(),
        }
    }

    pub(in super::super) fn build(&self) -> Vec<u8> {
        let names = self.permissions.iter().map(|name| (Some(NAME), Data::Text(name)));
        let names: Vec<Attribute> = names.collect();
        let all = [&self.root[..], &self.application, &self.sdk, &names].concat();
        let mut ids: Vec<u32> = all.iter().filter_map(|(id, _)| *id).collect();
        ids.retain(|id| *id != SPLIT);
        ids.dedup();
        let mut strings: Vec<&str> = vec![if self.nameless { "" } else { "attribute" }; ids.len()];
        strings.extend([
            "package",
            "split",
            "manifest",
            "application",
            "uses-sdk",
            "uses-permission",
        ]);
        strings.extend(all.iter().filter_map(|(_, data)| data.text()));
        let map: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
        let index = |text: &str| number(strings.iter().position(|known| *known == text).unwrap());
        let start = |name: &str, attributes: &[Attribute]| {
            let mut body = words(&[NONE, index(name), 0x0014_0014, number(attributes.len()), 0]);
            for (id, data) in attributes {
                let name = match id {
                    Some(SPLIT) => index("split"),
                    Some(id) => number(ids.iter().position(|known| known == id).unwrap()),
                    None => index("package"),
                };
                let raw = data.text().map_or(NONE, index);
                let (kind, value) = data.value(index);
                body.extend(words(&[NONE, name, raw, u32::from(kind) << 24 | 8, value]));
            }
            chunk(START_ELEMENT, &words(&[1, NONE]), &body)
        };
        let end = |name: &str| chunk(END_ELEMENT, &words(&[1, NONE]), &words(&[NONE, index(name)]));
        let permission = |name: &Attribute| {
            let name = std::slice::from_ref(name);
            [start("uses-permission", name), end("uses-permission")].concat()
        };
        let permissions: Vec<u8> = names.iter().flat_map(permission).collect();
        let body = [
            string_pool(&strings, self.utf16),
            chunk(RESOURCE_MAP, &[], &map),
            start("manifest", &self.root),
            start("uses-sdk", &self.sdk),
            end("uses-sdk"),
            start("application", &self.application),
            end("application"),
            permissions,
            end("manifest"),
        ];
        chunk(XML, &[], &body.concat())
    }
}

impl Data {
    fn text(&self) -> Option<&'static str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Type and data, with strings numbered by `index`.
    fn value(self, index: impl Fn(&str) -> u32) -> (u8, u32) {
        match self {
            Self::Text(text) => (0x03, index(text)),
            Self::Int(number) => (0x10, number.cast_unsigned()),
            Self::Float(number) => (0x04, number.to_bits()),
            Self::Reference(id) => (0x01, id),
        }
    }
}

/// One configuration of a type, with its entries.
pub(in super::super) struct Resource {
    pub(in super::super) kind: u8,
    pub(in super::super) language: [u8; 2],
    pub(in super::super) sdk: u16,
    pub(in super::super) layout: Layout,
    pub(in super::super) entries: Vec<(u16, Data)>,
}

/// How a type says where its entries are.
#[derive(Clone, Copy)]
pub(in super::super) enum Layout {
    Plain,
    Sparse,
    Offset16,
    Compact,
}

impl Resource {
    pub(in super::super) fn new(kind: u8, entries: Vec<(u16, Data)>) -> Self {
        Self { kind, language: [0; 2], sdk: 0, layout: Layout::Plain, entries }
    }

    fn build(&self, index: impl Fn(&str) -> u32) -> Vec<u8> {
        let mut data = Vec::new();
        let mut places = Vec::new();
        for (entry, value) in &self.entries {
            places.push((*entry, number(data.len())));
            let (kind, value) = value.value(&index);
            if matches!(self.layout, Layout::Compact) {
                data.extend(words(&[(u32::from(kind) << 8 | 8) << 16, value]));
            } else {
                data.extend(words(&[8, 0, u32::from(kind) << 24 | 8, value]));
            }
        }
        let (flags, count, offsets) = self.offsets(&places);
        let mut header = vec![self.kind, flags, 0, 0];
        let config_len = 64;
        let start = 8 + 12 + config_len + number(offsets.len());
        header.extend(words(&[count, start]));
        let mut config = words(&[config_len]);
        config.resize(64, 0);
        config[8..10].copy_from_slice(&self.language);
        config[24..26].copy_from_slice(&self.sdk.to_le_bytes());
        header.extend(config);
        chunk(TYPE, &header, &[offsets, data].concat())
    }

    fn offsets(&self, places: &[(u16, u32)]) -> (u8, u32, Vec<u8>) {
        let half = |number: u32| u16::try_from(number / 4).unwrap().to_le_bytes();
        if matches!(self.layout, Layout::Sparse) {
            let pair = |(entry, at): &(u16, u32)| [entry.to_le_bytes(), half(*at)].concat();
            return (1, number(places.len()), places.iter().flat_map(pair).collect());
        }
        let count = places.iter().map(|(entry, _)| u32::from(*entry) + 1).max().unwrap_or(0);
        let at = |entry: u32| places.iter().find(|(known, _)| u32::from(*known) == entry);
        if matches!(self.layout, Layout::Offset16) {
            let count = count.next_multiple_of(2);
            let offset = |entry| at(entry).map_or([0xff; 2], |(_, at)| half(*at));
            return (2, count, (0..count).flat_map(offset).collect());
        }
        let offset = |entry| at(entry).map_or(NONE, |(_, at)| *at).to_le_bytes();
        (0, count, (0..count).flat_map(offset).collect())
    }
}

/// A resource table of one package, 0x7f.
pub(in super::super) struct Table {
    pub(in super::super) utf16: bool,
    pub(in super::super) resources: Vec<Resource>,
}

impl Table {
    pub(in super::super) fn build(&self) -> Vec<u8> {
        let values = self.resources.iter().flat_map(|resource| &resource.entries);
        let strings: Vec<&str> = values.filter_map(|(_, data)| data.text()).collect();
        let index = |text: &str| number(strings.iter().position(|known| *known == text).unwrap());
        let mut header = words(&[0x7f]);
        header.resize(4 + 256 + 20, 0);
        let types = self.resources.iter().flat_map(|resource| resource.build(index));
        let package = chunk(PACKAGE, &header, &types.collect::<Vec<u8>>());
        chunk(TABLE, &words(&[1]), &[string_pool(&strings, self.utf16), package].concat())
    }
}

fn string_pool(strings: &[&str], utf16: bool) -> Vec<u8> {
    let mut texts = Vec::new();
    let mut offsets = Vec::new();
    for string in strings {
        offsets.extend(number(texts.len()).to_le_bytes());
        let units: Vec<u16> = string.encode_utf16().collect();
        if utf16 {
            texts.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
            texts.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
            texts.extend([0, 0]);
        } else {
            texts.extend(utf8_length(units.len()));
            texts.extend(utf8_length(string.len()));
            texts.extend(string.as_bytes());
            texts.push(0);
        }
    }
    texts.resize(texts.len().next_multiple_of(4), 0);
    let flags = if utf16 { 0 } else { 1 << 8 };
    let start = 28 + number(offsets.len());
    let header = words(&[number(strings.len()), 0, flags, start, 0]);
    chunk(STRING_POOL, &header, &[offsets, texts].concat())
}

fn utf8_length(len: usize) -> Vec<u8> {
    let [high, low] = u16::try_from(len).unwrap().to_be_bytes();
    if len < 0x80 { vec![low] } else { vec![high | 0x80, low] }
}

fn chunk(kind: u16, header: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend(u16::try_from(8 + header.len()).unwrap().to_le_bytes());
    bytes.extend(number(8 + header.len() + body.len()).to_le_bytes());
    bytes.extend(header);
    bytes.extend(body);
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}
