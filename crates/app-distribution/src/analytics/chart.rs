//! Bars of a chart, which the page draws as SVG. Colours and words are the page's.

/// One bar, in a picture that is 100 high and 10 wide for each bar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) y: i64,
    pub(super) height: i64,
    /// What it stands for.
    pub(super) title: String,
}

/// A bar for each value; what is not zero can be seen.
pub(super) fn bars(values: impl Iterator<Item = (i64, String)>) -> Vec<Bar> {
    let values: Vec<(i64, String)> = values.collect();
    let most = values.iter().map(|(value, _)| *value).max().unwrap_or_default().max(1);
    let bar = |(at, (value, title)): (usize, (i64, String))| {
        let height = if value > 0 { (value * 100 / most).max(2) } else { 0 };
        Bar { x: at * 10 + 1, y: 100 - height, height, title }
    };
    values.into_iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bar_fills_the_picture_and_a_low_one_is_seen() {
        let heights = |values: &[i64]| -> Vec<i64> {
            let bars = bars(values.iter().map(|value| (*value, String::new())));
            bars.iter().map(|bar| bar.height).collect()
        };
        assert_eq!(heights(&[0, 1, 500, 1000]), [0, 2, 50, 100]);
        assert_eq!(heights(&[0, 0]), [0, 0]);
        assert_eq!(heights(&[]), [0; 0]);
    }
}
