// Uploads a file with tus-js-client, at an ordinary pace, and says how far it is.

const fs = require("node:fs");
const readline = require("node:readline");
const { Transform } = require("node:stream");
const tus = require("tus-js-client");

/** About 40 MB/s, so that there is a half way. */
function slowly() {
  return new Transform({
    highWaterMark: 64 << 10,
    transform(chunk, _, done) {
      setTimeout(() => done(null, chunk), 2);
    },
  });
}

const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);

readline.createInterface({ input: process.stdin }).once("line", (line) => {
  const { endpoint, token, file, url } = JSON.parse(line);
  const upload = new tus.Upload(url ? fs.createReadStream(file) : fs.createReadStream(file).pipe(slowly()), {
    endpoint,
    uploadUrl: url,
    uploadSize: fs.statSync(file).size,
    chunkSize: 64 << 20,
    headers: { Authorization: `Bearer ${token}` },
    metadata: { filename: "App.ipa" },
    onProgress: (sent) => say({ sent, url: upload.url }),
    onSuccess: () => {
      say({ done: true });
      process.exit(0);
    },
    onError: (error) => {
      process.stderr.write(`${error}\n`);
      process.exit(1);
    },
  });
  upload.start();
});
