//! The words of the page of analytics.

use securevox_core::{translations, web::Language};

translations! {
    /// The words of the page of analytics.
    pub(super) AnalyticsWords {
        title: "Analytics", "Statistiche";
        downloads: "Downloads", "Download";
        installs: "Installs", "Installazioni";
        testers: "Testers", "Tester";
        testers_hint: "Accounts and testers who downloaded. Whoever is not signed in is not counted here.", "Account e tester che hanno scaricato. Chi non ha effettuato l’accesso non viene contato qui.";
        period: "Period", "Periodo";
        utc: "Days are days in UTC.", "I giorni sono in UTC.";
        week: "7 days", "7 giorni";
        month: "30 days", "30 giorni";
        quarter: "90 days", "90 giorni";
        one_build: "Only one build is shown.", "Si vede una sola build.";
        all_builds: "Show all", "Mostra tutte";
        by_day: "By day", "Per giorno";
        day: "Day", "Giorno";
        figures: "Show the figures", "Mostra i numeri";
        most: "at most, in a day", "al massimo, in un giorno";
        versions: "Versions", "Versioni";
        systems: "Systems", "Sistemi";
        devices: "Devices", "Dispositivi";
        builds: "Builds", "Build";
        build: "Build", "Build";
        name: "Name", "Nome";
        unknown: "Not known", "Sconosciuto";
        deleted: "Deleted", "Eliminata";
        iphone: "iPhone", "iPhone";
        ipad: "iPad", "iPad";
        android_phone: "Android phone", "Telefono Android";
        android_tablet: "Android tablet", "Tablet Android";
        computer: "Computer", "Computer";
        nothing: "Nothing was downloaded or installed in these days", "In questi giorni nessuno ha scaricato o installato niente";
        nothing_detail: "Send somebody the install link of a build, or add testers to a group of the app.", "Invia a qualcuno il link di installazione di una build, o aggiungi tester a un gruppo dell’app.";
        no_installs: "Installs are counted when the app tells of itself: let its update check send a random UUID that it made at its first start, with its system and model. Only a keyed hash of it is kept.", "Le installazioni si contano quando l’app lo comunica: fai inviare al suo controllo aggiornamenti un UUID casuale creato al primo avvio, con sistema e modello. Ne resta solo un hash con chiave.";
    }
}

impl AnalyticsWords {
    /// A family of devices, as people say.
    pub(super) fn family<'a>(&self, family: &'a str) -> &'a str {
        match family {
            "iphone" => self.iphone,
            "ipad" => self.ipad,
            "android-phone" => self.android_phone,
            "android-tablet" => self.android_tablet,
            "computer" => self.computer,
            "" => self.unknown,
            other => other,
        }
    }
}

/// `12,480`, `12.480`.
pub(super) fn count(language: Language, number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(if language == Language::Italian { '.' } else { ',' });
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(count(Language::English, 1_234_567), "1,234,567");
        assert_eq!(count(Language::Italian, 12_480), "12.480");
        assert_eq!(count(Language::Italian, 999), "999");
    }
}
