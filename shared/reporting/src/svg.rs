//! A chart as an SVG picture: bars with their names and figures in words above them, so that it reads as well on a
//! phone and in black and white. Geometry is in whole units of the picture.

use domain::report::{Bar, Chart};

/// How wide the picture is. It is drawn for a phone and grows with its place.
const WIDTH: i64 = 360;
/// From one bar to the next.
const STEP: i64 = 44;
/// Where a bar is below its words.
const BAR_TOP: i64 = 22;
/// How thick a bar is.
const BAR_HEIGHT: i64 = 14;
/// How far down the words stand on their line.
const BASELINE: i64 = 16;
/// More letters of a name would run into its figure.
const LABEL_CHARACTERS_MAX: usize = 28;

/// The picture of a chart, with a title and a description for who does not see it.
pub fn svg(chart: &Chart) -> String {
    let scale = Scale::of(&chart.bars);
    let height = i64::try_from(chart.bars.len()).unwrap_or(0).saturating_mul(STEP);
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"chart-title chart-description\" class=\"portal-chart__picture\">\
         <title id=\"chart-title\">{}</title><desc id=\"chart-description\">{}</desc>",
        escaped(&chart.title),
        escaped(&description(chart)),
    );
    for (index, bar) in (0_i64..).zip(&chart.bars) {
        picture.push_str(&scale.draw(index.saturating_mul(STEP), bar));
    }
    picture.push_str("</svg>");
    picture
}

/// What there is to see, with every figure.
fn description(chart: &Chart) -> String {
    let bars = chart.bars.iter().map(|bar| format!(" {}: {}.", bar.label, bar.value));
    format!("{}{}", chart.description, bars.collect::<String>())
}

/// How lengths become units of the picture.
struct Scale {
    /// The longest to the left of zero; 0 or less.
    least: i128,
    /// From the longest to the left to the longest to the right.
    span: i128,
}

impl Scale {
    fn of(bars: &[Bar]) -> Self {
        let lengths = || bars.iter().map(|bar| i128::from(bar.length));
        let least = lengths().min().unwrap_or(0).min(0);
        let most = lengths().max().unwrap_or(0).max(0);
        Self { least, span: most.saturating_sub(least).max(1) }
    }

    fn at(&self, length: i128) -> i128 {
        let width = length.saturating_sub(self.least).saturating_mul(i128::from(WIDTH));
        width.div_euclid(self.span)
    }

    fn draw(&self, top: i64, bar: &Bar) -> String {
        let (zero, end) = (self.at(0), self.at(i128::from(bar.length)));
        let (x, width) = (zero.min(end), zero.abs_diff(end).max(1));
        let (words, rect) = (top.saturating_add(BASELINE), top.saturating_add(BAR_TOP));
        let side = if bar.length < 0 { "less" } else { "more" };
        format!(
            "<text x=\"0\" y=\"{words}\">{}</text>\
             <text x=\"{WIDTH}\" y=\"{words}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{x}\" y=\"{rect}\" width=\"{width}\" height=\"{BAR_HEIGHT}\" class=\"portal-chart__{side}\"/>",
            escaped(&shortened(&bar.label)),
            escaped(&bar.value),
        )
    }
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LABEL_CHARACTERS_MAX {
        return label.to_owned();
    }
    let start: String = label.chars().take(LABEL_CHARACTERS_MAX.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// Text as XML may hold it; what XML cannot hold at all is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            sign if sign.is_control() => safe.push(' '),
            sign => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(bars: &[(&str, i64)]) -> Chart {
        let bar = |(label, length): &(&str, i64)| Bar {
            label: (*label).to_owned(),
            value: length.to_string(),
            length: *length,
        };
        Chart {
            title: "What is paid".to_owned(),
            description: "By kind.".to_owned(),
            bars: bars.iter().map(bar).collect(),
        }
    }

    #[test]
    fn the_longest_bar_is_as_wide_as_the_picture_and_the_others_in_proportion() {
        let picture = svg(&chart(&[("Cost", 400), ("Void", 100)]));
        assert!(picture.contains("x=\"0\" y=\"22\" width=\"360\""), "{picture}");
        assert!(picture.contains("x=\"0\" y=\"66\" width=\"90\""), "{picture}");
    }

    #[test]
    fn a_deduction_goes_to_the_other_side() {
        let picture = svg(&chart(&[("Cost", 300), ("Income", -100)]));
        assert!(picture.contains("x=\"90\" y=\"22\" width=\"270\""), "{picture}");
        assert!(
            picture.contains(
                "x=\"0\" y=\"66\" width=\"90\" height=\"14\" class=\"portal-chart__less\""
            )
        );
    }

    #[test]
    fn a_chart_of_nothing_is_drawn_too() {
        assert!(svg(&chart(&[("Cost", 0)])).contains("width=\"1\""));
        assert!(svg(&chart(&[])).contains("viewBox=\"0 0 360 0\""));
    }

    #[test]
    fn no_name_becomes_markup_and_every_figure_is_said() {
        let picture = svg(&chart(&[("<script>alert(1)</script> & \"so\" on and on \u{7}", 1)]));
        assert!(!picture.contains("<script"), "{picture}");
        assert!(picture.contains("&lt;script&gt;"), "{picture}");
        assert!(picture.contains("<desc id=\"chart-description\">By kind. &lt;script&gt;"));
    }
}
