//! Choosing among the files of an icon, and putting adaptive icons together.

use std::io::{Read, Seek};

use image::RgbaImage;
use tiny_skia::Pixmap;

use super::super::super::InspectError;
use super::super::super::zip::Archive;
use super::super::lookup::Lookup;
use super::super::tolerated;
use super::super::value::Value;
use super::layers::Artist;
use super::node::Node;
use super::picture;

const DRAWABLE: u32 = 0x0101_0199;
/// The side of the PNG that comes out.
const SIDE: u32 = 512;
/// Launchers show the middle two thirds of an adaptive icon's layers.
const LAYER_SIDE: u32 = SIDE * 3 / 2;

/// Where the manifest says that icons are, the best first.
pub(in super::super) struct Icons(pub(in super::super) [Value; 2]);

impl Icons {
    /// References to references, drawings in drawings.
    pub(super) const MAX_NESTING: u32 = 12;
}

/// The icon as a PNG; nothing if there is none that can be read.
pub(in super::super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    lookup: &mut Lookup<'_>,
    icons: &Icons,
) -> Result<Option<Vec<u8>>, InspectError> {
    let mut artist = Artist::new(archive, lookup);
    // First as it is meant; then, of an adaptive icon, whichever layers there are.
    for needs in [Needs::BothLayers, Needs::OneLayer] {
        for value in &icons.0 {
            let image = tolerated(artist.icon(value, needs, 0))?.flatten();
            if let Some(png) = image.as_ref().and_then(picture::encode) {
                return Ok(Some(png));
            }
        }
    }
    Ok(None)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    BothLayers,
    OneLayer,
}

impl<R: Read + Seek> Artist<'_, '_, R> {
    fn icon(
        &mut self,
        value: &Value,
        needs: Needs,
        depth: u32,
    ) -> Result<Option<RgbaImage>, InspectError> {
        match value {
            Value::Reference(id) if depth < Icons::MAX_NESTING => {
                for value in self.values(*id)? {
                    if let Some(image) = self.icon(&value, needs, depth + 1)? {
                        return Ok(Some(image));
                    }
                }
                Ok(None)
            }
            Value::Text(path) => match self.open(path)? {
                Some(bytes) => self.icon_file(&bytes, needs),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn icon_file(&mut self, bytes: &[u8], needs: Needs) -> Result<Option<RgbaImage>, InspectError> {
        if picture::is_picture(bytes) {
            return Ok(picture::decode(bytes).map(|image| picture::squared(image, SIDE)));
        }
        match self.node(bytes)? {
            Some(node) if node.name == "adaptive-icon" => self.adaptive(&node, needs),
            Some(node) => {
                let Some(mut canvas) = Pixmap::new(SIDE, SIDE) else {
                    return Ok(None);
                };
                let drawn = self.draw_node(&node, &mut canvas, 0)?;
                Ok(picture::cropped(&canvas, SIDE).filter(|_| drawn))
            }
            None => Ok(None),
        }
    }

    fn adaptive(&mut self, icon: &Node, needs: Needs) -> Result<Option<RgbaImage>, InspectError> {
        let Some(mut canvas) = Pixmap::new(LAYER_SIDE, LAYER_SIDE) else {
            return Ok(None);
        };
        let mut drawn = 0;
        for layer in ["background", "foreground"] {
            if let Some(layer) = icon.child(layer)
                && self.drawable(layer, DRAWABLE, &mut canvas, 0)?
            {
                drawn += 1;
            }
        }
        let enough = drawn == 2 || (drawn == 1 && needs == Needs::OneLayer);
        Ok(picture::cropped(&canvas, SIDE).filter(|_| enough))
    }
}
