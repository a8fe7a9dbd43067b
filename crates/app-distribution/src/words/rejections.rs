//! Why a file is no package, in Italian: what `inspect` says in English, whole sentences.

use securevox_core::web::FieldWords;

use super::values::said;

/// `{}` stands for a name or a number.
pub(crate) const REJECTIONS: &[FieldWords] = &[
    said(
        "The file is empty: nothing was uploaded.",
        "Il file è vuoto: non è stato caricato nulla.",
    ),
    said(
        "This is not an app package: IPA and APK files are ZIP archives, and this file is not one.",
        "Non è il pacchetto di un’app: i file IPA e APK sono archivi ZIP e questo non lo è.",
    ),
    said(
        "The archive is empty: it contains no files at all.",
        "L’archivio è vuoto: non contiene nessun file.",
    ),
    said(
        "The archive is incomplete: its table of contents, which stands at the end, is missing or cut off. Was the file copied or uploaded to the end?",
        "L’archivio è incompleto: l’indice, che sta alla fine, manca o è troncato. Il file è stato copiato o caricato fino in fondo?",
    ),
    said(
        "The archive is damaged: its table of contents cannot be read.",
        "L’archivio è danneggiato: l’indice non si può leggere.",
    ),
    said(
        "The archive is damaged: “{}” cannot be read.",
        "L’archivio è danneggiato: «{}» non si può leggere.",
    ),
    said(
        "This file is a DEX program and a ZIP archive at once (the “Janus” trick, CVE-2017-13156): old Android versions would run code that the signature does not cover.",
        "Il file è allo stesso tempo un programma DEX e un archivio ZIP (il trucco «Janus», CVE-2017-13156): le vecchie versioni di Android eseguirebbero codice che la firma non copre.",
    ),
    said(
        "Something else stands in front of the archive: a package has to begin with its first file.",
        "Davanti all’archivio c’è altro: un pacchetto deve cominciare con il suo primo file.",
    ),
    said(
        "The archive lists too many files: at most {} are accepted.",
        "L’archivio elenca troppi file: se ne accettano al massimo {}.",
    ),
    said(
        "“{}” is too large: at most {} KiB are accepted.",
        "«{}» è troppo grande: si accettano al massimo {} KiB.",
    ),
    said(
        "The archive contains “{}”, a path that leads out of the package.",
        "L’archivio contiene «{}», un percorso che esce dal pacchetto.",
    ),
    said(
        "The archive contains “{}”, a name with a zero byte in it, which no device opens.",
        "L’archivio contiene «{}», un nome con un byte zero, che nessun dispositivo apre.",
    ),
    said(
        "The archive contains “{}” more than once, so it is not clear which one counts.",
        "L’archivio contiene «{}» più di una volta: non è chiaro quale valga.",
    ),
    said(
        "Files in the archive overlap: each has to have its own place.",
        "Nell’archivio dei file si sovrappongono: ognuno deve avere il suo posto.",
    ),
    said(
        "“{}” has another name or size in its own header than in the archive's table of contents, so it is not clear which one counts.",
        "«{}» ha nella propria intestazione un nome o una dimensione diversi da quelli dell’indice: non è chiaro quali valgano.",
    ),
    said(
        "“{}” is a symbolic link in the archive; it has to be the file or folder itself.",
        "«{}» nell’archivio è un collegamento simbolico; deve essere il file o la cartella stessa.",
    ),
    said(
        "“{}” is encrypted: packages with a password cannot be installed.",
        "«{}» è cifrato: i pacchetti con una password non si possono installare.",
    ),
    said(
        "This is not an app package: no Payload/*.app folder and no AndroidManifest.xml in the archive.",
        "Non è il pacchetto di un’app: nell’archivio non c’è né una cartella Payload/*.app né un AndroidManifest.xml.",
    ),
    said(
        "The archive has both an AndroidManifest.xml and a Payload/*.app folder: it has to be either an APK or an IPA.",
        "L’archivio ha sia un AndroidManifest.xml sia una cartella Payload/*.app: deve essere un APK oppure un IPA.",
    ),
    said(
        "This Android App Bundle (AAB) has no base/manifest/AndroidManifest.xml.",
        "A questo Android App Bundle (AAB) manca base/manifest/AndroidManifest.xml.",
    ),
    said(
        "This is a set of split APKs (APKS, XAPK or APKM): upload a single APK instead, for example a universal APK made by bundletool.",
        "È un insieme di APK divisi (APKS, XAPK o APKM): carica invece un solo APK, per esempio un APK universale fatto con bundletool.",
    ),
    said(
        "This is one part (“{}”) of an app that was split, which no device installs alone: upload a universal APK, for example one made by bundletool.",
        "È una parte («{}») di un’app divisa, che nessun dispositivo installa da sola: carica un APK universale, per esempio fatto con bundletool.",
    ),
    said(
        "This is the base of an app that was split, which no device installs without the other parts: upload a universal APK, for example one made by bundletool.",
        "È la base di un’app divisa, che nessun dispositivo installa senza le altre parti: carica un APK universale, per esempio fatto con bundletool.",
    ),
    said(
        "This is a zipped Xcode archive (.xcarchive): export an IPA from it (Distribute App in Xcode's Organizer) and upload that.",
        "È un archivio di Xcode (.xcarchive) compresso: esportane un IPA (Distribute App nell’Organizer di Xcode) e carica quello.",
    ),
    said(
        "This is a zipped .app folder, not an IPA: put it into a folder named Payload and zip that, or export an IPA from Xcode.",
        "È una cartella .app compressa, non un IPA: mettila in una cartella di nome Payload e comprimi quella, oppure esporta un IPA da Xcode.",
    ),
    said(
        "This is an archive around a package: upload “{}” itself.",
        "È un archivio che contiene un pacchetto: carica direttamente «{}».",
    ),
    said(
        "This is not an IPA: there is a Payload folder, but no Payload/*.app folder with an Info.plist in it.",
        "Non è un IPA: c’è una cartella Payload, ma nessuna Payload/*.app con un Info.plist.",
    ),
    said(
        "There is more than one app in the Payload folder: “{}” and “{}”.",
        "Nella cartella Payload c’è più di un’app: «{}» e «{}».",
    ),
    said(
        "This is not an IPA: the archive has no Payload folder of its own, and “Payload/{}” holds nothing but an Info.plist; the executable “{}” that it names is missing.",
        "Non è un IPA: l’archivio non ha una cartella Payload vera, e «Payload/{}» contiene solo un Info.plist; manca l’eseguibile «{}» che nomina.",
    ),
    said(
        "The app's Info.plist cannot be read: it is damaged, or neither a binary nor an XML property list of ordinary depth and size.",
        "L’Info.plist dell’app non si può leggere: è danneggiato, oppure non è una property list binaria o XML di profondità e dimensione normali.",
    ),
    said(
        "The app's Info.plist has no CFBundleIdentifier.",
        "Nell’Info.plist dell’app manca CFBundleIdentifier.",
    ),
    said(
        "The CFBundleIdentifier “{}” in the app's Info.plist is not valid: only letters, digits, dots, hyphens and underscores are.",
        "Il CFBundleIdentifier «{}» nell’Info.plist dell’app non è valido: sono ammessi solo lettere, cifre, punti, trattini e trattini bassi.",
    ),
    said(
        "The AndroidManifest.xml is plain text, as in a library (AAR) or in source code: upload a built APK.",
        "L’AndroidManifest.xml è testo semplice, come in una libreria (AAR) o nel codice sorgente: carica un APK compilato.",
    ),
    said(
        "The AndroidManifest.xml is not in Android's binary format, or it is damaged.",
        "L’AndroidManifest.xml non è nel formato binario di Android, oppure è danneggiato.",
    ),
    said(
        "The AndroidManifest.xml names no package.",
        "L’AndroidManifest.xml non indica nessun package.",
    ),
    said(
        "The package name “{}” in the AndroidManifest.xml is not valid: only letters, digits, dots and underscores are.",
        "Il nome del package «{}» nell’AndroidManifest.xml non è valido: sono ammessi solo lettere, cifre, punti e trattini bassi.",
    ),
    // Which part of it, only English says.
    said(
        "The package's signature is broken: {}. Build and sign it again.",
        "La firma del pacchetto non è valida. Compila e firma di nuovo l’app.",
    ),
    said(
        "Unpacked, the package would be more than {} times as large as it is: that is a bomb, not an app.",
        "Scompattato, il pacchetto sarebbe oltre {} volte più grande: è una bomba, non un’app.",
    ),
    said(
        "These are no symbols: send a zipped .dSYM folder, or the mapping.txt that R8 or ProGuard wrote.",
        "Non sono simboli: invia una cartella .dSYM compressa, o il mapping.txt scritto da R8 o ProGuard.",
    ),
    said(
        "There is no dSYM in the archive: no *.dSYM/Contents/Resources/DWARF folder.",
        "Nell’archivio non c’è nessun dSYM: manca una cartella *.dSYM/Contents/Resources/DWARF.",
    ),
    said(
        "“{}” is not a Mach-O file with a UUID, as the symbols of an executable are.",
        "«{}» non è un file Mach-O con un UUID, come lo sono i simboli di un eseguibile.",
    ),
    said(
        "There are too many executables in the archive: at most {} are accepted.",
        "Nell’archivio ci sono troppi eseguibili: se ne accettano al massimo {}.",
    ),
    said(
        "Unpacked, the symbols are larger than {} GiB.",
        "Scompattati, i simboli superano {} GiB.",
    ),
    said(
        "The mapping names no id of its own (a comment “# pg_map_id: …”), as those of R8 do: send one as the field “id”.",
        "Il mapping non indica un id (un commento «# pg_map_id: …»), come fanno quelli di R8: inviane uno nel campo «id».",
    ),
    said(
        "Unpacked, the package is larger than {} GiB: too much to verify its signature.",
        "Scompattato, il pacchetto supera {} GiB: troppo per verificarne la firma.",
    ),
    said(
        "It took longer than {} seconds to look into it.",
        "Per esaminarlo sono serviti più di {} secondi.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of `#[error("…")]`, with `{}` for what differs.
    fn reasons() -> Vec<String> {
        let source = include_str!("../inspect/rejection.rs");
        let rejections = source.split("pub enum Rejection").nth(1).unwrap();
        let mut reasons = Vec::new();
        for text in rejections.split("#[error(").skip(1) {
            let text = text.split('"').nth(1).unwrap();
            let parts =
                text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
            reasons.push(parts.collect::<Vec<_>>().join("{}"));
        }
        reasons
    }

    #[test]
    fn every_reason_is_told_in_italian() {
        let reasons = reasons();
        assert!(reasons.len() > 40, "{reasons:?}");
        for reason in reasons {
            let told = REJECTIONS.iter().filter(|words| words.english == reason).count();
            assert_eq!(told, 1, "{reason}");
        }
    }
}
